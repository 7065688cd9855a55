"""The addresses of the pages that join apps."""

from __future__ import annotations

from django.urls import include, path

from reports.views.account import account, revoke, theme, tokens
from reports.views.alerts import alert, alert_list, rules, step
from reports.views.closing import close
from reports.views.commentary import commentary_list, commentary_step, roll, unit_commentary
from reports.views.completeness import completeness
from reports.views.explain import explain, explain_rows
from reports.views.forecast import forecast
from reports.views.home import home
from reports.views.imports import dated, discard, imported, imports, mend, problems, structure, upload
from reports.views.metrics import metric, metrics
from reports.views.overview import overview
from reports.views.own_home import own_home, pin, pin_move, unpin, view_save, view_step
from reports.views.planning import division, planning
from reports.views.problems import explain_problems
from reports.views.proposals import proposal, proposal_approve, proposal_refuse, proposal_withdraw, proposals
from reports.views.quiet import gaps, why_quiet
from reports.views.record import record, record_export, verify
from reports.views.resources import resources, resources_export
from reports.views.runs import runs
from reports.views.scenarios import (
    scenario,
    scenario_export,
    scenario_step,
    scenario_try,
    scenarios,
    scenarios_compare,
)
from reports.views.search import search
from reports.views.telling import (
    deputy,
    deputy_end,
    hours,
    quiet,
    quiet_end,
    silence_lift,
    silences,
    waiting,
    zones,
)
from reports.views.terms import term, terms
from reports.views.thresholds import threshold, threshold_new, threshold_retire, threshold_try, thresholds
from reports.views.unit import unit, unit_export, units

alert_urls = [
    path("", alert_list, name="list"),
    path("rules/", rules, name="rules"),
    path("<str:public_id>/", alert, name="detail"),
    path("<str:public_id>/<slug:name>/", step, name="step"),
]

proposal_urls = [
    path("", proposals, name="list"),
    path("<str:public_id>/", proposal, name="detail"),
    path("<str:public_id>/approve/", proposal_approve, name="approve"),
    path("<str:public_id>/refuse/", proposal_refuse, name="refuse"),
    path("<str:public_id>/withdraw/", proposal_withdraw, name="withdraw"),
]

urlpatterns = [
    path("", home, name="home"),
    path("home/", own_home, name="own-home"),
    path("home/pins/", pin, name="pin"),
    path("home/pins/off/", unpin, name="unpin"),
    path("home/pins/move/", pin_move, name="pin-move"),
    path("home/views/", view_save, name="view-save"),
    path("home/views/<str:public_id>/<slug:name>/", view_step, name="view-step"),
    path("overview/", overview, name="overview"),
    path("resources/", resources, name="resources"),
    path("resources/export/", resources_export, name="resources-export"),
    path("completeness/", completeness, name="completeness"),
    path("completeness/close/", close, name="period-close"),
    path("units/", units, name="units"),
    path("units/<str:code>/", unit, name="unit"),
    path("units/<str:code>/export/", unit_export, name="unit-export"),
    path("units/<str:code>/metrics/", metrics, name="unit-metrics"),
    path("units/<str:code>/metrics/<str:metric>/", metric, name="unit-metric"),
    path("units/<str:code>/explain/<str:metric>/", explain, name="explain"),
    path("units/<str:code>/explain/<str:metric>/rows/", explain_rows, name="explain-rows"),
    path("units/<str:code>/explain/<str:metric>/problems/", explain_problems, name="explain-problems"),
    path("units/<str:code>/forecast/<str:metric>/", forecast, name="forecast"),
    path("units/<str:code>/commentary/", unit_commentary, name="unit-commentary"),
    path("units/<str:code>/commentary/roll-forward/", roll, name="commentary-roll"),
    path("commentary/", commentary_list, name="commentary"),
    path("commentary/<str:public_id>/<slug:name>/", commentary_step, name="commentary-step"),
    path("imports/", imports, name="imports"),
    path("imports/structure/", structure, name="structure"),
    path("imports/structure/dated/", dated, name="structure-dated"),
    path("imports/uploads/<str:public_id>/", upload, name="upload"),
    path("imports/uploads/<str:public_id>/discard/", discard, name="upload-discard"),
    path("imports/uploads/<str:public_id>/mend/", mend, name="upload-mend"),
    path("imports/uploads/<str:public_id>/problems/", problems, name="upload-problems"),
    path("imports/<str:public_id>/", imported, name="import"),
    path("alerts/waiting/", waiting, name="waiting"),
    path("alerts/quiet/", why_quiet, name="why-quiet"),
    path("alerts/gaps/", gaps, name="gaps"),
    path("alerts/silences/", silences, name="silences"),
    path("alerts/silences/<str:public_id>/lift/", silence_lift, name="silence-lift"),
    path("alerts/proposals/", include((proposal_urls, "proposals"))),
    path("alerts/", include((alert_urls, "alerts"))),
    path("thresholds/", thresholds, name="thresholds"),
    path("thresholds/new/", threshold_new, name="threshold-new"),
    path("thresholds/new/try/", threshold_try, name="threshold-new-try"),
    path("thresholds/<slug:code>/", threshold, name="threshold"),
    path("thresholds/<slug:code>/try/", threshold_try, name="threshold-try"),
    path("thresholds/<slug:code>/retire/", threshold_retire, name="threshold-retire"),
    path("planning/", planning, name="planning"),
    path("planning/<str:public_id>/", division, name="division"),
    path("scenarios/", scenarios, name="scenarios"),
    path("scenarios/compare/", scenarios_compare, name="scenarios-compare"),
    path("scenarios/<str:public_id>/", scenario, name="scenario"),
    path("scenarios/<str:public_id>/try/", scenario_try, name="scenario-try"),
    path("scenarios/<str:public_id>/export/", scenario_export, name="scenario-export"),
    path("scenarios/<str:public_id>/<slug:name>/", scenario_step, name="scenario-step"),
    path("runs/", runs, name="runs"),
    path("search/", search, name="search"),
    path("terms/", terms, name="terms"),
    path("terms/<str:metric>/", term, name="term"),
    path("record/", record, name="record"),
    path("record/export/", record_export, name="record-export"),
    path("record/verify/", verify, name="verify"),
    path("account/", account, name="account"),
    path("account/theme/", theme, name="theme"),
    path("account/hours/", hours, name="hours"),
    path("account/zones/", zones, name="zones"),
    path("account/quiet/", quiet, name="quiet"),
    path("account/quiet/<str:public_id>/end/", quiet_end, name="quiet-end"),
    path("account/deputies/", deputy, name="deputy"),
    path("account/deputies/<str:public_id>/end/", deputy_end, name="deputy-end"),
    path("account/tokens/", tokens, name="tokens"),
    path("account/tokens/<str:prefix>/revoke/", revoke, name="token-revoke"),
]
