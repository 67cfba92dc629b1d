"""Addresses of the field: one list for each noun."""

from django.urls import path

from shanhai.fields.park.views import account, clusters, land_files, land_map, parcels, parks, slopes

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
_LAND = [
    path("map/", land_map.land_map, name="map"),
    path("account/", account.account, name="account"),
    path("account/<int:year>/", account.year, name="account_year"),
    path("parcels/", parcels.parcels, name="parcels"),
    path("parcels/add/", parcels.add, name="parcel_add"),
    path("parcels/<str:number>/", parcels.parcel, name="parcel"),
    path("parcels/<str:number>/change/", parcels.change, name="parcel_change"),
    path("parcels/<str:number>/outline/", parcels.redraw, name="parcel_redraw"),
    path("parcels/<str:number>/move/", parcels.move, name="parcel_move"),
    path("parcels/<str:number>/allot/", parcels.allot, name="parcel_allot"),
    path("parcels/<str:number>/split/", parcels.split, name="parcel_split"),
    path("parcels/<str:number>/merge/", parcels.merge, name="parcel_merge"),
    path("land-files/bring/", land_files.bring, name="land_file_new"),
    path("land-files/<int:pk>/", land_files.land_file, name="land_file"),
    path("land-files/<int:pk>/write/", land_files.write, name="land_file_write"),
    path("parks/<str:number>/land.<str:form>", land_files.export, name="land_export"),
]
_SLOPES = [
    path("slopes/", slopes.slopes, name="slopes"),
    path("slopes/add/", slopes.add, name="slope_add"),
    path("slopes/<str:number>/", slopes.slope, name="slope"),
    path("slopes/<str:number>/change/", slopes.change, name="slope_change"),
    path("slopes/<str:number>/move/", slopes.move, name="slope_move"),
]
urlpatterns = [*_PARKS, *_CLUSTERS, *_LAND, *_SLOPES]
