"""Addresses of the reports."""

from django.urls import path

from banyan.edge.reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<slug:period>.<slug:form>", views.file, name="file"),
    path("reports/<slug:period>/", views.report, name="report"),
]
