"""The verbs of the ledger, by noun: structure, places, holidays, figures, closing."""

from ledger.actions.closing import PeriodNotClosed, close_period
from ledger.actions.figures import import_figures
from ledger.actions.holidays import import_holidays
from ledger.actions.inflation import FlagRefused, flag_hyperinflation, take_back_hyperinflation
from ledger.actions.ownership import import_ownership
from ledger.actions.placements import import_placements
from ledger.actions.places import take_up_places
from ledger.actions.structure import import_structure
from ledger.actions.tree import import_tree

__all__ = [
    "FlagRefused",
    "PeriodNotClosed",
    "close_period",
    "flag_hyperinflation",
    "import_figures",
    "import_holidays",
    "import_ownership",
    "import_placements",
    "import_structure",
    "import_tree",
    "take_back_hyperinflation",
    "take_up_places",
]
