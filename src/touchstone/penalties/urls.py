from django.urls import path

from touchstone.penalties import views

app_name = "penalties"
urlpatterns = [
    path("reverse/<uuid:penalty_id>/", views.reverse, name="reverse"),
    path("<str:seller_id>/", views.seller, name="seller"),
]
