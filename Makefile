# Two commands matter: `make run` and `make test`. Everything they need is installed by them.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
PORT ?= 9100
DATA ?= .data
export STEWARD_DATA ?= $(DATA)

.PHONY: help run test lint types floors check bench pictures lock clean browser
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / \t/' | expand -t 12

# One environment for both commands; the test command only adds to it.
$(VENV)/bin/uv:
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check "uv==0.13.9"

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/uv
	$(UV) pip install --quiet --require-hashes -r requirements.txt
	$(UV) pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt $(VENV)/.run
	$(UV) pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# Browser libraries, by lock file, with Node from its wheel: no Node is needed on the machine.
node_modules/.run: package.json package-lock.json $(VENV)/.run
	$(VENV)/bin/npm ci --omit=dev --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

node_modules/.dev: node_modules/.run
	$(VENV)/bin/npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch node_modules/.run $@

run: $(VENV)/.run node_modules/.run ## the whole house on this machine: shop, admin, desk, mailbox
	PORT=$(PORT) $(VENV)/bin/steward run

test: $(VENV)/.dev node_modules/.dev browser check ## lint, types, floors, tests and browser journeys
	$(PY) -m pytest -n 2 --dist loadscope

check: lint types floors

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(VENV)/.dev
	$(VENV)/bin/mypy

floors: $(VENV)/.dev
	$(VENV)/bin/lint-imports

browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq >/dev/null && apt-get install -y -qq chromium >/dev/null; } \
	  || { echo "The journeys need Debian's Chromium: apt-get install chromium"; exit 1; }

bench: $(VENV)/.dev ## what is measured, beside its reference
	$(PY) -m bench

pictures: $(VENV)/.dev node_modules/.dev browser ## the documents' pictures, taken anew
	$(PY) -m pytest tests/journeys/take_pictures.py

lock: $(VENV)/bin/uv ## choose versions anew: requirements.txt, requirements-dev.txt, package-lock.json
	$(UV) pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements.txt
	$(UV) pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -c requirements.txt -o requirements-dev.txt
	$(VENV)/bin/npm install --package-lock-only --ignore-scripts

clean: ## forget what was installed and stored here
	rm -rf $(VENV) node_modules .data
