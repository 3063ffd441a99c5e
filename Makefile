# The book's commands. `make help` lists them. GNU make 3.81, which macOS ships, is enough.

VENV := .venv
BIN := $(VENV)/bin
PINS := pyproject.toml constraints.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SETUP_ONLY := pip hatchling editables

# The scripts of an environment name its folder: one that was moved or copied along is made anew.
MADE_IN := $(shell sed -n 's/^command = .* -m venv //p' $(VENV)/pyvenv.cfg 2>/dev/null)
ifneq ($(MADE_IN),)
ifneq ($(MADE_IN),$(realpath $(VENV)))
MOVED := yes
.PHONY: $(BIN)/python
endif
endif

.PHONY: help book read lite pdf check test bench frameworks lowest fuzz notebooks portable constraints clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

book: $(VENV)/book.stamp ## build the book into _build/html
	@echo "== Building the book (notebooks that changed are executed first)"
	@$(BIN)/python tools/build.py

read: book ## build the book, serve it on this machine and open it in the browser
	@$(BIN)/python tools/serve.py

lite: $(VENV)/lite.stamp ## build JupyterLite, too: all notebooks in a browser, with nothing installed (93 MB)
	@$(BIN)/python -m tools.lite
	@echo "== Building the book, whose pages lead there"
	@$(BIN)/python tools/build.py

pdf: $(VENV)/test.stamp book ## print the whole book into _build/backpropagation.pdf (needs Chromium)
	@$(BIN)/python tools/pdf.py

check: $(VENV)/test.stamp ## check quickly: lint, format, types, and the tests that need neither browser nor notebooks
	@$(BIN)/python tools/check.py --quick

test: $(VENV)/test.stamp ## run every check: lint, format, types, tests, notebooks, strict build, pages in a browser
	@$(BIN)/python tools/check.py

fuzz: $(VENV)/test.stamp ## check second derivatives of 20,000 random programs (a few minutes; PROGRAMS=n for n)
	@$(BIN)/python -m tests.engine.fuzz $(or $(PROGRAMS),20000)

bench: $(VENV)/bench.stamp ## measure the engine beside NumPy, PyTorch, JAX and others (some minutes)
	@PYTHONPATH=. $(BIN)/python benchmarks/run.py

frameworks: $(VENV)/frameworks.stamp ## run the chapter on frameworks again in PyTorch, TensorFlow and JAX (a minute or two)
	@BACKPROP_FRAMEWORKS=required $(BIN)/python -m pytest -q tests/frameworks

lowest: $(VENV)/test.stamp ## test the package with the lowest version of each dependency that it allows (a minute or two)
	@$(PIP) install -c constraints.txt uv
	@$(BIN)/python -m tools.lowest

notebooks: $(VENV)/test.stamp ## execute the notebooks from the top, in place, and clean them for a commit
	@$(BIN)/python tools/notebooks.py

portable: book ## bring the portable notebooks to the branch that Colab and Binder open
	@$(BIN)/python tools/portable.py

constraints: $(BIN)/python ## renew constraints.txt: the pinned version of everything
	@$(PIP) install --quiet -c constraints.txt uv
	@$(BIN)/python tools/constraints.py

clean: ## remove what was built; keep the environment
	rm -rf _build dist

# An environment newer than the pins is left alone, so that a second run installs nothing.
$(VENV)/book.stamp: $(PINS) $(BIN)/python
	@echo "== Installing what the book needs into $(VENV) (once; a few minutes)"
	$(PIP) install -c constraints.txt $(SETUP_ONLY)
	$(PIP) install -c constraints.txt --no-build-isolation -e '.[book]'
	@touch $@

$(VENV)/test.stamp: $(PINS) $(BIN)/python
	@echo "== Installing what the book and its tests need into $(VENV) (once; a few minutes)"
	$(PIP) install -c constraints.txt $(SETUP_ONLY)
	$(PIP) install -c constraints.txt --no-build-isolation -e '.[test]'
	@touch $@ $(VENV)/book.stamp

$(VENV)/lite.stamp: $(VENV)/book.stamp
	@echo "== Installing JupyterLite (once)"
	$(PIP) install -c constraints.txt --no-build-isolation -e '.[lite]'
	@touch $@

$(VENV)/bench.stamp: $(VENV)/test.stamp benchmarks/requirements.txt
	@echo "== Installing what the engine is measured against (once)"
	$(PIP) install -r benchmarks/requirements.txt
	@touch $@

$(VENV)/frameworks.stamp: $(VENV)/test.stamp
	@echo "== Installing PyTorch, TensorFlow and JAX (once; a few minutes)"
	$(PIP) install -c constraints.txt --no-build-isolation -e '.[test,frameworks]'
	@touch $@

# The first Python that is new enough and can make environments; newest tested version first.
$(BIN)/python:
	@if [ -n "$(MOVED)" ]; then \
	  echo "== $(VENV) was made in $(MADE_IN), and this folder is another: making it anew"; \
	  rm -rf $(VENV); \
	fi
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python3.14 python; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  new_enough=$$python; \
	  $$python -c 'import venv, ensurepip' 2>/dev/null || continue; \
	  echo "== Making $(VENV) with $$python"; \
	  $$python -m venv $(VENV) && exit 0; \
	done; \
	if [ -n "$$new_enough" ]; then \
	  echo "$$new_enough cannot make virtual environments: its venv module is missing."; \
	  echo "On Debian and Ubuntu: sudo apt-get install python3-venv. Then run make again."; \
	else \
	  echo "The book needs Python 3.11 or newer, and found none on the PATH."; \
	  echo "Install one (python.org, Homebrew, apt-get, ...), or name it: make book PYTHON=/path/to/python3"; \
	fi; \
	exit 1
