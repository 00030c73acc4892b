# Each target checks what it needs and installs what is missing; see .ci/machine.sh.

.PHONY: help run test fuzz fuzz-api witnesses bench bench-quick fmt lint
.DEFAULT_GOAL := help

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## Build and start a registry on port 8081 with its data in ./data (options: make run ARGS="--storage memory")
	@.ci/serve $(ARGS)

test: ## Everything that must hold: formatting, lints, docs, feature builds, tests, real clients
	@.ci/test

fuzz: ## Look for input that a parser panics at, hangs on or contradicts itself about (MINUTES=10 for each of them)
	@tests/fuzz/run

fuzz-api: ## Let Schemathesis look for answers that are server errors or not as /openapi.json says (SEED=… repeats a run)
	@tests/schemathesis/run

witnesses: ## Let Python's fastavro decode every record that the gate shows for a refusal of compat-cases/
	@tests/fastavro/run

bench: ## Measure, each figure beside its budget
	@.ci/bench

bench-quick: ## The benches' ratios and counts; fails where a reached budget is lost
	@.ci/bench --quick

fmt: ## Format the sources
	@bash -c 'source .ci/machine.sh && require_rust fmt && cargo fmt'

lint: ## Formatting and lints
	@.ci/lint
