# make grade   build a small made-up class, grade it, and show the table and where the report is
# make test    run every test
# make verify  prove the course: stubs earn nothing, the reference everything, every wrong version is caught
# make lint    black, flake8 with docstring checks, mypy; zizmor and the schema for workflows
# make bench   measure what grading costs, and how fast the library is beside NumPy, OpenBLAS and PyTorch
# make setup   the virtual environment alone, from the pinned packages; students get those that Modules 0 to 2 need
# make numba   the same with what Modules 3 and 4 need, too
# make clean   remove what the others made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Of the tests; more than two cores, since many a test waits for a sandbox to stop something.
WORKERS ?= 4
SOURCE := $(wildcard grader/course)# the instructor's repository has it, the students' does not
LOCK := $(if $(SOURCE),requirements,students).lock
NUMBA_LOCK := $(if $(SOURCE),requirements,students-numba).lock

.PHONY: grade test verify lint bench setup numba clean source
.DEFAULT_GOAL := grade

# Three lines, as everywhere in the grader: what happened, where, what to run next. No commas inside: make would split there.
fail = { printf '%s\n  where: %s\n  next:  %s\n' $(1) $(2) $(3) >&2; exit 1; }
packages = $(install) --require-hashes -r $(1) || \
	  $(call fail,"The packages can't be installed.","$(1); pip says more above","check the connection to your package index; then run make again")
install = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pip install --quiet --disable-pip-version-check

setup: $(VENV)/.ready

numba: $(VENV)/.numba

# The stamp is newer than the lock when the environment is current. Bytecode is compiled once, here, not at every start.
$(VENV)/.ready: $(LOCK) pyproject.toml
	@command -v $(PYTHON) >/dev/null || $(call fail,"There is no $(PYTHON).","the PATH","install Python 3.11 or newer; or make PYTHON=/path/to/python3.11")
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  $(call fail,"$$($(PYTHON) --version) is too old: it takes 3.11 or newer.","$$(command -v $(PYTHON))","make PYTHON=/path/to/python3.11")
	@echo "Setting up $(VENV): a virtual environment with the packages of $(LOCK), once."
	@$(PYTHON) -m venv $(VENV) || $(call fail,"Python can make no virtual environment.","$$(command -v $(PYTHON)) -m venv $(VENV)","apt-get install python3-venv   (Debian and Ubuntu); then run make again")
	@$(call packages,$(LOCK))
	@$(install) --no-deps --no-build-isolation --editable . || \
	  $(call fail,"The grader can't be installed.","$(CURDIR); pip says more above","make clean; then run make again")
	@touch $@

$(VENV)/.numba: $(NUMBA_LOCK) $(VENV)/.ready
	@echo "Adding Numba, from $(NUMBA_LOCK)."
	@$(call packages,$(NUMBA_LOCK))
	@touch $@

# Asked before anything is set up, so that who can't use the answer need not wait for it.
source:
ifeq ($(SOURCE),)
	@$(call fail,"This is a students' repository: there is no class to grade and no course to prove.","grader/course is absent","make setup && $(BIN)/grader check   (your own work)")
endif

grade: source setup
	@rm -rf out/class out/grades
	@echo "Building a made-up class in out/class, and grading it with the embedded defaults."
	@$(BIN)/grader course example out/class
	@$(BIN)/grader grade out/class --out out/grades

test: source setup
	@echo "Running every test of the grader and of the course."
	@$(BIN)/python -m pytest grader/tests --numprocesses=$(WORKERS) --dist=worksteal

verify: source setup
	@$(BIN)/grader course verify

lint: source setup
	@echo "Checking style, docstrings, types, and that the modules are rendered."
	@$(BIN)/python -m black --check --quiet . || \
	  $(call fail,"black would change files.","$(CURDIR)","$(BIN)/black .")
	@$(BIN)/python -m flake8
	@$(BIN)/python -m mypy
	@$(BIN)/zizmor --offline --strict-collection --pedantic --quiet .github/workflows
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/grader course render --check

bench: source setup
	@$(BIN)/python -m grader.bench

clean:
	rm -rf out $(VENV)
