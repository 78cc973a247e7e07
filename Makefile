# make battery   the main job: 36 incidents and 18 incident-free hours on SR-91, tables and report in results/sr91
# make test      linters, types and tests, as CI runs them
# Each makes the virtual environment .venv, installs what it needs, and runs. PYTHON=python3.12 picks another Python.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What SUMO's binaries want of a slim Debian or Ubuntu, even without a screen.
LIBRARIES := libgl1 libx11-6 libxext6 libxrender1 libatomic1 libexpat1

.PHONY: battery smoke test format clean libraries

battery: $(VENV)/laneblock.done libraries
	$(BIN)/laneblock battery sr91 --detector sequential --detector sheu2004 --out results/sr91

smoke: $(VENV)/laneblock.done libraries
	$(BIN)/laneblock battery sr91-smoke --detector sequential --detector sheu2004 --out results/sr91-smoke

test: $(VENV)/dev.done libraries
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadscope

format: $(VENV)/dev.done
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "laneblock wants Python 3.11 or later, this is " + sys.version.split()[0] + " (try: make PYTHON=python3.12)")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/laneblock.done: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/dev.done: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@ $(VENV)/laneblock.done

# SUMO says itself whether a library is missing; as root on Debian or Ubuntu it is installed, else named.
libraries: | $(BIN)/python
	@if ! $(BIN)/python -c 'import libsumo' >/dev/null 2>&1 || ! $(BIN)/sumo --version >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq $(LIBRARIES); \
	  else \
	    echo "SUMO does not start here; on Debian or Ubuntu it wants: sudo apt-get install $(LIBRARIES)" >&2; \
	    echo "Then again. $(BIN)/laneblock doctor says more." >&2; exit 2; \
	  fi; \
	fi

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
