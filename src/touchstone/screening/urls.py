from django.urls import path

from touchstone.screening import model_views, term_views
from touchstone.screening.explain_views import explain

app_name = "screening"
urlpatterns = [
    path("explain/", explain, name="explain"),
    path("models/", model_views.index, name="models"),
    path("models/offer/", model_views.draft, name="draft_model"),
    path("models/periods/<uuid:period_id>/stop/", model_views.stop, name="stop_model"),
    path("models/<uuid:model_id>/", model_views.model, name="model"),
    path("models/<uuid:model_id>/approve/", model_views.approve, name="approve_model"),
    path("models/<uuid:model_id>/start/", model_views.start, name="start_model"),
    path("models/<uuid:model_id>/retire/", model_views.retire, name="retire_model"),
    path("screening/terms/mine/", term_views.mine, name="mine_terms"),
    path("screening/terms/measure/", term_views.measure_waiting, name="measure_terms"),
    path("screening/terms/<uuid:term_id>/measure/", term_views.measure, name="measure_term"),
]
