"""Every address of the product, in one list of includes."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config.health import health, web_health

urlpatterns = [
    path("account/", include("people.urls")),
    path("admin/", admin.site.urls),
    path("health/", health, name="health"),
    path("health/web/", web_health, name="web-health"),
    path("api/v1/", include("config.api_urls")),
    path("", include("reports.urls")),
]

handler400 = "reports.views.errors.bad_request"
handler403 = "reports.views.errors.forbidden"
handler404 = "reports.views.errors.not_found"
handler500 = "reports.views.errors.failed"
