"""News from the ledger: figures (or what gives them meaning) changed.

`figures_changed` is sent inside the transaction of the deed with `mark` (the mark it took), `actor` and
`at` (the moment of the deed). Receivers only write a job row.
"""

from django.dispatch import Signal

figures_changed = Signal()
