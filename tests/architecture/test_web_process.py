"""A web process stays light: it reads what the worker computed."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.architecture.source import BASE

HEAVY = ("pandas", "numpy", "highspy", "plotly", "openpyxl", "xlsxwriter", "matplotlib", "python_calamine", "pptx")

START = """
import sys
from config.wsgi import application
from django.urls import get_resolver
get_resolver().url_patterns
for pattern in get_resolver().url_patterns:
    getattr(pattern, "url_patterns", None)
import django.apps, importlib
for app in django.apps.apps.get_app_configs():
    if app.name in {APPS}:
        for part in ("admin", "api", "views", "forms", "urls", "querysets", "actions"):
            try:
                importlib.import_module(app.name + "." + part)
            except ModuleNotFoundError as missing:
                if missing.name != app.name + "." + part:
                    raise
print(" ".join(name for name in {HEAVY} if name in sys.modules))
"""


def started(extra: str = "") -> str:
    """What of the heavy libraries a fresh web process has loaded."""
    from tests.architecture.source import APPS

    source = START.replace("{APPS}", repr(APPS)).replace("{HEAVY}", repr(HEAVY))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(BASE)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", extra + source],
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_web_process_loads_neither_pandas_nor_its_like():
    assert started() == ""


def test_the_look_into_the_process_finds_what_was_loaded():
    assert started("import numpy\n") == "numpy"
