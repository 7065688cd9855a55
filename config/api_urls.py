"""Every address of the API, below /api/v1/."""

from __future__ import annotations

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter

from alerts.api import ROUTES as ALERT_ROUTES
from alerts.approving.api import ROUTES as APPROVING_ROUTES
from alerts.quiet_api import ROUTES as QUIET_ROUTES
from alerts.telling.api import ROUTES as TELLING_ROUTES
from config.api import OrjsonRenderer
from config.refusals import nothing_here
from config.schema import KeptSchema
from ledger.api import AccountViewSet, EntryViewSet, PeriodViewSet, VersionViewSet
from metrics.api import ForecastViewSet, MetricViewSet, ValueViewSet
from metrics.studies_api import ROUTES as STUDY_ROUTES
from reports.api import ROUTES as REPORT_ROUTES
from units.api import UnitViewSet

app_name = "api"

router = SimpleRouter()
router.register("units", UnitViewSet, basename="unit")
router.register("periods", PeriodViewSet, basename="period")
router.register("accounts", AccountViewSet, basename="account")
router.register("versions", VersionViewSet, basename="version")
router.register("entries", EntryViewSet, basename="entry")
router.register("metrics", MetricViewSet, basename="metric")
router.register("values", ValueViewSet, basename="value")
router.register("forecasts", ForecastViewSet, basename="forecast")
for prefix, viewset, basename in (
    *STUDY_ROUTES,
    *ALERT_ROUTES,
    *APPROVING_ROUTES,
    *QUIET_ROUTES,
    *TELLING_ROUTES,
    *REPORT_ROUTES,
):
    router.register(prefix, viewset, basename=basename)

urlpatterns = [
    path(
        "schema/",
        SpectacularJSONAPIView.as_view(
            permission_classes=[IsAuthenticated], renderer_classes=[OrjsonRenderer], generator_class=KeptSchema
        ),
        name="schema",
    ),
    path("", include(router.urls)),
    re_path(r"^(?P<rest>[\s\S]*)$", nothing_here, name="nothing"),
]
