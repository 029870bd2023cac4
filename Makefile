.DEFAULT_GOAL := help
VENV := .venv
PYTHON := $(VENV)/bin/python
PROGRAM := $(VENV)/.program
STAMP := $(VENV)/.installed
# The second is what newer releases of pip read for the build backend; an older one takes the first for both.
PIP := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input
FUZZ_SECONDS := 60
FAULT_SERVERS := 10000
MUTANTS := 100
INTEROP := .interop
INTEROP_STAMP := $(INTEROP)/.installed
DEBIAN_STAMP := $(INTEROP)/debian/.unpacked
# An editable install is not compiled, and where bytecode is not written each run would compile anew.
COMPILE := $(PYTHON) -m compileall -q smtp_verify
# pytest keeps the tests as it rewrites them; else each of its processes would rewrite them all.
PYTEST := PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest

# The newest Python from 3.11 on that really runs: a version manager's shim may name one that is not there.
FIND_PYTHON = for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' >/dev/null 2>&1 && { echo $$p; break; }; done

.PHONY: help
help: ## What can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(PROGRAM): pyproject.toml constraints.txt
	@found=$$($(FIND_PYTHON)); \
	if [ -z "$$found" ]; then echo "smtp-verify needs Python 3.11 or newer; none was found." >&2; exit 1; fi; \
	echo "Installing smtp-verify into $(VENV), with the versions in constraints.txt …"; \
	$$found -m venv $(VENV) || { rm -rf $(VENV); \
	echo "$$found has no venv. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) --editable .
	@$(COMPILE)
	@touch $@

$(STAMP): $(PROGRAM)
	@echo "Installing what the tests need into $(VENV) …"
	@$(PIP) --editable '.[dev]'
	@$(PYTEST) --collect-only >/dev/null
	@touch $@

.PHONY: install
install: $(STAMP) ## Install smtp-verify with its tools into .venv

.PHONY: demo
demo: $(PROGRAM) ## Send a real verification email through the embedded server
	@echo "Sending a verification email with sample-configs/gmail.yaml, through the embedded server:"
	@$(PYTHON) -m smtp_verify test-send sample-configs/gmail.yaml --to you@example.com --sandbox --no-input

.PHONY: test
test: $(STAMP) ## Run the tests; of the exhaustive ones a sample
	@$(COMPILE)
	@$(PYTEST) -n auto

.PHONY: exhaustive
exhaustive: $(STAMP) ## Run the tests, the exhaustive ones in full
	@$(COMPILE)
	@$(PYTEST) -n auto --exhaustive

.PHONY: agreement
agreement: $(STAMP) ## Play all recorded cases of Logto again, and print how many agree
	@$(PYTHON) -m tests.agreement

.PHONY: latest
latest: $(STAMP) ## Run the tests on the newest versions that pyproject.toml allows
	@$(PYTHON) -m tests.versions latest $(OPTIONS)

.PHONY: floors
floors: $(STAMP) ## Run the tests on the lowest versions that pyproject.toml allows
	@$(PYTHON) -m tests.versions floors $(OPTIONS)

.PHONY: lock
lock: $(STAMP) ## Renew constraints.txt
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --upgrade uv
	@$(PYTHON) -m tests.lock

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
	@$(PYTEST) -n auto --maxprocesses=4 tests/interop

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
	@FAULT_SERVERS=$(FAULT_SERVERS) $(PYTEST) -n auto --exhaustive tests/smtp/test_fault_cells.py

.PHONY: audit
audit: $(STAMP) ## Look for known weaknesses in what is installed (asks PyPI)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check pip-audit
	@$(PYTHON) -m pip_audit --skip-editable

# pip would build libFuzzer from source where there is no wheel, which needs a compiler of its own.
.PHONY: fuzz
fuzz: $(STAMP) ## Fuzz what reads text from outside, each harness for FUZZ_SECONDS (60)
	@$(PYTHON) -c 'import atheris' 2>/dev/null || \
	$(PIP) --only-binary atheris --editable '.[fuzz]' || { \
	echo "make fuzz needs atheris, which has wheels for Python 3.11 to 3.13 on Linux on x86-64: run it there, as in the container python:3.13." >&2; \
	exit 1; }
	@$(PYTHON) -m tests.fuzz.run $(FUZZ_SECONDS)

.PHONY: mutants
mutants: $(STAMP) ## Change the code and see that a test fails, MUTANTS (100) times in each module
	@$(PYTHON) -c 'import mutmut' 2>/dev/null || \
	$(PIP) --editable '.[mutants]'
	@$(PYTHON) -m tests.mutants.run $(MUTANTS)

.PHONY: language
language: $(STAMP) ## Count the patterns of stiff English that are left
	@$(PYTHON) -m tests.language

.PHONY: man
man: $(STAMP) ## Write the manual page from the commands
	@$(PYTHON) -m tests.manual

.PHONY: fix
fix: $(STAMP) ## Format, and fix what the linter can fix
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .
