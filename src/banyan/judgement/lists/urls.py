"""Addresses of lists, for everybody; the office has its screen."""

from django.urls import path

from banyan.judgement.lists import views

public = (
    [
        path("lists/", views.listed, name="list"),
        path("lists/table.csv", views.table, name="table"),
        path("lists/<slug:number>/", views.listing, name="one"),
    ],
    "listing",
)
