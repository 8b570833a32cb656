"""Where each address leads."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from banyan.edge.vouching.urls import public as vouching
from banyan.judgement.lists.urls import public as lists
from banyan.kit import machines
from banyan.kit.api import assembled
from banyan.kit.office import office
from banyan.response.complaints.urls import public as complaints

admin.autodiscover()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("banyan.edge.portal.urls")),
    path("", include("banyan.edge.directory.urls")),
    path("", include(complaints)),
    path("", include(lists)),
    path("", include(vouching)),
    path("office/", include("banyan.kit.sign_in.urls")),
    path("office/", include("banyan.edge.cockpit.urls")),
    path("office/", include("banyan.edge.reports.urls")),
    path("office/", include("banyan.edge.rules.urls")),
    path("office/", include("banyan.edge.intake.urls")),
    path("office/", include("banyan.edge.traces.urls")),
    path("office/", include("banyan.edge.vouching.urls")),
    path("office/", include("banyan.insight.approval.urls")),
    path("office/", include("banyan.insight.checks.urls")),
    path("office/", include("banyan.insight.risk.urls")),
    path("office/", include("banyan.response.casework.urls")),
    path("office/", include("banyan.response.leadership.urls")),
    path("office/", include("banyan.response.recall.urls")),
    path("office/", include("banyan.response.complaints.urls")),
    path("office/", include("banyan.response.emergency.urls")),
    path("office/", include("banyan.judgement.credit.urls")),
    path("office/", include("banyan.records.inspection.urls")),
    path("office/", include("banyan.records.equipment.urls")),
    path("office/", office.urls),
    path("api/v1/", assembled().urls),
    path("oauth/token", machines.token, name="token"),
    path("epcis/v2/", include("banyan.edge.epcis.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler400 = "banyan.kit.office.faults.not_understood"
handler403 = "banyan.kit.office.faults.not_allowed"
handler404 = "banyan.kit.office.faults.not_found"
handler500 = "banyan.kit.office.faults.our_mistake"
