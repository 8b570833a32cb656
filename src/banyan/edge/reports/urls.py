"""Addresses of the reports."""

from django.urls import path

from banyan.edge.reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<slug:quarter>.<slug:form>", views.quarterly, name="quarterly"),
]
