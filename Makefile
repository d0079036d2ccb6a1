# The entry for people: `make help` says what there is.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
          --no-emit-find-links --custom-compile-command 'make lock' pyproject.toml

.PHONY: help demo test check fmt schemas lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## a real Kafka, the service and sample articles, here, until Ctrl-C
	@$(BIN)/wiretag demo

test: $(VENV)/.dev ## everything that can be tested on this machine
	@$(BIN)/pytest

check: $(VENV)/.dev ## style, types, architecture, contracts
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

hooks: $(VENV)/.dev ## look at every commit before it is made
	@$(BIN)/pre-commit install

fmt: $(VENV)/.dev ## put the code in shape
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

schemas: $(VENV)/.dev ## write the JSON Schemas of topics/records.py and topics/headers.py
	@$(BIN)/python -m topics.schemas

lock: $(VENV)/.dev ## resolve pyproject.toml into requirements/*.txt, with hashes
	@$(BIN)/$(LOCK) -o requirements/runtime.txt
	@$(BIN)/$(LOCK) --extra demo -o requirements/demo.txt
	@$(BIN)/$(LOCK) --all-extras --group dev -o requirements/dev.txt

clean: ## remove what the other targets made
	rm -rf $(VENV) build dist *.egg-info .work

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements/demo.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing (a few minutes the first time) ..."
	@$(BIN)/pip install --quiet --require-hashes -r requirements/demo.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing (a few minutes the first time) ..."
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.demo
