# Every target sets up what it needs in .venv; Python 3.11+ and make are enough.
PYTHON ?= python3
JOBS ?= 2
PY := .venv/bin/python
SETUP := .venv/.ready

.PHONY: report test lab bench lint clean

report: $(SETUP)
	$(PY) -m csanalysis demo outputs/demo --params params
	$(PY) -m csanalysis run params/haibin.yml params/longshan.yml params/riverside.yml --jobs $(JOBS)

test: $(SETUP)
	$(PY) -m pytest -n $(JOBS) --dist loadgroup

lab: $(SETUP)
	$(PY) -m csanalysis demo outputs/demo --params params
	$(PY) -m jupyterlab --notebook-dir notebooks

bench: $(SETUP)
	$(PY) -m tests.benchmarks

lint: $(SETUP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

$(SETUP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "csanalysis needs Python 3.11 or newer; run make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(SETUP)

clean:
	rm -rf .venv outputs/demo
