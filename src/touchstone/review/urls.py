from django.urls import path

from touchstone.review import views

app_name = "review"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("next/", views.claim_next, name="claim_next"),
    path("<uuid:task_id>/", views.item, name="item"),
    path("<uuid:task_id>/claim/", views.claim, name="claim"),
    path("<uuid:task_id>/release/", views.release, name="release"),
    path("<uuid:task_id>/decide/", views.decide, name="decide"),
]
