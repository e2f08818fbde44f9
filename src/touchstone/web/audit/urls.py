from django.urls import path

from touchstone.web.audit import views

app_name = "audit"

urlpatterns = [
    path("checkpoint/", views.checkpoint, name="checkpoint"),
    path("checkpoint.txt", views.checkpoint_note, name="checkpoint_note"),
    path("bundle/<str:kind>/<path:object_id>/", views.bundle, name="bundle"),
    path("<str:kind>/<path:object_id>/", views.object, name="object"),
]
