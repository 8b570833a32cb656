"""Addresses of emergencies beside the office's screens."""

from django.urls import path

from banyan.response.emergency import views

app_name = "emergency"
urlpatterns = [
    path("situation/", views.responses, name="responses"),
    path("situation/<str:key>/", views.response, name="response"),
    path("readiness/", views.readiness, name="readiness"),
]
