from django.urls import path

from touchstone.cases import network_views, views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("open/", views.open_case, name="open"),
    path("rings/", views.ring_list, name="rings"),
    path("rings/search/", views.search_rings, name="search_rings"),
    path("rings/<str:ring_id>/", views.ring, name="ring"),
    path("rings/<str:ring_id>/network/", network_views.ring, name="network"),
    path("rings/<str:ring_id>/network/data/", network_views.ring_data, name="network_data"),
    path("rings/<str:ring_id>/network/detail/", network_views.ring_detail, name="network_detail"),
    path("rings/<str:ring_id>/network/export/", network_views.ring_export, name="network_export"),
    path("network/", network_views.surroundings, name="around"),
    path("network/data/", network_views.around_data, name="around_data"),
    path("network/detail/", network_views.around_detail, name="around_detail"),
    path("network/export/", network_views.around_export, name="around_export"),
    path("<str:number>/", views.case, name="case"),
    path("<str:number>/notes/", views.add_note, name="add_note"),
    path("<str:number>/items/", views.add_item, name="add_item"),
    path("<str:number>/close/", views.close, name="close"),
]
