"""Addresses of the order of inspections."""

from django.urls import path

from banyan.insight.risk import views

app_name = "risk"
urlpatterns = [
    path("inspections/order/", views.order, name="order"),
    path("inspections/order/back-test/", views.back_test, name="back_test"),
]
