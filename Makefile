# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
ASSETS := search_app/static/vendor/.installed
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/pip install --quiet --constraint constraints.txt

.PHONY: demo test test-engines check serve bench docs examples system clean

demo: $(INSTALLED) $(ASSETS) ## set up, build the graph and index from the examples, serve the web app
	$(BIN)/insek demo --port $(PORT)

test: check system ## set up, check the code, run all tests
	$(BIN)/python -m pytest

test-engines: $(INSTALLED_DEV) ## the contract of every engine, those from outside PyPI too (Debian: virtuoso-opensource-7)
	$(PIP) --editable '.[engines]'
	$(BIN)/python tests/engines/with_milvus.py $(BIN)/python -m pytest tests/engines -m "engines or not engines"

check: $(INSTALLED_DEV) $(ASSETS) ## style, types, import rule, sizes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_layout.py

serve: $(INSTALLED) $(ASSETS) ## serve what is published
	$(BIN)/insek serve --port $(PORT)

bench: $(INSTALLED_DEV) ## ratios against named peers
	$(BIN)/insek bench all

docs: $(INSTALLED) ## browsable pages of the ontology and the schemes, in docs/vocabulary
	$(PIP) --editable '.[docs]'
	$(BIN)/python -m kg.documentation docs/vocabulary

examples: $(INSTALLED) ## typeset the example documents, into examples/documents
	$(BIN)/python examples/render.py

# Debian packages that some tests need; without root the tests that need them are skipped and say so.
system:
	@sh .ci/system-packages

$(INSTALLED): pyproject.toml constraints.txt
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(PIP) torch
	$(PIP) --editable .
	touch $@

$(INSTALLED_DEV): $(INSTALLED)
	$(PIP) --editable '.[dev]'
	touch $@

$(ASSETS): package-lock.json search_app/static/vendor.mjs
	npm ci --no-audit --no-fund --loglevel=error
	node search_app/static/vendor.mjs
	touch $@

clean: ## remove everything that set-up made; published workspaces stay
	rm -rf $(VENV) node_modules search_app/static/vendor examples/documents
