"""Addresses of the cockpit's pages."""

from django.urls import path, register_converter
from django.urls.converters import SlugConverter

from banyan.edge.cockpit import views


class IndicatorKey(SlugConverter):
    """The key of an indicator: any but the names of the office's lists that stand beside the indicators."""

    regex = "(?!(?:publication|referencefigure)/)[-a-zA-Z0-9_]+"


register_converter(IndicatorKey, "indicator")

app_name = "cockpit"
urlpatterns = [
    path("cockpit/", views.home, name="home"),
    path("clauses/", views.clauses, name="clauses"),
    path("clauses/<path:number>/", views.clause, name="clause"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<indicator:key>/", views.indicator, name="indicator"),
    path("indicators/<indicator:key>/compare/", views.compare, name="compare"),
    path("indicators/<indicator:key>/funnel/", views.funnel, name="funnel"),
    path("indicators/<indicator:key>/last-year/", views.last_year, name="last_year"),
    path("indicators/<indicator:key>/records/", views.records, name="records"),
    path("indicators/<indicator:key>/table.xlsx", views.table, name="table"),
    path("daily/", views.daily, name="daily"),
    path("scores/", views.scores, name="scores"),
    path("receipts/<slug:receipt>/", views.receipt, name="receipt"),
]
