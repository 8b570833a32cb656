"""Addresses of cases beside the office's screens."""

from django.urls import path

from banyan.response.casework import views

app_name = "casework"
urlpatterns = [
    path("cases/figures/", views.figures, name="figures"),
    path("cases/unlike/", views.unlike, name="unlike"),
    path("cases/duties/", views.officers, name="officers"),
    path("cases/duties/<str:username>/", views.sheet, name="sheet"),
    path("cases/duties/<str:username>/sheet.<slug:form>", views.sheet_file, name="sheet_file"),
]
