"""News from the engine: values were recomputed.

`values_recomputed` is sent inside the transaction that closes a run, with `run` (its id), `mark` (what
was known) and `actor`. Receivers only write a job row.
"""

from django.dispatch import Signal

values_recomputed = Signal()
