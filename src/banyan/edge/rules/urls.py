"""Addresses of the previews' pages."""

from django.urls import path

from banyan.edge.rules import views

app_name = "rules"
urlpatterns = [
    path("rules/drafts/<slug:key>/preview/", views.ask, name="ask"),
    path("rules/previews/<slug:key>/", views.preview, name="preview"),
    path("rules/previews/<slug:key>/table.xlsx", views.table, name="table"),
    path("rules/previews/<slug:key>/alerts/<int:place>/", views.alert, name="alert"),
]
