from django.urls import path

from touchstone.screening import model_views, rule_views, term_views
from touchstone.screening import rule_edit_views as rule_edits
from touchstone.screening.explain_views import explain

app_name = "screening"
urlpatterns = [
    path("explain/", explain, name="explain"),
    path("rules/", rule_views.rule_list, name="rules"),
    path("rules/new/", rule_edits.new_rule, name="new_rule"),
    path("rules/import/", rule_edits.import_rules, name="import_rules"),
    path("rules/export/", rule_views.export_rules, name="export_rules"),
    path("rules/picture/", rule_views.rule_picture, name="rule_picture"),
    path("rules/trials/<uuid:trial_id>/", rule_views.rule_trial, name="rule_trial"),
    path("rules/periods/<uuid:period_id>/stop/", rule_edits.stop_rule, name="stop_rule"),
    path("rules/versions/<uuid:version_id>/try/", rule_edits.try_rule, name="try_rule"),
    path("rules/versions/<uuid:version_id>/approve/", rule_edits.approve_rule, name="approve_rule"),
    path("rules/versions/<uuid:version_id>/start/", rule_edits.start_rule, name="start_rule"),
    path("rules/versions/<uuid:version_id>/retire/", rule_edits.retire_rule, name="retire_rule"),
    path("rules/<slug:rule_id>/", rule_views.rule, name="rule"),
    path("rules/<slug:rule_id>/edit/", rule_edits.edit_rule, name="edit_rule"),
    path("rules/<slug:rule_id>/roll-back/", rule_edits.roll_back, name="roll_back"),
    path("rules/<slug:rule_id>/<int:number>/export/", rule_views.export_rule, name="export_rule"),
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
