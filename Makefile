# Plumbline's commands. `make run` starts it, `make test` tests it; the rest is for those who change it.
#
#   make run [PORT=8000] [DEMO=0]     install, prepare the database, start web, worker and beat
#   make test                         the whole suite on the embedded default (SQLite, no server)
#   make test-services                the same suite on DATABASE_URL and REDIS_URL
#   make screens                      every page as a picture, in var/screens; what axe and the browser find
#   make check                        what CI asks of a change, browser and services aside
#
# With DATABASE_URL and REDIS_URL set, the same commands use PostgreSQL and Redis. `.env.example` lists all settings.

SHELL := /bin/sh
.DEFAULT_GOAL := help

CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in $(CANDIDATES); do $$name -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$name && break; done)

BIN := .venv/bin
ARGS ?=

SERVICES_DATABASE ?= postgresql://postgres@127.0.0.1:5432/postgres
SERVICES_REDIS ?= redis://127.0.0.1:6379/15

.PHONY: help run demo worker test test-services journeys screens check lint types contracts bench runtime development python

help:
	@sed -n 's/^#   //p' Makefile

# --- what everything needs -----------------------------------------------------------------------------
python:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null || { \
	  echo "Plumbline needs Python 3.11 or newer: install it, or name it with make $(firstword $(MAKECMDGOALS)) PYTHON=/path/to/python3." >&2; exit 3; }

runtime: python
	@$(PYTHON) -I config/install.py runtime

development: python
	@$(PYTHON) -I config/install.py development

# --- using it --------------------------------------------------------------------------------------------
run: runtime
	@exec $(BIN)/python manage.py up

worker: runtime
	@exec $(BIN)/python manage.py up worker beat

demo: runtime
	@exec $(BIN)/python manage.py demo $(ARGS)

# --- changing it -----------------------------------------------------------------------------------------
test: development
	@env -u DATABASE_URL -u REDIS_URL $(BIN)/pytest -n auto --dist worksteal -m "not journey" $(ARGS)

test-services: development
	@DATABASE_URL="$${DATABASE_URL:-$(SERVICES_DATABASE)}" REDIS_URL="$${REDIS_URL:-$(SERVICES_REDIS)}" \
	  $(BIN)/pytest -n auto --dist worksteal -m "not journey" $(ARGS)

journeys: development
	@$(BIN)/pytest -n 2 --dist loadfile -m journey $(ARGS)

screens: development
	@$(BIN)/python -m tests.journeys.screens $(ARGS)

check: lint types contracts test

lint: development
	@$(BIN)/ruff format --check --quiet . || { echo "ruff format would change files: run $(BIN)/ruff format ." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@PRODUCTION=1 ALLOWED_HOSTS=plumbline.example $(BIN)/python manage.py check --deploy --fail-level WARNING

types: development
	@$(BIN)/mypy .

contracts: development
	@$(BIN)/lint-imports --no-cache

bench: development
	@$(BIN)/python -m benchmarks $(ARGS)
