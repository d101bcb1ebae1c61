# Every target sets up what it needs in .venv; Python 3.11+ and make are enough.
PYTHON ?= python3
JOBS ?= 2
SHELVES ?=
PY := .venv/bin/python
SETUP := .venv/.ready
AUDIT := .venv-audit/.ready
# Tests start hundreds of processes; each would compile the whole package where none may keep what it compiled.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: report help lab test test-all mutants coverage pictures hardening audit hashes lint bench calibrate claims docs clean

report: $(SETUP) ## Write demo exports of three dealerships and report them all in outputs/
	$(PY) -m csanalysis demo outputs/demo --params params
	$(PY) -m csanalysis run params/haibin.yml params/longshan.yml params/riverside.yml --jobs $(JOBS)

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: $(SETUP) ## Open the project in JupyterLab on the demo exports: notebooks, params and outputs
	$(PY) -m csanalysis demo outputs/demo --params params
	$(PY) -m jupyterlab --ServerApp.root_dir=. notebooks/gallery.ipynb

bench: $(SETUP) ## Measure the speed of the heaviest parts
	$(PY) -m tests.benchmarks

calibrate: $(SETUP) ## Try the report's claims on simulated stores of known truth and keep the rates
	$(PY) -m tests.calibration --write --jobs $(JOBS)

claims: $(SETUP) ## List every sentence that claims a cause or a difference, with its test, in docs/claims.md
	$(PY) -m tests.claims

docs: $(SETUP) ## Build the documentation in outputs/docs, in Chinese and English, with figures of two demo stores
	$(PY) -m csanalysis demo outputs/demo --params params
	$(PY) -m csanalysis run params/haibin.yml params/riverside.yml --jobs $(JOBS)
	$(PY) -m docs.make --zh outputs/haibin/2026 --en outputs/riverside/2026

test: $(SETUP) ## Run the essential tests; JOBS=4 runs four at a time
	$(PY) -m pytest -n $(JOBS) --dist loadgroup -m "not slow"

test-all: $(SETUP) ## Run every test, the slow ones too: whole reports, fleets, browsers, the built wheel
	$(PY) -m pytest -n $(JOBS) --dist loadgroup

mutants: $(SETUP) ## Change a place of a measure at a time and see whether a test fails; SHELVES="value stats" takes these
	$(PY) -m tests.mutants $(SHELVES) --jobs $(JOBS)

coverage: $(SETUP) ## Measure which branches of metrics and ingest their quick tests take; each room should reach 95 %
	$(PY) -m coverage run -m pytest tests/metrics tests/ingest -n 0 -m "not slow"
	for room in metrics ingest; do $(PY) -m coverage report --skip-covered --fail-under 95 --include "csanalysis/$$room/*" || exit 1; done

pictures: $(SETUP) ## Draw the kept pictures of pages and slides anew, to be looked at and committed
	CSANALYSIS_PICTURES=renew $(PY) -m pytest -n 0 tests/report/test_pictures.py tests/report/slides/test_picture.py

hardening: $(SETUP) ## Try hostile inputs by class and print how many were tried, held and failed
	$(PY) -W ignore -m tests.hardening

audit: $(AUDIT) ## Look for weak code, hashes that fit no lock and, where its data are reached, known weaknesses of packages
	.venv-audit/bin/python -m tests.audit

hashes: $(AUDIT) ## Write requirements.hashes anew: what a run needs, in the locked versions, with the hashes of its files
	head -n 2 requirements.hashes > requirements.hashes.new
	.venv-audit/bin/uv pip compile pyproject.toml -c requirements.lock --generate-hashes --universal --python-version 3.11.5 --no-header --no-annotate --quiet >> requirements.hashes.new
	mv requirements.hashes.new requirements.hashes

lint: $(SETUP) ## Check style and formatting with ruff, types with mypy
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

$(SETUP): requirements.lock pyproject.toml setup.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "csanalysis needs Python 3.11 or newer; run make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(SETUP)

$(AUDIT): requirements-audit.lock
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-audit.lock
	touch $(AUDIT)

clean: ## Remove .venv, .venv-audit and the demo exports
	rm -rf .venv .venv-audit outputs/demo
