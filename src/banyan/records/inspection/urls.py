"""Addresses of spot checks beside the office's screens."""

from django.urls import path

from banyan.records.inspection import views

app_name = "inspection"
urlpatterns = [
    path("rejudged/", views.rejudged, name="rejudged"),
    path("laboratory/", views.desk, name="desk"),
    path("laboratory/template.xlsx", views.template, name="template"),
]
