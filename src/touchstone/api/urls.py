from django.urls import path

from touchstone.api.surface import api

urlpatterns = [path("v1/", api.urls)]
