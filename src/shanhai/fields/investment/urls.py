"""Addresses of the field."""

from django.urls import path

from shanhai.fields.investment.views import projects

app_name = "investment"

urlpatterns = [
    path("projects/", projects.projects, name="projects"),
    path("projects/add/", projects.add, name="project_add"),
    path("projects/<str:number>/", projects.project, name="project"),
    path("projects/<str:number>/change/", projects.change, name="project_change"),
    path("projects/<str:number>/move/", projects.move, name="project_move"),
]
