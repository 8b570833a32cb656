"""Addresses of the trace."""

from django.urls import path

from banyan.edge.traces import views

app_name = "traces"
urlpatterns = [
    path("trace/", views.trace, name="trace"),
    path("trace/findings/", views.findings, name="findings"),
    path("trace/trace.csv", views.as_csv, name="csv"),
    path("trace/trace.pdf", views.as_sheet, name="sheet"),
    path("trace/trace.json", views.as_document, name="document"),
]
