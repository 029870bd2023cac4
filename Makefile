.DEFAULT_GOAL := help
VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed

# The newest Python from 3.11 on that really runs: a version manager's shim may name one that is not there.
FIND_PYTHON = for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' >/dev/null 2>&1 && { echo $$p; break; }; done

.PHONY: help
help: ## What can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml
	@found=$$($(FIND_PYTHON)); \
	if [ -z "$$found" ]; then echo "smtp-verify needs Python 3.11 or newer; none was found." >&2; exit 1; fi; \
	$$found -m venv $(VENV) || { rm -rf $(VENV); \
	echo "$$found has no venv. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@# An editable install is not compiled, and where bytecode is not written each run would compile anew.
	@$(PYTHON) -m compileall -q smtp_verify
	@touch $@

.PHONY: install
install: $(STAMP) ## Install smtp-verify with its tools into .venv

.PHONY: demo
demo: $(STAMP) ## Send a real verification email through the embedded server
	@$(PYTHON) -m smtp_verify test-send sample-configs/gmail.yaml --to you@example.com --sandbox --no-input

.PHONY: test
test: $(STAMP) ## Run the tests
	@$(PYTHON) -m pytest -n auto

.PHONY: check
check: lint test ## Lint, type-check and test: what has to be green before a commit

.PHONY: lint
lint: $(STAMP)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

.PHONY: bench
bench: $(STAMP) ## Count how often a session waits for the server
	@$(PYTHON) -m tests.benchmarks.turns

.PHONY: fix
fix: $(STAMP) ## Format, and fix what the linter can fix
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .
