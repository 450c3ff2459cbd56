# The targets need Python 3.11+ with pip. Everything is made below this folder.
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin

.PHONY: help setup demo test test-llm bench lint format lock proto clean
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## make .venv from the locked dependencies (a second run takes no time)
	@$(PYTHON) packaging/bootstrap.py

demo: setup ## start the whole system on this machine; ARGS=--once plays a script and checks every effect
	@$(BIN)/guardia-hub demo $(ARGS)

test: setup ## run the tests; ARGS='-k name' chooses, GUARDIA_REQUIRE_ALL=1 forbids skips
	@$(BIN)/python -m pytest -n 3 --dist loadgroup -m "not llm" $(ARGS)

test-llm: setup ## run the tests against a real vLLM server (packaging/vllm/install.py makes its environment)
	@$(BIN)/python -m pytest -m llm $(ARGS)

bench: setup ## measure the hub's own cost beside a floor, in one run; ARGS=--json for machines
	@$(BIN)/python -m tests.bench $(ARGS)

lint: setup ## formatting, lint, types, import contract, protobuf drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python proto/generate.py --check

format: setup ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

proto: setup ## generate the protobuf code
	$(BIN)/python proto/generate.py

clean: ## remove the environment and the demo's state
	rm -rf .venv .state

COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" \
	$(foreach member,proto certs cmdb llm-server hub agent,--no-emit-package guardia-$(member))
lock: ## compile requirements/ anew (needs uv)
	$(COMPILE) agent/pyproject.toml -o requirements/agent.txt
	$(COMPILE) hub/pyproject.toml --extra postgresql --extra grpc -o requirements/hub.txt
	$(COMPILE) agent/pyproject.toml --extra grpc -c requirements/agent.txt -c requirements/hub.txt \
		-o requirements/agent-grpc.txt
	$(COMPILE) hub/pyproject.toml agent/pyproject.toml --extra postgresql --extra grpc --group dev \
		-c requirements/hub.txt -c requirements/agent.txt -o requirements/dev.txt
