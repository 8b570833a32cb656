"""Addresses of recalls beside the office's screens."""

from django.urls import path

from banyan.response.recall import views

app_name = "recall"
urlpatterns = [
    path("recalls/statistics/", views.statistics, name="statistics"),
]
