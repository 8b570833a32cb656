"""Addresses of approval."""

from django.urls import path

from banyan.insight.approval import views

app_name = "approval"
urlpatterns = [
    path("approval/desk/", views.desk, name="desk"),
]
