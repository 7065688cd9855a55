"""The props of components and pages: frozen values that templates print. Pure; nothing here reads or computes.

numbers   a figure, its variance, and the small marks and sections every page is made of
frame     what stands around a page
pages     the overview, a unit, the empty state
alerts    the inbox and one alert
control   an explanation, the record, an import, a refusal
runs      the recomputes
account   the page of one's own
deeds     buttons that post
gaps      what accounts for a gap
consolidation    a group's figures in columns
"""

from reports.figures.account import *  # noqa: F403
from reports.figures.alerts import *  # noqa: F403
from reports.figures.consolidation import *  # noqa: F403
from reports.figures.control import *  # noqa: F403
from reports.figures.deeds import *  # noqa: F403
from reports.figures.frame import *  # noqa: F403
from reports.figures.gaps import *  # noqa: F403
from reports.figures.numbers import *  # noqa: F403
from reports.figures.pages import *  # noqa: F403
from reports.figures.runs import *  # noqa: F403
