"""The verbs of the ledger, by noun: structure, figures, closing."""

from ledger.actions.closing import PeriodNotClosed, close_period
from ledger.actions.figures import import_figures
from ledger.actions.ownership import import_ownership
from ledger.actions.placements import import_placements
from ledger.actions.structure import import_structure
from ledger.actions.tree import import_tree

__all__ = [
    "PeriodNotClosed",
    "close_period",
    "import_figures",
    "import_ownership",
    "import_placements",
    "import_structure",
    "import_tree",
]
