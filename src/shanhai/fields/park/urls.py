"""Addresses of the field: one list for each noun."""

from django.urls import path

from shanhai.fields.park.views import clusters, parks

app_name = "park"

_PARKS = [
    path("parks/", parks.parks, name="parks"),
    path("parks/add/", parks.add, name="park_add"),
    path("parks/<str:number>/", parks.park, name="park"),
    path("parks/<str:number>/change/", parks.change, name="park_change"),
    path("parks/<str:number>/phase/", parks.phase, name="park_phase"),
    path("parks/<str:number>/infrastructure/", parks.infrastructure, name="park_infrastructure"),
    path("parks/<str:number>/quota/", parks.quota, name="park_quota"),
]
_CLUSTERS = [
    path("clusters/", clusters.clusters, name="clusters"),
    path("clusters/add/", clusters.add, name="cluster_add"),
    path("clusters/<str:code>/", clusters.cluster, name="cluster"),
    path("clusters/<str:code>/change/", clusters.change, name="cluster_change"),
    path("clusters/<str:code>/industries/", clusters.industry, name="cluster_industry"),
    path(
        "clusters/<str:code>/industries/<str:industry>/<str:begins>/end/",
        clusters.industry_end,
        name="cluster_industry_end",
    ),
    path("clusters/<str:code>/link/", clusters.link, name="cluster_link"),
    path("clusters/<str:code>/link/<str:link_code>/firm/", clusters.firm, name="cluster_firm"),
    path("clusters/<str:code>/link/<str:link_code>/take/", clusters.firm_take, name="cluster_firm_take"),
]
urlpatterns = [*_PARKS, *_CLUSTERS]
