from django.urls import path

from touchstone.disclosure import views

app_name = "disclosure"
urlpatterns = [
    path("", views.shops, name="shops"),
    path("<str:seller_id>.json", views.shop_json, name="shop_json"),
    path("<str:seller_id>/", views.shop, name="shop"),
]
