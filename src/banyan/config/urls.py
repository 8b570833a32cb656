"""Where each address leads."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from banyan.kit.api import assembled
from banyan.kit.office import office

admin.autodiscover()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("banyan.edge.portal.urls")),
    path("office/", include("banyan.edge.cockpit.urls")),
    path("office/", include("banyan.edge.reports.urls")),
    path("office/", include("banyan.edge.intake.urls")),
    path("office/", include("banyan.records.inspection.urls")),
    path("office/", office.urls),
    path("api/v1/", assembled().urls),
    path("i18n/", include("django.conf.urls.i18n")),
]
