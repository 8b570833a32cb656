"""Where each address leads."""

from django.urls import URLPattern, URLResolver, include, path

from banyan.kit.office import office

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("banyan.edge.portal.urls")),
    path("office/", office.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]
