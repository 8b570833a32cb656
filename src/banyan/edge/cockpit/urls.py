"""Addresses of the cockpit's pages."""

from django.urls import path

from banyan.edge.cockpit import views

app_name = "cockpit"
urlpatterns = [
    path("cockpit/", views.home, name="home"),
    path("clauses/", views.clauses, name="clauses"),
    path("clauses/<path:number>/", views.clause, name="clause"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<slug:key>/", views.indicator, name="indicator"),
    path("indicators/<slug:key>/compare/", views.compare, name="compare"),
    path("indicators/<slug:key>/funnel/", views.funnel, name="funnel"),
    path("indicators/<slug:key>/last-year/", views.last_year, name="last_year"),
    path("indicators/<slug:key>/records/", views.records, name="records"),
    path("indicators/<slug:key>/table.xlsx", views.table, name="table"),
    path("receipts/<slug:receipt>/", views.receipt, name="receipt"),
]
