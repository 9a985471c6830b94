# make run    set everything up, then poll, re-check and serve until stopped
# make test   set everything up, then run the tests
#
# make setup  everything, extras and development tools, into .venv; without network and at once when nothing changed
# make lint   style, types, floors
# make check  lint and test
# make fuzz   every reader with a million inputs that no honest server sends (on all processors, an hour or so; ARGS="--inputs 50000 urls")
# make audit  the locked dependencies against the public lists of vulnerabilities (needs the network)
# make sbom   build/sbom.json: what the container holds of other people's work (CycloneDX)
# make bench  speed, as ratios against a baseline measured in the same run (ARGS=--json)
# make screenshots  the pictures of docs/pages.md anew (needs a Chromium)
# make lock   resolve the dependencies anew into requirements/*.txt (needs uv; UPGRADE=--upgrade takes the newest)
# make image  build the container image with docker (CONTAINER=podman: with another)
# make clean  remove what can be made again; never state/
#
# ARGS are handed on: make run ARGS="--port 9000", make test ARGS="-k diff" (or ARGS=-n0: in one process). PYTHON names the interpreter that makes .venv.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.up-to-date
AUDIT := $(VENV).audit
UV ?= uv
CONTAINER ?= docker
# A test file stays in one process: its browser, newsroom or database is started once.
SPREAD := --numprocesses logical --maxprocesses 4 --dist loadfile
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# An old pip cannot resolve lxml[html_clean]; it need not, the lock names every distribution.
LOCKED := --no-deps --require-hashes
# What a server runs with: every extra but the browser, which needs a Chromium beside it and makes an image a fifth bigger.
EXTRAS := web postgres queue notify pdf lang cli stamp
COMPILE = $(UV) pip compile --quiet --generate-hashes --universal --no-emit-index-url --no-annotate --no-header --python-version 3.11

.PHONY: help setup run test lint check fuzz audit sbom bench screenshots lock image clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

setup: $(STAMP)

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "presswatch needs Python 3.11 or newer, and $(PYTHON) is not: $$($(PYTHON) --version 2>&1 | tail -n 1)" >&2; \
	  echo "name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: install its venv module (Debian, Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	@$(PIP) --version >/dev/null 2>&1 || { echo "making $(VENV)" && $(PYTHON) -m venv --clear $(VENV); }
	@echo "installing requirements/dev.txt into $(VENV)"
	@$(PIP) install $(LOCKED) -r requirements/dev.txt
	@$(PIP) install --no-deps --no-index --no-build-isolation --editable .
	@touch $@

run: setup
	@$(BIN)/presswatch run $(ARGS)

# Hundreds of programs are started: none shall compile the service anew because bytecode is not to be kept here.
test: setup
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest $(SPREAD) $(ARGS)

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint test

fuzz: setup
	@$(BIN)/python -m tests.fuzz $(ARGS)

# strict: a distribution that nobody could be asked about is no clean one
audit: setup
	@test -x $(AUDIT)/bin/pip-audit -a $(AUDIT)/bin/pip-audit -nt requirements/audit.txt || { $(PYTHON) -m venv --clear $(AUDIT) \
	  && $(AUDIT)/bin/python -m pip --disable-pip-version-check --quiet install $(LOCKED) -r requirements/audit.txt; }
	@$(AUDIT)/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements/run.txt $(ARGS) || { \
	  echo "either something is vulnerable, or the lists could not be asked (they need the network): the lines above say which" >&2; exit 1; }

sbom: setup
	@mkdir -p build && $(BIN)/python deploy/sbom.py requirements/run.txt > build/sbom.json && echo build/sbom.json

bench: setup
	@$(BIN)/python -m benchmarks $(ARGS)

screenshots: setup
	@$(BIN)/python -m tests.screenshots $(ARGS)

lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/, or name it: make UV=path/to/uv lock" >&2; exit 1; }
	$(COMPILE) $(UPGRADE) pyproject.toml requirements/build.in --extra all --extra dev --output-file requirements/dev.txt
	$(COMPILE) --constraint requirements/dev.txt pyproject.toml $(EXTRAS:%=--extra %) --output-file requirements/run.txt
	$(COMPILE) --constraint requirements/dev.txt requirements/build.in --output-file requirements/build.txt
	$(COMPILE) --constraint requirements/dev.txt $(UPGRADE) requirements/audit.in --output-file requirements/audit.txt

image:
	$(CONTAINER) build --tag presswatch .

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	find service tests benchmarks -name __pycache__ -type d -exec rm -rf {} +
