# Twig: `make help` lists what there is. Everything that is made lands in build/ (and fetched device libraries in lib/).
PYTHON ?= $(shell for p in python3.11 python3 python3.13 python3.12; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := build/venv/bin
SETUP = $(if $(PYTHON),$(PYTHON),$(error no Python 3.11 or later on PATH; install one or say make PYTHON=...)) \
	tools/setup/environment.py
BOARD ?= s26
PYTEST ?=
# Most tests wait for plugs: three at a time, and two cores are busy. More would disturb those that measure milliseconds.
WORKERS ?= 3
# Files in the order of tests_host/long_files.py, the longest first: else one of them goes on alone at the end.
FILES := --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo test proof bench lint types image lib lock venv clean

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | sed 's/$$(BOARD)/$(BOARD)/' | expand -t 16

demo: ## a hub and two virtual plugs on loopback, until Ctrl-C (ONCE=1: switch, measure, end)
	@$(SETUP) venv run
	@$(VENV)/python -m twig.demo $(if $(ONCE),--once)

test: system lint types lib twin ## everything that has to hold: lint, types and tests (PYTEST=... adds options)
	@$(VENV)/python -m pytest -m "not proof" -n $(WORKERS) $(FILES) $(PYTEST)

proof: system lib twin ## the exhaustive tests that take long
	@tools/setup/system.sh initdb
	@$(VENV)/python -m pytest -m proof --timeout 1800 $(PYTEST)

bench: system lib ## measure every limit of the design; prints a table and writes build/bench.json
	@$(VENV)/python -m tests_host.bench

lint: venv ## ruff: rules and format of imports
	@$(VENV)/ruff check --quiet . && echo "lint: clean"

types: venv ## mypy: tools strict, firmware against the stubs of both chips
	@$(SETUP) stubs esp8266
	@$(SETUP) stubs esp32
	@$(VENV)/mypy
	@$(VENV)/mypy --config-file requirements/mypy-esp8266.ini
	@$(VENV)/mypy --config-file requirements/mypy-esp32.ini

image: venv ## build/$(BOARD).littlefs, the file system as it will be flashed (BOARD=s26)
	@$(VENV)/twig image build --board $(BOARD)

lib: venv ## fetch the pinned device libraries into lib/
	@$(VENV)/python -m twig.release.libs

lock: venv ## make requirements/*.txt anew
	@tools/setup/lock.sh

venv: ## build/venv with everything for development
	@$(SETUP) venv dev

.PHONY: twin
twin: venv
	@$(VENV)/python -m twig.twin.runtime >/dev/null

.PHONY: system
system:
	@tools/setup/system.sh gcc mosquitto chromium openssl

clean: ## remove what was made
	rm -rf build lib/*/ .mypy_cache .ruff_cache .pytest_cache .hypothesis
