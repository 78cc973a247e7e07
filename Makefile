# make battery   the main job: 36 incidents and 18 incident-free hours on SR-91, tables and report in results/sr91
# make test      linters, types and tests, as CI runs them
# make wheel     builds the wheel, installs it in a fresh environment, runs its tests from another folder, prints coverage
# Each makes the virtual environment .venv, installs what it needs, and runs. PYTHON=python3.12 picks another Python.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WHEEL := build/wheel
# In the order of collection: by number of tests, as xdist would have them, modules with one long test come last, and a worker waits.
SIDE_BY_SIDE := -n 2 --dist loadscope --no-loadscope-reorder
# What SUMO's binaries need on a slim Debian or Ubuntu, even without a screen.
LIBRARIES := libgl1 libx11-6 libxext6 libxrender1 libatomic1 libexpat1

.PHONY: battery smoke test wheel format clean libraries

battery: $(VENV)/laneblock.done libraries
	$(BIN)/laneblock battery sr91 --detector sequential --detector sheu2004 --out results/sr91

smoke: $(VENV)/laneblock.done libraries
	$(BIN)/laneblock battery sr91-smoke --detector sequential --detector sheu2004 --out results/sr91-smoke

test: $(VENV)/dev.done libraries
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@mkdir -p build; echo "$(BIN)/mypy, beside the tests: it takes one core alone"; \
	$(BIN)/mypy >build/mypy.txt 2>&1 & types=$$!; \
	$(BIN)/python -m pytest $(SIDE_BY_SIDE); tests=$$?; \
	wait $$types; types=$$?; cat build/mypy.txt; exit $$((tests + types))

# The tests of the repository itself (rooms, README files) need the checkout; all others must pass on what is installed.
wheel: $(VENV)/dev.done libraries
	rm -rf $(WHEEL)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir $(WHEEL) .
	$(PYTHON) -m venv $(WHEEL)/venv
	$(WHEEL)/venv/bin/python -m pip install --quiet --disable-pip-version-check "$$(ls $(WHEEL)/*.whl)[dev]"
	mkdir $(WHEEL)/elsewhere
	cp -r tests benchmarks pyproject.toml $(WHEEL)/elsewhere
	rm -r $(WHEEL)/elsewhere/tests/repository
	cd $(WHEEL)/elsewhere && ../venv/bin/python -m coverage run -m pytest $(SIDE_BY_SIDE) tests
	cd $(WHEEL)/elsewhere && ../venv/bin/python -m coverage combine --quiet
	rm -f $(WHEEL)/elsewhere/.coverage.*  # what killed processes left half written would spoil the report
	@echo "Branch coverage below 80 %, and in all:"
	@cd $(WHEEL)/elsewhere && ../venv/bin/python -m coverage report | sed 's#^.*/site-packages/##' | awk '/^TOTAL/ || (/%$$/ && $$NF + 0 < 80)'

format: $(VENV)/dev.done
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "laneblock needs Python 3.11 or later, this is " + sys.version.split()[0] + " (try: make PYTHON=python3.12)")'
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
	    echo "SUMO does not start here; on Debian or Ubuntu it needs: sudo apt-get install $(LIBRARIES)" >&2; \
	    echo "Then again. $(BIN)/laneblock doctor shows more." >&2; exit 2; \
	  fi; \
	fi

clean:
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis
