"""Addresses of the directory."""

from django.urls import path

from banyan.edge.directory import views

app_name = "directory"
urlpatterns = [
    path("firms/", views.firms, name="firms"),
    path("firms/<str:code>/", views.firm, name="firm"),
    path("qr/firms/<str:code>", views.firm_code, name="firm_code"),
]
