"""Addresses of regional supervision beside the office's screens."""

from django.urls import path

from banyan.response.leadership import views

app_name = "leadership"
urlpatterns = [path("supervision/ledger/", views.ledger, name="ledger")]
