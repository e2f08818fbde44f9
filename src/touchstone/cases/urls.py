from django.urls import path

from touchstone.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("open/", views.open_case, name="open"),
    path("rings/", views.ring_list, name="rings"),
    path("rings/search/", views.search_rings, name="search_rings"),
    path("rings/<str:ring_id>/", views.ring, name="ring"),
    path("<str:number>/", views.case, name="case"),
    path("<str:number>/notes/", views.add_note, name="add_note"),
    path("<str:number>/items/", views.add_item, name="add_item"),
    path("<str:number>/close/", views.close, name="close"),
]
