# Needs make and Python 3.10 or later, nothing else. `make help` lists what can be made.
# Another interpreter: make PYTHON=python3.12 test

PYTHON ?= python3
VENV := .venv
IN := $(VENV)/bin
EXAMPLE := examples/rag_backend
EXAMPLE_VENV := $(EXAMPLE)/.venv
# Twice the processors of a small machine: many tests wait for something. A worker takes tests that lie together, since
# they share what they have built.
WORKERS ?= 4
PYTEST = -m pytest -n $(WORKERS) --dist worksteal --durations=10
PYTEST_ARGS ?=
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-warn-script-location
# Which releases an interpreter gets: constraints/py311.txt and so on, the last one there is for a later interpreter.
# PIP_BUILD_CONSTRAINT as well: from 25.3 on pip applies the other one no longer to what it builds with.
PINS = constraints/py3$(shell $(PYTHON) -c 'import sys; print(min(sys.version_info[1], 13))').txt
CONSTRAINED = $(if $(FOOTPRINT_NEWEST),,PIP_CONSTRAINT=$(PINS) PIP_BUILD_CONSTRAINT=$(PINS))
NEWEST := .cache/newest
# Says every quarter of a minute that an installation still runs; ends with the line of the recipe that it stands in.
STILL = (while sleep 15 >/dev/null 2>&1; do echo '  still installing'; done) & words=$$!; trap "kill $$words" EXIT;

# Left on, no module would ever have bytecode, and what is measured would be 15 MiB too much.
unexport PYTHONDONTWRITEBYTECODE
# Settings of a shell that would send pip or Python somewhere else.
unexport PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX PIP_USER PIP_REQUIRE_VIRTUALENV PIP_CONSTRAINT UV_CONSTRAINT

.DELETE_ON_ERROR:
.PHONY: help demo docs test test-newest test-315 test-real check check-slow bench pins clean

help:
	@echo 'make demo    build the environment of $(EXAMPLE) and audit it'
	@echo 'make test    run the tests                     (PYTEST_ARGS="-k disk" for some of them)'
	@echo 'make test-newest  run the tests of what is committed with the newest releases of the index, not those of constraints/'
	@echo 'make test-315  run the tests over interpreters with CPython 3.15 and its debug build, of Debian: 140 MB; x86-64 Debian'
	@echo 'make test-real  audit ten real applications and torch: about 9 minutes, 3 GB in .cache; writes docs/use-accuracy.md'
	@echo 'make check   format, lint, types, tests, coverage: what has to pass before a push'
	@echo 'make check-slow  the tests that are slow and rarely break, which the others leave out'
	@echo 'make bench   measure the figures that docs and README state'
	@echo 'make docs    write the pages anew that are made from tables, and the reports of the example (ARGS=--measure audits it first)'
	@echo 'make pins    renew constraints/ from the index, and show which releases moved'
	@echo 'make clean   remove what the others made'

demo: $(VENV)/.package $(EXAMPLE_VENV)/.requirements
	@echo 'auditing $(EXAMPLE)'
	@$(IN)/python -m footprint audit $(EXAMPLE) --env $(EXAMPLE_VENV) \
		-o markdown:$(EXAMPLE)/footprint.md -o json:$(EXAMPLE)/footprint.json
	@echo 'written: $(EXAMPLE)/footprint.md and $(EXAMPLE)/footprint.json'

test: $(VENV)/.dev $(EXAMPLE_VENV)/.requirements
	@$(IN)/python $(PYTEST) $(PYTEST_ARGS)

# In a clone of its own: the environments of this checkout keep their releases.
test-newest:
	@rm -rf $(NEWEST) && git clone --quiet . $(NEWEST)
	@$(MAKE) -C $(NEWEST) test FOOTPRINT_NEWEST=1

# PYTEST_ARGS="-k 3.15d" for the debug build alone.
test-315: $(VENV)/.dev
	@plain=$$(PYTHON=$(IN)/python ci/python315 .cache/python315) && \
	debug=$$(PYTHON=$(IN)/python ci/python315 .cache/python315 debug) && \
	FOOTPRINT_PYTHONS="$$plain:$$debug" $(IN)/python $(PYTEST) -k 3.15 $(PYTEST_ARGS)

