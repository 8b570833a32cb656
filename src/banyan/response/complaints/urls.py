"""Addresses of complaints: beside the office's screen, and for everybody."""

from django.urls import path

from banyan.response.complaints import views

app_name = "complaints"
urlpatterns = [
    path("complaints/<str:key>/opened/", views.opened, name="opened"),
    path("complaints/<str:key>/photo/<str:photo>", views.photo, name="photo"),
    path("complaints/<str:key>/note/<str:note>", views.note_file, name="note_file"),
    path("complaints/<str:key>/letter/<slug:letter>.<slug:form>", views.letter, name="letter"),
]
public = (
    [
        path("complaints/", views.tell, name="tell"),
        path("complaints/published/", views.published, name="published"),
        path("complaints/firms/<str:key>/", views.firm, name="firm"),
        path("complaints/progress/<str:token>/", views.progress, name="progress"),
    ],
    "complaint",
)
