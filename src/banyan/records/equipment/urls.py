"""Addresses of special equipment beside the office's screens."""

from django.urls import path

from banyan.records.equipment import views

app_name = "equipment"
urlpatterns = [
    path("special-equipment/overdue/", views.overdue, name="overdue"),
]
