# make grade   build a small made-up class, grade it, and show the table and where the report is
# make test    run every test
# make lint    black, flake8 with docstring checks, mypy
# make bench   measure what grading costs
# make setup   the virtual environment alone, from the pinned packages

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: grade test lint bench setup clean
.DEFAULT_GOAL := grade

setup: $(VENV)/.ready

# The stamp is newer than the lock when the environment is current. Bytecode is compiled once, here, not at every start.
$(VENV)/.ready: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: there is no $(PYTHON).  next: install Python 3.11 or newer, or: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: $$($(PYTHON) --version) is too old.  next: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up $(VENV): a virtual environment with the pinned packages (about a minute, once)."
	@$(PYTHON) -m venv $(VENV) || { echo "make: no virtual environment can be made.  next: install python3-venv (Debian, Ubuntu: apt-get install python3-venv)"; exit 1; }
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
	  || { echo "make: the packages can't be installed.  next: check the connection to your package index, then run make again"; exit 1; }
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

grade: setup
	@rm -rf out/class out/grades
	@echo "Building a made-up class in out/class, and grading it with the embedded defaults."
	@$(BIN)/grader course example out/class
	@$(BIN)/grader grade out/class --out out/grades

test: setup
	@echo "Running every test of the grader and of the course."
	@$(BIN)/python -m pytest

lint: setup
	@echo "Checking style, docstrings, types, and that the modules are rendered."
	@$(BIN)/python -m black --check --quiet . || { echo "lint: black would change files.  next: $(BIN)/black ."; exit 1; }
	@$(BIN)/python -m flake8
	@$(BIN)/python -m mypy
	@$(BIN)/grader course render --check

bench: setup
	@$(BIN)/python -m grader.bench

clean:
	rm -rf out $(VENV)
