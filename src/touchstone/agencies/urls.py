from django.urls import path

from touchstone.agencies import views
from touchstone.agencies.lead_views import answer, approve, lead, lead_list, outcome, package, send_lead
from touchstone.agencies.record_views import import_file, new_record, record, record_list

app_name = "agencies"
urlpatterns = [
    path("agreements/", views.agreement_list, name="agreements"),
    path("agreements/propose/", views.propose, name="propose"),
    path("agreements/<uuid:agreement_id>/", views.agreement, name="agreement"),
    path("agreements/<uuid:agreement_id>/sign/", views.sign, name="sign"),
    path("agreements/<uuid:agreement_id>/end/", views.end, name="end"),
    path("alerts/", views.alert_list, name="alerts"),
    path("alerts/seen/", views.see_all, name="see_all"),
    path("alerts/<uuid:alert_id>/seen/", views.see, name="see_alert"),
    path("leads/", lead_list, name="leads"),
    path("leads/send/", send_lead, name="send_lead"),
    path("leads/<str:number>/", lead, name="lead"),
    path("leads/<str:number>/package.json", package, name="package"),
    path("leads/<str:number>/answer/", answer, name="answer"),
    path("leads/<str:number>/approve/", approve, name="approve"),
    path("leads/<str:number>/outcome/", outcome, name="outcome"),
    path("records/", record_list, name="records"),
    path("records/new/", new_record, name="new_record"),
    path("records/import/", import_file, name="import_records"),
    path("records/<uuid:record_id>/", record, name="record"),
]
