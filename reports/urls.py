"""The addresses of the pages that join apps."""

from __future__ import annotations

from django.urls import include, path

from reports.views.account import account, revoke, theme, tokens
from reports.views.alerts import alert, alert_list, rules, step
from reports.views.explain import explain
from reports.views.forecast import forecast
from reports.views.home import home
from reports.views.imports import dated, discard, imported, imports, problems, structure, upload
from reports.views.overview import overview
from reports.views.planning import division, planning
from reports.views.record import record, verify
from reports.views.runs import runs
from reports.views.telling import (
    deputy,
    deputy_end,
    hours,
    quiet,
    quiet_end,
    silence_lift,
    silences,
    waiting,
)
from reports.views.unit import unit, units

alert_urls = [
    path("", alert_list, name="list"),
    path("rules/", rules, name="rules"),
    path("<str:public_id>/", alert, name="detail"),
    path("<str:public_id>/<slug:name>/", step, name="step"),
]

urlpatterns = [
    path("", home, name="home"),
    path("overview/", overview, name="overview"),
    path("units/", units, name="units"),
    path("units/<str:code>/", unit, name="unit"),
    path("units/<str:code>/explain/<str:metric>/", explain, name="explain"),
    path("units/<str:code>/forecast/<str:metric>/", forecast, name="forecast"),
    path("imports/", imports, name="imports"),
    path("imports/structure/", structure, name="structure"),
    path("imports/structure/dated/", dated, name="structure-dated"),
    path("imports/uploads/<str:public_id>/", upload, name="upload"),
    path("imports/uploads/<str:public_id>/discard/", discard, name="upload-discard"),
    path("imports/uploads/<str:public_id>/problems/", problems, name="upload-problems"),
    path("imports/<str:public_id>/", imported, name="import"),
    path("alerts/waiting/", waiting, name="waiting"),
    path("alerts/silences/", silences, name="silences"),
    path("alerts/silences/<str:public_id>/lift/", silence_lift, name="silence-lift"),
    path("alerts/", include((alert_urls, "alerts"))),
    path("planning/", planning, name="planning"),
    path("planning/<str:public_id>/", division, name="division"),
    path("runs/", runs, name="runs"),
    path("record/", record, name="record"),
    path("record/verify/", verify, name="verify"),
    path("account/", account, name="account"),
    path("account/theme/", theme, name="theme"),
    path("account/hours/", hours, name="hours"),
    path("account/quiet/", quiet, name="quiet"),
    path("account/quiet/<str:public_id>/end/", quiet_end, name="quiet-end"),
    path("account/deputies/", deputy, name="deputy"),
    path("account/deputies/<str:public_id>/end/", deputy_end, name="deputy-end"),
    path("account/tokens/", tokens, name="tokens"),
    path("account/tokens/<str:prefix>/revoke/", revoke, name="token-revoke"),
]