test-real: $(VENV)/.dev
	@$(IN)/python -m pytest -m real tests/real $(PYTEST_ARGS)
	@cat docs/use-accuracy.md

check: $(VENV)/.dev $(EXAMPLE_VENV)/.requirements
	@echo '1/5 format' && $(IN)/ruff format --check .
	@echo '2/5 lint' && $(IN)/ruff check .
	@# The other processor compiles the tests meanwhile, which each test worker would do for itself.
	@echo '3/5 types' && ($(IN)/python -m pytest --collect-only -qq >/dev/null 2>&1 & compiled=$$!; \
		$(IN)/mypy && MYPYPATH=benchmarks $(IN)/mypy --explicit-package-bases benchmarks/*.py benchmarks/verdicts benchmarks/trials; \
		typed=$$?; wait $$compiled; exit $$typed)
	@echo '4/5 tests' && $(IN)/coverage erase
	@# Started by this variable, coverage also follows the test workers and each footprint that they start.
	@COVERAGE_PROCESS_START='$(CURDIR)/pyproject.toml' COVERAGE_FILE='$(CURDIR)/.coverage' \
		$(IN)/python $(PYTEST) $(PYTEST_ARGS)
	@echo '5/5 coverage' && $(IN)/coverage combine --quiet && $(IN)/coverage report

check-slow: $(VENV)/.dev $(EXAMPLE_VENV)/.requirements
	@$(IN)/python $(PYTEST) -m slow_check $(PYTEST_ARGS)

bench: $(VENV)/.dev $(EXAMPLE_VENV)/.requirements
	@set -e; for script in benchmarks/bench_*.py; do echo; echo "$$script"; $(IN)/python "$$script"; done

docs: $(VENV)/.dev
	@set -e; for page in configuration_page code_pages recipe_pages; do $(IN)/python -m tests.support.$$page; done
	@$(IN)/python -m tests.support.example_reports $(ARGS) && $(IN)/python -m tests.support.json_examples

pins: $(VENV)/.dev
	@$(IN)/python constraints/pins.py

clean:
	rm -rf $(VENV) $(EXAMPLE_VENV) $(EXAMPLE)/footprint.md $(EXAMPLE)/footprint.json build dist htmlcov \
		.coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis .cache/real .cache/environments .cache/python315 $(NEWEST)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: a file inside the environment, newer than what it was made from.

$(VENV)/.python:
	@$(call require_python)
	@echo 'creating $(VENV)'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.package: $(VENV)/.python pyproject.toml footprint/__init__.py $(wildcard constraints/py3*.txt)
	@echo 'installing footprint into $(VENV)'
	@$(STILL) $(CONSTRAINED) $(IN)/python $(PIP_INSTALL) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.package requirements-dev.txt
	@echo 'installing the development tools into $(VENV)'
	@$(STILL) $(CONSTRAINED) $(IN)/python $(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

# Made anew when a line changes: a line that was taken out has to leave the environment too.
$(EXAMPLE_VENV)/.requirements: $(EXAMPLE)/requirements.txt $(EXAMPLE)/requirements-dev.txt $(wildcard constraints/py3*.txt)
	@$(call require_python)
	@echo 'creating $(EXAMPLE_VENV) and installing its requirements: 700 MB, a minute or more'
	@$(PYTHON) -m venv --clear $(EXAMPLE_VENV)
	@$(STILL) $(CONSTRAINED) $(EXAMPLE_VENV)/bin/python $(PIP_INSTALL) -r $(EXAMPLE)/requirements-dev.txt
	@touch $@

define require_python
command -v $(PYTHON) >/dev/null || { \
	echo 'no $(PYTHON) found: install Python 3.10 or later, or name one: make PYTHON=/path/to/python' >&2; exit 1; }; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	echo "$(PYTHON) is $$($(PYTHON) -V 2>&1), 3.10 or later is needed: make PYTHON=python3.12 ..." >&2; exit 1; }; \
$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo '$(PYTHON) cannot create environments: on Debian and Ubuntu, apt-get install python3-venv' >&2; exit 1; }
endef
