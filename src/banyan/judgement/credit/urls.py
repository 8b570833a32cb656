"""Addresses of credit."""

from django.urls import path

from banyan.judgement.credit import views

app_name = "credit"
urlpatterns = [
    path("credit/fairness/", views.fairness, name="fairness"),
    path("firms/<str:key>/credit/", views.why, name="why"),
]
