from django.urls import path

from touchstone.screening import term_views
from touchstone.screening.explain_views import explain

app_name = "screening"
urlpatterns = [
    path("explain/", explain, name="explain"),
    path("screening/terms/mine/", term_views.mine, name="mine_terms"),
    path("screening/terms/measure/", term_views.measure_waiting, name="measure_terms"),
    path("screening/terms/<uuid:term_id>/measure/", term_views.measure, name="measure_term"),
]
