from django.urls import path

from shanhai.webkit import drafts, styleguide

app_name = "webkit"
urlpatterns = [
    path("drafts/save", drafts.save, name="draft_save"),
    path("drafts/drop", drafts.drop, name="draft_drop"),
    path("styleguide/", styleguide.show, name="styleguide"),
]
