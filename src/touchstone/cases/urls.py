from django.urls import path

from touchstone.cases import analysis_views, network_views, ring_views, views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("open/", views.open_case, name="open"),
    path("rings/", views.ring_list, name="rings"),
    path("rings/search/", views.search_rings, name="search_rings"),
    path("rings/<str:ring_id>/", ring_views.ring, name="ring"),
    path("rings/<str:ring_id>/link/", ring_views.link, name="link"),
    path("rings/<str:ring_id>/judge/", ring_views.judge, name="judge"),
    path("rings/<str:ring_id>/apart/", ring_views.apart, name="apart"),
    path("rings/<str:ring_id>/members.csv", ring_views.members_csv, name="members_csv"),
    path("rings/<str:ring_id>/links.csv", ring_views.links_csv, name="links_csv"),
    path("rings/<str:ring_id>/network/", network_views.ring, name="network"),
    path("rings/<str:ring_id>/network/data/", network_views.ring_data, name="network_data"),
    path("rings/<str:ring_id>/network/detail/", network_views.ring_detail, name="network_detail"),
    path("rings/<str:ring_id>/network/export/", network_views.ring_export, name="network_export"),
    path("network/", network_views.surroundings, name="around"),
    path("network/data/", network_views.around_data, name="around_data"),
    path("network/detail/", network_views.around_detail, name="around_detail"),
    path("network/export/", network_views.around_export, name="around_export"),
    path("<str:number>/", views.case, name="case"),
    path("<str:number>/notes/", views.add_note, name="add_note"),
    path("<str:number>/items/", views.add_item, name="add_item"),
    path("<str:number>/close/", views.close, name="close"),
    path("<str:number>/merge/", analysis_views.merge, name="merge"),
    path("<str:number>/relate/", analysis_views.relate, name="relate"),
    path("<str:number>/part/", analysis_views.part, name="part"),
    path("<str:number>/hypotheses/", analysis_views.state, name="state_hypothesis"),
    path("<str:number>/hypotheses/judge/", analysis_views.judge, name="judge_hypothesis"),
    path("<str:number>/arguments/", analysis_views.put, name="put_argument"),
    path("<str:number>/weigh/", analysis_views.weigh, name="weigh"),
    path("<str:number>/file.json", analysis_views.file, name="file"),
]
