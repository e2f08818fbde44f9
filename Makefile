# make demo    environment, page assets, a seeded market, the whole chain over it, a server on http://127.0.0.1:8000
# make test    the whole suite, on SQLite and on PostgreSQL
# make check   ruff, mypy, import-linter
# make bench   the published figures
# make load    500 verdicts a second by API on PostgreSQL, see docs/throughput.md; fails where they are not reached

PYTHON ?= python3
BIN := .venv/bin
export TOUCHSTONE_HOME ?= $(CURDIR)/var

.PHONY: demo test check bench load lock assets clean

demo: .venv/.runtime assets
	@$(BIN)/touchstone demo $(if $(filter 0,$(SERVE)),--no-serve)

test: .venv/.dev assets
	@$(BIN)/python scripts/run_tests.py

check: .venv/.dev
	@twice=$$(find tests -name 'test_*.py' -exec basename {} \; | sort | uniq -d); \
		test -z "$$twice" || { echo "Two test files share a name, which pytest refuses: $$twice"; exit 1; }
	@$(BIN)/ruff check src tests scripts
	@$(BIN)/ruff format --check src tests scripts
	@$(BIN)/lint-imports
	@$(BIN)/mypy

bench: .venv/.dev
	@$(BIN)/touchstone bench

load: .venv/.dev
	@$(BIN)/python scripts/with_postgres.py --durable $(BIN)/touchstone bench api

assets: .venv/.runtime
	@$(BIN)/python -m touchstone.web.build

.venv/bin/uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Touchstone needs Python 3.11 or newer: set PYTHON=/path/to/python3.11")'
	@echo "Building the environment in .venv ..."
	@$(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment (Debian: apt-get install python3-venv)"; exit 1; }
	@$(BIN)/pip install -q --require-hashes -r requirements/bootstrap.txt
	@touch $@

.venv/.runtime: .venv/bin/uv requirements/runtime.txt pyproject.toml
	@echo "Installing dependencies ..."
	@$(BIN)/uv pip install -q --no-deps --require-hashes -r requirements/runtime.txt
	@$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements/dev.txt
	@echo "Installing what the tests need ..."
	@$(BIN)/uv pip install -q --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

# Lock files carry hashes and no addresses.
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header
lock: .venv/bin/uv
	@$(LOCK) --extra build pyproject.toml -o requirements/runtime.txt
	@$(LOCK) --extra build --extra dev pyproject.toml -o requirements/dev.txt
	@echo uv | $(LOCK) - -o requirements/bootstrap.txt

clean:
	rm -rf .venv var node_modules src/touchstone/web/static/build test-artifacts
