# The only door: `make` shows what there is. GNU make 3.81 is enough.
# On a fresh machine with Python 3.11 or later, `make demo` and `make test` set everything up by themselves.

PYTHON ?= $(shell sh .ci/python)
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements.lock requirements-demo.lock requirements-dev.lock

.DEFAULT_GOAL := help
.PHONY: help demo test native check fmt bench guard chaos lock clean

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp ## Run the whole job on an embedded Kafka; EXIT=1 plays the story, checks itself and ends
	@$(BIN)/cairn demo $(if $(EXIT),--exit)

test: $(VENV)/dev.stamp ## Pass all tests, those on a real Kafka and the scaled chaos included
	@$(BIN)/python -m stream.native.build
	@$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),--numprocesses 2 --dist loadgroup)

native: $(VENV)/demo.stamp ## Build the native accelerator into this checkout, where cargo is
	@$(BIN)/python -m stream.native.build

check: $(VENV)/dev.stamp ## Lint, types, fences between the rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m stream.native.build check

fmt: $(VENV)/dev.stamp ## Format and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/dev.stamp ## Measure the tracker against the targets, and against Kafka Streams where java and mvn are there
	@$(BIN)/python -m tests.bench $(ARGS)

guard: $(VENV)/dev.stamp ## Fail when an event costs the tracker, or a crossing the planner, 15 % more than the baseline
	@$(BIN)/python -m tests.bench.regression $(ARGS)

chaos: $(VENV)/dev.stamp ## Kill and stall real workers at full length, and write a report
	@$(BIN)/python -m tests.chaos $(ARGS)

lock: $(VENV)/dev.stamp ## Resolve the dependencies anew, hashes and no index address in the locks
	@sh .ci/lock $(BIN)/uv

clean: ## Remove the environment and what tools left
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/pip.stamp: .ci/python
	@sh .ci/venv "$(PYTHON)" $(VENV)
	@touch $@

# Locked wheels with their hashes, then this checkout on top of them, built offline by the locked builder.
$(VENV)/demo.stamp: requirements-demo.lock pyproject.toml $(VENV)/pip.stamp
	@echo "Setting up: installing $$(grep -c '==' requirements-demo.lock) locked packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r requirements-demo.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml $(VENV)/pip.stamp
	@echo "Setting up: installing $$(grep -c '==' requirements-dev.lock) locked packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@ $(VENV)/demo.stamp
