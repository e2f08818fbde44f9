from django.urls import path

from touchstone.review import image_views

app_name = "images"
urlpatterns = [
    path("", image_views.index, name="index"),
    path("add/", image_views.add, name="add"),
    path("add-listing/", image_views.add_listing, name="add_listing"),
    path("confirm/", image_views.confirm, name="confirm"),
    path("<uuid:entry_id>/", image_views.entry, name="entry"),
    path("<uuid:entry_id>/picture.jpg", image_views.picture, name="picture"),
    path("<uuid:entry_id>/withdraw/", image_views.withdraw, name="withdraw"),
    path("<uuid:entry_id>/set-aside/", image_views.set_aside, name="set_aside"),
]
