.DEFAULT_GOAL := help
VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed
FUZZ_SECONDS := 60
FAULT_SERVERS := 10000
MUTANTS := 100
INTEROP := .interop
INTEROP_STAMP := $(INTEROP)/.installed
DEBIAN_STAMP := $(INTEROP)/debian/.unpacked

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

.PHONY: node
node:
	@for tool in node npm; do \
	command -v $$tool >/dev/null || { echo "make interop needs $$tool. On Debian: apt-get install nodejs npm" >&2; exit 1; }; done

$(INTEROP_STAMP): tests/interop/package.json | node
	@mkdir -p $(INTEROP) && cp $< $(INTEROP)/
	@# The servers need nothing compiled, and run on older releases of Node.js than some of their parts ask for.
	@npm install --prefix $(INTEROP) --ignore-scripts --no-package-lock --no-audit --no-fund --loglevel=error
	@touch $@

# Without apt or root it says so and leaves no stamp: the tests of those servers are skipped then.
$(DEBIAN_STAMP): tests/interop/debian.py | $(STAMP)
	@$(PYTHON) -m tests.interop.debian

.PHONY: interop
interop: $(STAMP) $(INTEROP_STAMP) $(DEBIAN_STAMP) ## Try real mail servers and installations (needs npm; three also need apt and root)
	@$(PYTHON) -m pytest -n auto --maxprocesses=4 tests/interop

.PHONY: check
check: lint test ## Lint, type-check and test: what has to be green before a commit

.PHONY: lint
lint: $(STAMP)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

.PHONY: bench
bench: $(STAMP) ## Measure validate beside check-jsonschema, and how often a session waits for the server
	@$(PYTHON) -m compileall -q smtp_verify
	@$(PYTHON) -m tests.benchmarks.validate
	@$(PYTHON) -m tests.benchmarks.turns

.PHONY: faults
faults: $(STAMP) ## Play every fault cell, and FAULT_SERVERS (10000) servers that go wrong at random
	@FAULT_SERVERS=$(FAULT_SERVERS) $(PYTHON) -m pytest -n auto tests/smtp/test_fault_cells.py

.PHONY: audit
audit: $(STAMP) ## Look for known weaknesses in what is installed (asks PyPI)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check pip-audit
	@$(PYTHON) -m pip_audit --skip-editable

# pip would build libFuzzer from source where there is no wheel, which needs a compiler of its own.
.PHONY: fuzz
fuzz: $(STAMP) ## Fuzz what reads text from outside, each harness for FUZZ_SECONDS (60)
	@$(PYTHON) -c 'import atheris' 2>/dev/null || \
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --only-binary atheris --editable '.[fuzz]' || { \
	echo "make fuzz needs atheris, which has wheels for Python 3.11 to 3.13 on Linux on x86-64: run it there, as in the container python:3.13." >&2; \
	exit 1; }
	@$(PYTHON) -m tests.fuzz.run $(FUZZ_SECONDS)

.PHONY: mutants
mutants: $(STAMP) ## Change the code and see that a test fails, MUTANTS (100) times in each module
	@$(PYTHON) -c 'import mutmut' 2>/dev/null || \
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[mutants]'
	@$(PYTHON) -m tests.mutants.run $(MUTANTS)

.PHONY: man
man: $(STAMP) ## Write the manual page from the commands
	@$(PYTHON) -m tests.manual

.PHONY: fix
fix: $(STAMP) ## Format, and fix what the linter can fix
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .
