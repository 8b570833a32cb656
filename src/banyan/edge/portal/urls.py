"""Addresses of the public's pages."""

from django.urls import path

from banyan.edge.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("clauses/", views.clauses, name="clauses"),
    path("clauses/<path:number>/", views.clause, name="clause"),
    path("rules/", views.rules, name="rules"),
    path("rules/<str:key>/", views.rule, name="rule"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:receipt>/", views.figure, name="figure"),
    path("search/", views.search, name="search"),
    path("log/", views.log, name="log"),
    path("log/verify.py", views.log_script, name="log_script"),
    path("log/<int:number>/", views.log_entry, name="log_entry"),
    path("assets/vega.js", views.chart_script, name="chart_script"),
]
