# What one does with this project, each in a virtual environment of its own (.venv). `make help` lists it.
# PYTHON is the Python that makes the environment, VENV where it is made.
PYTHON ?= python3
VENV ?= .venv
BENCH ?= .venv-benchmark
RUN = $(VENV)/bin/python
PYTEST = $(RUN) -m pytest
PARALLEL = -n auto --dist loadfile

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' Makefile

lab: $(VENV)/lab  ## open the lessons in JupyterLab, in your own folder rnn-edu-lessons (never overwritten)
	$(RUN) -m rnn_edu

edit: $(VENV)/lab  ## open notebooks/ itself in JupyterLab, to write lessons
	$(RUN) -m jupyterlab notebooks

test: unit compare  ## unit tests, doctests, then every lesson run and compared with its stored outputs

unit: $(VENV)/test  ## unit tests, doctests, and the rules of the lessons
	$(PYTEST) $(PARALLEL)

compare: $(VENV)/test  ## run every lesson and compare it with its stored outputs
	rm -rf build/lessons
	$(RUN) -m rnn_edu build/lessons --copy-only
	$(PYTEST) $(PARALLEL) --nbval --nbval-current-env --nbval-cell-timeout=120 build/lessons

browser: $(VENV)/test  ## try every lesson in a real JupyterLab, in a real browser (needs Chromium)
	$(PYTEST) -m browser tests/browser

benchmark: $(BENCH)/ready  ## compare the speed with PyTorch and JAX, in an environment of their own (10 minutes)
	$(BENCH)/bin/python benchmarks/run.py

lessons: $(VENV)/test  ## run every lesson and store its outputs
	$(RUN) scripts/run_lessons.py

gallery: $(VENV)/test  ## draw the README's picture of the kinds of feedback again
	$(RUN) scripts/make_gallery.py

benchmark-widgets: $(VENV)/test  ## measure touch to picture in a real JupyterLab, beside inline figures (12 minutes)
	$(RUN) benchmarks/widget_latency.py

lint: $(VENV)/test  ## check the style of code and lessons
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: $(VENV)/test  ## check the types of the package
	$(RUN) -m mypy

$(VENV)/lab: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --editable ".[lab]"
	touch $@

$(VENV)/test: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --editable ".[test]"
	touch $@ $(VENV)/lab

$(BENCH)/ready: pyproject.toml
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet torch==2.13.0 jax --editable .
	touch $@

.PHONY: help lab edit test unit compare browser benchmark lessons gallery benchmark-widgets lint types
