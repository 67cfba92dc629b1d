# `make help` lists the targets.
PYTHON ?= python3
PORT ?= 8000
SERVE ?= 1
RESET ?= 0
ARGS ?=

BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo run test lint format lock clean

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-12s %s\n' "$$name" "$$what"; done
	@printf '%s\n' '' 'Settings: PORT=8000, SERVE=0 (load only), RESET=1 (demo: start afresh), ARGS="-k name" (test)'

setup: ## Put everything the demo needs into .venv; a second run only looks.
	@$(PYTHON) scripts/setup.py

setup-test: ## Setup, and what the tests need: test packages, pm4py apart, Chromium and a font.
	@$(PYTHON) scripts/setup.py test

demo: export SHANHAI_DATA = var/demo
demo: export SHANHAI_TODAY = 2023-09-18T09:00
demo: setup ## Load the Longquan-Xiaoshan example zone, tell how it stands, serve it.
	@$(BIN)/shanhai demo load $(if $(filter 1,$(RESET)),--reset)
	@$(if $(filter 0,$(SERVE)),:,$(BIN)/shanhai serve --port $(PORT))

run: export SHANHAI_DATA = var/zone
run: setup ## Serve an empty zone; its first page asks who you are.
	@$(BIN)/shanhai migrate
	@$(BIN)/shanhai serve --port $(PORT)

test: setup-test ## Lint and run all tests, on SQLite and, where one answers, on PostgreSQL.
	@$(BIN)/python scripts/run_tests.py $(ARGS)

lint: setup-test ## Check format, style, the order of imports and types.
	@$(BIN)/python scripts/run_tests.py --lint

format: setup-test ## Rewrite what the formatter and the linter can.
	@$(BIN)/ruff format --quiet
	@$(BIN)/ruff check --fix --quiet

lock: setup-test ## Refresh the exact versions in requirements/.
	@$(PYTHON) scripts/lock.py

clean: ## Remove what setup made; the data in var/ stays.
	rm -rf .venv src/shanhai/webkit/static/vendor .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find src -name '*.mo' -delete
