# Overridable: make run PYTHON=/path/to/python3
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c $(NEW_ENOUGH) </dev/null >/dev/null 2>&1 && echo "$$python" && break; done)
NEW_ENOUGH = 'import sys; sys.exit(sys.version_info < (3, 11))'
BIN = .venv/bin

.DEFAULT_GOAL = help
.PHONY: help run test lint docs bench load screenshots fuzz clean
# The goals share one environment.
.NOTPARALLEL:

# The version is checked here, because an older Python
# could not even read the script.
define setup
@python="$(PYTHON)"; "$${python:-false}" -c $(NEW_ENOUGH) </dev/null >/dev/null 2>&1 || { \
	echo "bootscope: Python 3.11 or newer is needed; install it, or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1; }; \
"$$python" scripts/setup_env.py
endef

help: ## print these lines
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

run: ## set up what is missing, then start the web server
	$(setup) run
	@exec $(BIN)/bootscope serve

test: lint ## all checks: the static ones, then the tests
	$(setup) test
	$(BIN)/pytest --cov --cov-report=
	$(BIN)/coverage report --include='parsers/*,app/rules/*' --fail-under=100
	$(BIN)/coverage report --include='app/*' --omit='app/rules/*' --fail-under=90

lint: ## the static checks only
	$(setup) lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/tsc --project jsconfig.json

docs: ## make what is made of docs/: the pages of rules, the language, the framings, the what-ifs
	$(setup) lint
	$(BIN)/python scripts/document_rules.py
	$(BIN)/python scripts/document_framings.py
	$(BIN)/python scripts/document_what_if.py

bench: ## measure speed and memory
	$(setup) lint
	$(BIN)/python -m bench

load: ## post logs to a server for LOAD_SECONDS (600), with 8 clients
	$(setup) lint
	$(BIN)/python -m pip install --quiet 'locust>=2.40'
	$(BIN)/python -m bench.load $(or $(LOAD_SECONDS),600)

screenshots: ## pictures of every page, in both themes, at three widths
	$(setup) test
	$(BIN)/python scripts/screenshots.py

fuzz: ## fuzz the parser for FUZZ_SECONDS (1800); what it finds stays in test-results
	$(setup) lint
	$(BIN)/python -m pip install --quiet 'atheris>=2.3'
	$(BIN)/python -m tests.fuzz.parser test-results/fuzz -max_total_time=$(or $(FUZZ_SECONDS),1800)

clean: ## remove everything that was set up or built
	rm -rf .venv node_modules app/static/vendor build dist *.egg-info test-results
	rm -rf .coverage* .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
