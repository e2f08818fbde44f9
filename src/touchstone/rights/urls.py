from django.urls import path

from touchstone.rights import views

app_name = "rights"
urlpatterns = [
    path("", views.brands, name="brands"),
    path("register/", views.register, name="register"),
    path("authorise/", views.authorise, name="authorise"),
    path("authorisations/<uuid:authorisation_id>/withdraw/", views.withdraw, name="withdraw"),
]
