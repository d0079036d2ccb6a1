# The entry for people: `make help` says what there is.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
          --no-emit-find-links --custom-compile-command 'make lock' pyproject.toml

# make demo DEMO=--once
DEMO   ?=
# make sbom REQUIREMENTS=requirements/tracing.txt, for an image that was built with it
REQUIREMENTS ?= requirements/runtime.txt

.PHONY: help demo test chaos soak check hooks fmt schemas dashboards release train lock audit sbom clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## a real Kafka, the service and sample articles, here, until Ctrl-C
	@$(BIN)/wiretag demo $(DEMO)

test: $(VENV)/.dev ## everything that can be tested on this machine
	@$(BIN)/pytest -n 2 --dist loadfile

chaos: $(VENV)/.dev ## the fault tests at full length: kill, freeze, rebalance under load
	@WIRETAG_CHAOS_EVENTS=$${WIRETAG_CHAOS_EVENTS:-100000} $(BIN)/pytest --timeout 1800 tests/chaos

soak: $(VENV)/.dev ## all faults at once for ten minutes (SECONDS=...)
	@$(BIN)/python -m tests.chaos.soak $(or $(SECONDS),600)

check: $(VENV)/.dev ## style, types, architecture, contracts
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

hooks: $(VENV)/.dev ## look at every commit before it is made
	@$(BIN)/pre-commit install

fmt: $(VENV)/.dev ## put the code in shape
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

schemas: $(VENV)/.dev ## write the JSON Schemas of topics/records.py and topics/headers.py, and the page of the contract
	@$(BIN)/python -m topics.schemas && $(BIN)/python -m topics.page

dashboards: $(VENV)/.dev ## write the Grafana dashboard of deploy/grafana/build.py
	@$(BIN)/python -m deploy.grafana.build

release: $(VENV)/.dev ## keep the contract as that of this version, for ever: see CONTRIBUTING.md
	@$(BIN)/python -m topics.releases

train: $(VENV)/.dev ## learn everything again from WIRETAG_SHARED (default ../shared): about an hour
	@cd training && PATH="$(CURDIR)/$(BIN):$$PATH" python -m spacy project run all . \
	    --vars.shared "$(abspath $(or $(WIRETAG_SHARED),../shared))"

lock: $(VENV)/.dev ## resolve pyproject.toml into requirements/*.txt, with hashes
	@$(BIN)/$(LOCK) -o requirements/runtime.txt
	@$(BIN)/$(LOCK) --extra tracing -o requirements/tracing.txt
	@$(BIN)/$(LOCK) --extra demo -o requirements/demo.txt
	@$(BIN)/$(LOCK) --all-extras --group dev -o requirements/dev.txt
	@$(BIN)/python requirements/lock_kafka.py

audit: $(VENV)/.dev ## known vulnerabilities of what the image holds (asks the internet)
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement $(REQUIREMENTS)

sbom: $(VENV)/.dev ## what the image holds, as CycloneDX: build/wiretag.cdx.json
	@mkdir -p build
	@$(BIN)/python -W ignore -m cyclonedx_py requirements --output-reproducible --pyproject pyproject.toml -o build/wiretag.cdx.json $(REQUIREMENTS)

clean: ## remove what the other targets made
	rm -rf $(VENV) build dist *.egg-info .work

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements/demo.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing (a few minutes the first time) ..."
	@$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/demo.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing (a few minutes the first time) ..."
	@$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.demo
