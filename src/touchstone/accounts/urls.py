from django.urls import path

from touchstone.accounts import views

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("keys/", views.keys, name="keys"),
    path("keys/<uuid:key_id>/revoke/", views.revoke_key, name="key_revoke"),
]
