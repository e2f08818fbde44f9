from django.urls import path

from touchstone.rights import mark_views, term_views, views

app_name = "rights"
urlpatterns = [
    path("", views.brands, name="brands"),
    path("register/", views.register, name="register"),
    path("authorise/", views.authorise, name="authorise"),
    path("authorisations/<uuid:authorisation_id>/withdraw/", views.withdraw, name="withdraw"),
    path("marks/", mark_views.index, name="marks"),
    path("marks/add/", mark_views.add, name="add_mark"),
    path("marks/<int:mark_id>/picture.jpg", mark_views.picture, name="mark_picture"),
    path("marks/<int:mark_id>/withdraw/", mark_views.withdraw, name="withdraw_mark"),
    path("terms/", term_views.index, name="terms"),
    path("terms/propose/", term_views.propose, name="propose_term"),
    path("terms/import/", term_views.import_file, name="import_terms"),
    path("terms/export.csv", term_views.export, name="export_terms"),
    path("terms/approve/", term_views.approve, name="approve_terms"),
    path("terms/<uuid:term_id>/", term_views.term, name="term"),
    path("terms/<uuid:term_id>/refuse/", term_views.refuse, name="refuse_term"),
    path("terms/<uuid:term_id>/withdraw/", term_views.withdraw, name="withdraw_term"),
]
