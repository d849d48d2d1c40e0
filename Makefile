# The two commands of the README, and what CI runs. Only Python 3.11+ and make are needed.
PYTHON ?= python3
VENV   ?= .venv

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

PYTEST_ARGS ?=

# What judges the server from outside; docs/conformance.md names the same versions.
CONFORMANCE := 0.2.0-alpha.12
INSPECTOR   := 2.12.0
NODE_STAMP  := .node/.conformance-$(CONFORMANCE)-inspector-$(INSPECTOR)

.PHONY: demo test lint types contracts check conformance bench clean

# What each target needs is installed once, and again when pyproject.toml changes.
$(VENV)/.demo: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[demo]"
	@touch $@

$(VENV)/.dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[all]" --group test --group lint
	@touch $(VENV)/.demo $@

demo: $(VENV)/.demo
	$(BIN)/sqlcore-mcp demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term --cov-fail-under=90 $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

check: lint types contracts

# Needs npm. The installation scripts of `node` put the program in its place.
$(NODE_STAMP):
	npm install --prefix .node --no-audit --no-fund --loglevel=error --ignore-scripts=false \
		node@22 @modelcontextprotocol/conformance@$(CONFORMANCE) @modelcontextprotocol/inspector@$(INSPECTOR)
	@touch $@

conformance: $(VENV)/.dev $(NODE_STAMP)
	SQLCORE_TEST_NODE_MODULES="$(CURDIR)/.node/node_modules" \
		$(BIN)/python -m pytest -n auto tests/integration/conformance $(PYTEST_ARGS)

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

clean:
	rm -rf $(VENV) .node .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
