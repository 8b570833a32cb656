"""Addresses of cases beside the office's screens."""

from django.urls import path

from banyan.response.casework import views

app_name = "casework"
urlpatterns = [
    path("cases/figures/", views.figures, name="figures"),
    path("cases/evidence/", views.evidence, name="evidence"),
    path("cases/evidence/send", views.send_evidence, name="send_evidence"),
    path("cases/evidence/evidence.js", views.evidence_script, name="evidence_script"),
    path("cases/evidence/worker.js", views.evidence_worker, name="evidence_worker"),
    path("cases/unlike/", views.unlike, name="unlike"),
    path("cases/duties/", views.officers, name="officers"),
    path("cases/duties/<str:username>/", views.sheet, name="sheet"),
    path("cases/duties/<str:username>/sheet.<slug:form>", views.sheet_file, name="sheet_file"),
]
