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
    path("recalls/", views.recalls, name="recalls"),
    path("recalls/<slug:number>/", views.recall, name="recall"),
    path("recalls/<slug:number>/photo", views.recall_photo, name="recall_photo"),
    path("penalties/", views.penalties, name="penalties"),
    path("penalties/<str:number>/", views.penalty, name="penalty"),
    path("alerts/", views.alerts_of_now, name="alerts"),
    path("alerts/feed.atom", views.alert_feed, name="alert_feed"),
    path("alerts/<slug:number>/", views.alert, name="alert"),
    path("alerts/<slug:number>/cap.xml", views.alert_message, name="alert_message"),
    path("alerts/<slug:number>/photo", views.alert_photo, name="alert_photo"),
    path("search/", views.search, name="search"),
    path("log/", views.log, name="log"),
    path("log/verify.py", views.log_script, name="log_script"),
    path("log/<int:number>/", views.log_entry, name="log_entry"),
    path("01/<str:gtin>", views.pack, name="pack"),
    path("01/<str:gtin>/10/<str:lot>", views.pack, name="pack_of_lot"),
    path("01/<str:gtin>/21/<str:serial>", views.pack, name="pack_of_serial"),
    path("qr/01/<str:gtin>", views.pack_code, name="pack_code"),
    path("qr/01/<str:gtin>/10/<str:lot>", views.pack_code, name="pack_code_of_lot"),
    path("qr/01/<str:gtin>/21/<str:serial>", views.pack_code, name="pack_code_of_serial"),
    path("equipment/", views.equipment_search, name="equipment_search"),
    path("equipment/<str:code>/", views.equipment, name="equipment"),
    path("qr/equipment/<str:code>", views.equipment_code, name="equipment_code"),
    path("assets/vega.js", views.chart_script, name="chart_script"),
]
