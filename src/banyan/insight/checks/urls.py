"""Addresses of checks."""

from django.urls import path

from banyan.insight.checks import views

app_name = "checks"
urlpatterns = [
    path("checks/completeness/", views.completeness, name="completeness"),
]
