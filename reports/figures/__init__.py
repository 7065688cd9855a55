"""The props of components and pages: frozen values that templates print. Pure; nothing here reads or computes.

numbers   a figure, its variance, and the small marks and sections every page is made of
frame     what stands around a page
pages     the overview, a unit, the empty state
alerts    the inbox and one alert
rules     rules by what their alerts were worth
forecasts a forecast explained
quiet     why a figure was quiet, and what is missing
planning  a hiring budget elsewhere, a budget over requests
resources where money and people sit
control   an explanation, the record, a refusal
imports   a file on its way in
runs      the recomputes
search    what a search finds
account   the page of one's own
commentary      words on variances
deeds     buttons that post
gaps      what accounts for a gap
home      what people arrange for themselves
completeness    who delivered what
metrics   all metrics of a unit, and one of them
consolidation    a group's figures in columns
telling   when somebody is told, and what is silenced
terms     what words of finance mean
thresholds    the list of them, one of them, and its back-test
scenarios the list of them, one with its drivers, several side by side
proposals changes of thresholds that wait for a second person
studies   what months say of themselves, and cash ahead
"""

from reports.figures.account import *
from reports.figures.alerts import *
from reports.figures.commentary import *
from reports.figures.completeness import *
from reports.figures.consolidation import *
from reports.figures.control import *
from reports.figures.deeds import *
from reports.figures.forecasts import *
from reports.figures.frame import *
from reports.figures.gaps import *
from reports.figures.home import *
from reports.figures.imports import *
from reports.figures.metrics import *
from reports.figures.numbers import *
from reports.figures.pages import *
from reports.figures.planning import *
from reports.figures.proposals import *
from reports.figures.quiet import *
from reports.figures.resources import *
from reports.figures.rules import *
from reports.figures.runs import *
from reports.figures.scenarios import *
from reports.figures.search import *
from reports.figures.studies import *
from reports.figures.telling import *
from reports.figures.terms import *
from reports.figures.thresholds import *
