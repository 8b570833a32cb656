"""Addresses of vouching: in the office, and those that everyone may ask to verify a credential."""

from django.urls import path

from banyan.edge.vouching import views

app_name = "vouching"
urlpatterns = [
    path("screenings/new/", views.new, name="new"),
    path("screenings/<str:number>/", views.one, name="screening"),
    path("screenings/<str:number>/result.csv", views.result, name="result"),
    path("credentials/<str:key>.jwt", views.credential_file, name="file"),
]
public = (
    [
        path("credentials/status/<int:number>", views.status, name="status"),
        path("credentials/verify_credential.py", views.script, name="script"),
        path(".well-known/jwks.json", views.keys, name="keys"),
    ],
    "credential",
)
