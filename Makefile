# One-word tasks. Whichever comes first makes .venv from requirements.lock; later ones use it as it is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
MEMBERS ?= KOR JPN
OUT ?= out
TEST_ARGS ?= -n 2 --dist worksteal
BENCH_ARGS ?=
DATA_ARGS ?=
FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?=
UPGRADE ?=

PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(PY) -m pip install --quiet --no-input
INSTALLED := $(VENV)/.installed
COMPILED := $(VENV)/.compiled
EDITED := hatch_build.py $(shell find src/pactolus -path '*/data/*.csv' -o -name '*.yaml' 2>/dev/null)

.PHONY: help
help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ---- the environment -------------------------------------------------------------------------------------------------

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: $(PYTHON) is too old or missing; pactolus needs Python 3.11 or later (make PYTHON=python3.12 ...)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "make: $(PYTHON) has no venv module; on Debian: apt-get install python3-venv" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(INSTALLED): requirements.lock pyproject.toml | $(PY)
	@echo "Installing what requirements.lock names into $(VENV) (a few hundred MB, once) ..." >&2
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(PY) -m compileall -q src/pactolus
	@touch $@

$(COMPILED): $(EDITED) | $(INSTALLED)
	@$(PY) hatch_build.py
	@touch $@

.PHONY: env
env: $(INSTALLED) $(COMPILED)  ## make .venv from the hashed lock, install pactolus into it

.PHONY: compile
compile: $(INSTALLED)  ## compile vocabulary and wording (CSV, YAML) to the form the program reads
	@$(PY) hatch_build.py
	@touch $(COMPILED)

# ---- what it is for --------------------------------------------------------------------------------------------------

.PHONY: brief
brief: env  ## write the joint brief of KOR and JPN into out/ (MEMBERS="KOR JPN", OUT=out)
	@$(BIN)/pactolus brief $(MEMBERS) --out $(OUT)
	@echo "The brief lies in $(abspath $(OUT)):"
	@cd $(OUT) && for kind in html pdf xlsx; do \
	  printf '  %-5s' "$$kind"; printf ' %s' brief-*."$$kind"; echo; done

# ---- tests and checks ------------------------------------------------------------------------------------------------

.PHONY: test
test: env  ## run every test (TEST_ARGS="-n 2"); what the machine lacks is skipped, with the reason
	@$(PY) -m pytest $(TEST_ARGS)

.PHONY: check
check: lint types floors docs  ## everything below: lint, types, floors, docs

.PHONY: lint
lint: env  ## ruff: rules and format
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

.PHONY: types
types: env  ## mypy, strict
	@$(BIN)/mypy

.PHONY: floors
floors: env  ## imports go down the floors only
	@$(PY) -m pytest -q tests/test_floors.py

.PHONY: docs
docs: env  ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

.PHONY: format
format: env  ## put the code into the common format
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

# ---- data, lock, benchmarks ------------------------------------------------------------------------------------------

.PHONY: data
data: env  ## rebuild the embedded tables from the publishers' files, show the difference (DATA_ARGS=--write keeps)
	@$(PY) tools/build_world.py --download $(DATA_ARGS)

.PHONY: lock
lock:  ## write requirements.lock anew from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@test -x $(BIN)/uv || { echo "make: run 'make env' first; the lock is written by uv, which the lock itself names" >&2; exit 2; }
	@$(BIN)/uv --no-config pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-header --no-annotate $(UPGRADE) pyproject.toml --output-file requirements.lock
	@! grep -nE '://|file:|find-links|index-url' requirements.lock || \
	  { echo "make: requirements.lock names an address; it may hold names, versions and hashes only" >&2; exit 1; }

.PHONY: fuzz
fuzz: env  ## fuzz the readers of publishers' files (FUZZ_SECONDS=60 each, FUZZ_TARGETS="wmd baci-zip"; Linux)
	@$(PY) -c 'import atheris' 2>/dev/null || { echo "make: atheris is not installed; it is made for Linux" >&2; exit 2; }
	@$(PY) tests/fuzz/run.py --seconds $(FUZZ_SECONDS) $(FUZZ_TARGETS)

.PHONY: bench
bench: env  ## measure speed and memory beside a peer (BENCH_ARGS=--quick: without the peer)
	@$(PY) -m benchmarks.run $(BENCH_ARGS)

.PHONY: pages
pages: env  ## renew the tables in README.md and docs/ that are made from the code and the data
	@$(PY) tools/reference_pages.py
	@$(PY) tools/backtest_page.py
	@$(PY) tools/outlook_page.py
	@$(PY) tools/study_page.py

.PHONY: picture
picture: brief  ## take the picture of the brief that README.md shows (needs Chromium)
	@$(PY) tools/take_picture.py $(OUT)

.PHONY: changelog
changelog: env  ## show the next section of the changelog, put together from changes/
	@$(BIN)/towncrier build --draft

# ---- tidying ---------------------------------------------------------------------------------------------------------

.PHONY: clean
clean:  ## remove what was made, except .venv
	@rm -rf build dist out site .pytest_cache .mypy_cache .ruff_cache .hypothesis benchmarks/results
	@rm -rf src/pactolus/*/compiled $(COMPILED)
	@find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

.PHONY: distclean
distclean: clean  ## remove .venv too
	@rm -rf $(VENV)
