"""Addresses of intake."""

from django.urls import path

from banyan.edge.intake import views

app_name = "intake"
urlpatterns = [
    path("intake/", views.imports, name="imports"),
    path("intake/new/", views.new, name="new"),
    path("intake/<int:number>/", views.one, name="import"),
    path("intake/<int:number>/rejects.csv", views.rejects, name="rejects"),
    path("intake/<int:number>/do/<slug:name>/", views.do, name="do"),
]
