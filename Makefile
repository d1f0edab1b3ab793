# `make` alone lists all targets.

PYTHON ?= python3
UV ?= uv
VENV := .venv
IN_VENV := $(VENV)/bin/python -m
# Only packages that the lock files pin are installed, and only this project is built.
INSTALL := $(IN_VENV) pip install --quiet --disable-pip-version-check

.PHONY: help serve test check lint evaluate stress contract fuzz picture wheel lock clean browser
.DEFAULT_GOAL := help

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' Makefile

serve: $(VENV)/ready ## Set up and serve the articles; options go into ARGS="--port 9000"
	@$(IN_VENV) chatbot serve $(ARGS)

# Only a run of all tests is judged by its coverage.
test: $(VENV)/ready-to-test browser ## Set up and run all tests; options of pytest go into ARGS="-m 'not slow'"
ifdef ARGS
	@$(IN_VENV) pytest $(ARGS)
else
	@$(IN_VENV) coverage run -m pytest
	@$(IN_VENV) coverage report
endif

check: $(VENV)/ready ## List the files of the corpus that are not served, and why
	@$(IN_VENV) chatbot check $(ARGS)

lint: $(VENV)/ready-to-test ## Check style, format and types
	$(IN_VENV) ruff check
	$(IN_VENV) ruff format --check
	$(IN_VENV) mypy

# The new tables are first written to another file, so that a failed run does not change the old ones.
# Exit code 1 means that a question of the last file had a wrong answer, which the tables show.
EVAL ?= ../shared/eval
READERS ?= sentence neural
EVALUATE = $(IN_VENV) chatbot evaluate --markdown $(READERS:%=--reader %)
PUBLISHED = $(IN_VENV) benchmarks.published --markdown $(READERS:%=--reader %)

evaluate: $(VENV)/ready ## Renew the figures of EVALUATION.md from the questions in EVAL=folder
	@sed '/^<!-- figures/q' EVALUATION.md > EVALUATION.md.new
	@echo >> EVALUATION.md.new
	$(EVALUATE) --leave-out --distract $(EVAL)/xquad-dev.json >> EVALUATION.md.new
	$(EVALUATE) --leave-out $(EVAL)/xquad-dev-typos.json >> EVALUATION.md.new
	$(EVALUATE) $(EVAL)/squad2-two-articles.json >> EVALUATION.md.new
	$(PUBLISHED) $(EVAL)/stackfaq-dev.json $(EVAL)/canard-dev.json >> EVALUATION.md.new
	$(EVALUATE) $(EVAL)/anora-questions.jsonl >> EVALUATION.md.new || test $$? = 1
	@mv EVALUATION.md.new EVALUATION.md

stress: $(VENV)/ready-to-test ## Send 10,000 hostile inputs to a running service and check that it survives
	$(IN_VENV) pytest tests/test_stress.py --inputs 10000 -o faulthandler_timeout=7200 $(ARGS)

contract: $(VENV)/ready-to-fuzz ## Check a running service against its own description with schemathesis
	$(IN_VENV) pytest tests/test_contract.py --seconds 120 $(ARGS)

fuzz: $(VENV)/ready-to-fuzz ## Search with atheris for inputs that make parsers fail, for MINUTES=1 each
	$(IN_VENV) pytest tests/test_fuzz.py --seconds $(shell expr 60 \* $(or $(MINUTES),1)) $(ARGS)

picture: $(VENV)/ready ## Draw the imports in docs/architecture.md again
	@$(VENV)/bin/python tests/imports.py

wheel: $(VENV)/ready ## Build the two wheels in dist/, to install elsewhere
	$(IN_VENV) hatchling build -t wheel
	cd models/multilingual && ../../$(IN_VENV) hatchling build -t wheel -d ../../dist

LOCK := $(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --python-version 3.11 --custom-compile-command "make lock"

lock: ## Renew the lock files from pyproject.toml; needs uv
	$(LOCK) pyproject.toml --extra neural --extra office --extra import --group build --output-file requirements.lock
	$(LOCK) --group test --constraint requirements.lock --output-file requirements-test.lock

clean: ## Remove what was set up and built
	rm -rf $(VENV) dist .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/ready: requirements.lock pyproject.toml models/multilingual/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit(f"$(PYTHON) is {sys.version.split()[0]}; 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@echo "Setting up in $(VENV); this takes a minute, once."
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable . --editable models/multilingual
	@touch $@

$(VENV)/ready-to-test: $(VENV)/ready requirements-test.lock
	@$(INSTALL) --require-hashes -r requirements-test.lock
	@touch $@

# These are not locked, since nothing that is shipped or tested by others depends on them.
$(VENV)/ready-to-fuzz: $(VENV)/ready-to-test
	@$(INSTALL) "atheris>=2.3" "schemathesis>=4"
	@touch $@

# Chromium is optional: without it, the tests that use a browser are skipped.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get -q update \
		&& DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends chromium; } || true
