"""How gunicorn loads the program: once, so that its workers share the memory that it was loaded into."""

from __future__ import annotations

import gc
from typing import Any

preload_app = True


def when_ready(server: Any) -> None:
    """Before the first worker is forked. A connection that was opened on the way would be used by several processes;
    and whoever looks for garbage touches what he looks through, which copies it into every worker (−30 MB each)."""
    from django.db import connections  # gunicorn reads this file before Django has its settings

    connections.close_all()
    gc.collect()
    gc.freeze()
