"""Addresses of GS1's REST interface for EPCIS 2.0."""

from django.urls import path

from banyan.edge.epcis import views

app_name = "epcis"
urlpatterns = [
    path("", views.top, name="top"),
    path("openapi.json", views.openapi, name="openapi"),
    path("capture", views.capture, name="capture"),
    path("capture/<str:job>", views.capture_job, name="capture_job"),
    path("events", views.events, name="events"),
    path("events/<path:event>", views.event, name="event"),
    path("queries", views.queries, name="queries"),
    path("queries/<str:query>", views.query, name="query"),
    path("queries/<str:query>/events", views.query_events, name="query_events"),
    path("queries/<str:query>/subscriptions", views.subscriptions, name="subscriptions"),
    path("queries/<str:query>/subscriptions/<str:subscription>", views.subscription, name="subscription"),
    path("nextPageToken/<path:token>", views.next_page_token, name="next_page_token"),
    path("<str:collection>", views.collection, name="collection"),
    path("<str:collection>/<path:member>/events", views.member_events, name="member_events"),
    path("<str:collection>/<path:member>", views.member, name="member"),
]
