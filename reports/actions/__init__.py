"""The verbs of the pages: uploads on their way in, words on variances, and work that people ask for.

Those of commentary are called by the name of their module: `commentary.write`, `commentary.accept`.
"""

from reports.actions.keeping import ask_recompute, verify_record
from reports.actions.mending import mend_upload
from reports.actions.record import hand_out_record
from reports.actions.uploads import (
    check_upload,
    commit_upload,
    discard_upload,
    forget_upload,
    hand_out_problems,
    land_upload,
    receive_upload,
)

__all__ = [
    "ask_recompute",
    "check_upload",
    "commit_upload",
    "discard_upload",
    "forget_upload",
    "hand_out_problems",
    "hand_out_record",
    "land_upload",
    "mend_upload",
    "receive_upload",
    "verify_record",
]
