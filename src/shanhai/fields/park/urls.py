"""Addresses of the field: one list for each noun."""

from django.urls import path

from shanhai.fields.park.views import (
    account,
    clusters,
    firm,
    firms,
    grades,
    land_files,
    land_map,
    parcels,
    parks,
    promises,
    renewal,
    slopes,
)

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
_FIRMS = [
    path("firms/", firms.firms, name="firms"),
    path("firms/enter/", firms.enter, name="firm_enter"),
    path("firms/<str:code>/", firm.firm, name="firm"),
    path("firms/<str:code>/change/", firms.change, name="firm_change"),
    path("firms/<str:code>/leave/", firms.leave, name="firm_leave"),
    path("firms/<str:code>/above-scale/", firms.above_scale, name="firm_above"),
    path("firms/<str:code>/below-scale/", firms.below_scale, name="firm_below"),
    path("firms/<str:code>/plots/", firms.add_plot, name="firm_plot"),
    path("firms/<str:code>/plots/<str:plot>/end/", firms.end_plot, name="firm_plot_end"),
    path("firms/<str:code>/agents/", firms.agent, name="firm_agent"),
    path("firms/<str:code>/agents/<str:agent>/end/", firms.end_agent, name="firm_agent_end"),
    path("firms/<str:code>/figures/", firms.figures, name="firm_figures"),
    path("firms/<str:code>/figures/<str:period>/read/", firm.read, name="figures_read"),
    path("firms/<str:code>/rulings/", grades.rule, name="firm_ruling"),
    path("firms/<str:code>/rulings/<int:year>/<str:kind>/withdraw/", grades.unrule, name="firm_unrule"),
]
_GRADING = [
    path("grading/", grades.gradings, name="gradings"),
    path("grading/draft/", grades.draft, name="grading_draft"),
    path("grading/<str:number>/", grades.grading, name="grading"),
    path("grading/<str:number>/compute/", grades.compute, name="grading_compute"),
    path("grading/<str:number>/publish/", grades.publish, name="grading_publish"),
    path("grading/<str:number>/finish/", grades.finish, name="grading_finish"),
    path("grading/<str:number>/withdraw/", grades.withdraw, name="grading_withdraw"),
    path("grading/<str:number>/execution/", grades.execution, name="grading_execution"),
    path("grading/<str:number>/firms/<str:firm>/", grades.grade, name="grade"),
    path("grading/<str:number>/firms/<str:firm>/object/", grades.object_, name="grade_object"),
    path("grading/<str:number>/firms/<str:firm>/decide/", grades.decide, name="grade_decide"),
]
_RENEWALS = [
    path("renewals/", renewal.renewals, name="renewals"),
    path("renewals/find/", renewal.find, name="renewal_find"),
    path("renewals/<str:number>/", renewal.renewal, name="renewal"),
    path("renewals/<str:number>/verify/", renewal.verify, name="renewal_verify"),
    path("renewals/<str:number>/publish/", renewal.publish, name="renewal_publish"),
    path("renewals/<str:number>/path/", renewal.path, name="renewal_path"),
    path("renewals/<str:number>/value/", renewal.value, name="renewal_value"),
    path("renewals/<str:number>/vacate/", renewal.vacate, name="renewal_vacate"),
    path("renewals/<str:number>/offer/", renewal.offer, name="renewal_offer"),
    path("renewals/<str:number>/contract/", renewal.contract, name="renewal_contract"),
    path("renewals/<str:number>/measure/", renewal.measure, name="renewal_measure"),
    path("renewals/<str:number>/drop/", renewal.drop, name="renewal_drop"),
    path("firms/<str:code>/renewals/", renewal.nominate, name="renewal_nominate"),
]
_PROMISES = [
    path("promises/", promises.promises, name="promises"),
    path("promises/<str:number>/", promises.promise, name="promise"),
    path("promises/<str:number>/check/", promises.check, name="promise_check"),
    path("firms/<str:code>/promises/", promises.record, name="promise_record"),
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
urlpatterns = [*_PARKS, *_CLUSTERS, *_LAND, *_SLOPES, *_FIRMS, *_GRADING, *_RENEWALS, *_PROMISES]
