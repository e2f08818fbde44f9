from django.urls import path

from touchstone.market import views

app_name = "market"
urlpatterns = [
    path("listings/<str:listing_id>/", views.listing, name="listing"),
    path("listings/<str:listing_id>/pictures/<int:position>/", views.picture, name="picture"),
    path("sellers/<str:seller_id>/", views.seller, name="seller"),
    path("sellers/<str:seller_id>/listings.csv", views.listings_table, name="listings_table"),
    path("imports/", views.imports, name="imports"),
    path("imports/<uuid:import_id>/rejected/", views.rejected, name="rejected"),
]
