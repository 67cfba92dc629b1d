"""Addresses of the field."""

from django.urls import path

from shanhai.fields.approval.views import catalogues, drafts, previews

app_name = "approval"

_ONE = "catalogues/<str:code>/"
_VERSION = f"{_ONE}<int:number>/"

urlpatterns = [
    path("catalogues/", catalogues.catalogues, name="catalogues"),
    path("catalogues/open/", drafts.open_catalogue, name="catalogue_open"),
    path(_ONE, catalogues.catalogue, name="catalogue"),
    path(f"{_ONE}draft/", drafts.open_draft, name="draft_open"),
    path(f"{_ONE}draft/bring/", drafts.bring, name="draft_bring"),
    path(f"{_ONE}draft/publish/", drafts.publish, name="draft_publish"),
    path(f"{_ONE}draft/drop/", drafts.drop, name="draft_discard"),
    path(f"{_ONE}draft/items/add/", drafts.add_item, name="item_add"),
    path(f"{_ONE}draft/items/<str:item>/change/", drafts.change_item, name="item_change"),
    path(f"{_ONE}draft/items/<str:item>/drop/", drafts.drop_item, name="item_drop"),
    path(_VERSION, catalogues.version, name="version"),
    path(f"{_VERSION}file.<str:form>", catalogues.file, name="version_file"),
    path(f"{_VERSION}needed/", previews.preview, name="preview"),
    path(f"{_VERSION}items/<str:item>/", catalogues.item, name="item"),
]
