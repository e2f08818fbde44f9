from django.urls import path

from touchstone.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("i18n/setlang/", views.set_language, name="set_language"),
    path("style/", views.style, name="style"),
]
