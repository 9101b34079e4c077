# What a person or a machine types here. `make` alone lists it.
#
# Debian with python3 and make is enough: what is missing is installed, into .venv or, as
# root, by apt; anybody else is shown the line to type. A second run only checks.

# Settable on the command line or in the environment, as are DATA_DIR and DATABASE_URL.
PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
LANGUAGES := en fr es
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-sqlite test-postgres test-programs coverage lint format messages \
        lock install install-dev clean

help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: install $(CATALOGUES) ## Prepare the demonstration if need be and serve it: PORT=8000 DATA_DIR=var
	@exec env DEMO=1 $(BIN)/python manage.py demo --host $(HOST) --port $(PORT)

# --- Tests ------------------------------------------------------------------------------

test: test-sqlite test-postgres ## Run the tests on SQLite, then on PostgreSQL: ARGS="-k basket"

test-sqlite: test-programs install-dev $(CATALOGUES)
	env -u DATABASE_URL $(BIN)/python -m pytest $(ARGS)

# On the server of TEST_DATABASE_URL or DATABASE_URL, else on one of its own.
test-postgres: test-programs install-dev $(CATALOGUES)
	$(BIN)/python -m tests.postgres -- $(BIN)/python -m pytest $(ARGS)

# First, and with what `install-dev` looks for, so that one line names all that is missing.
test-programs:
	@$(PYTHON) deploy/system-packages venv weasyprint test

coverage: install-dev $(CATALOGUES) ## Which lines and branches the tests reach
	$(BIN)/coverage run -m pytest -n 0 $(ARGS)
	$(BIN)/coverage report

# --- Style ------------------------------------------------------------------------------

# As it will be deployed: with an address and nothing else said, and nothing there yet.
DEPLOYED = folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
           env -i PATH="$$PATH" SITE_URL=https://publications.example.org DATA_DIR="$$folder"

lint: install-dev ## Check style, types, templates, deployment settings and migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: install-dev ## Let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# --- Translations -----------------------------------------------------------------------

# Without line numbers and dates, so that a diff shows words and nothing else. The header must
# not be fuzzy, as it is in a new catalogue: a fuzzy catalogue is not compiled.
messages: install-dev ## Collect the interface texts for the translators
	@$(PYTHON) deploy/system-packages messages
	$(BIN)/python manage.py makemessages $(LANGUAGES:%=--locale %) --add-location file --no-wrap \
	    --no-obsolete --ignore '$(VENV)' --ignore var --ignore tests --ignore benchmarks
	@for tag in $(LANGUAGES); do sed -i -e '/^"POT-Creation-Date:/d' -e '1,/^msgid/{/^#, fuzzy/d}' \
	    -e "s/^\"Language: .n\"/\"Language: $$tag\\\\n\"/" locale/$$tag/LC_MESSAGES/django.po; done

%.mo: %.po | install
	@$(BIN)/pybabel compile -i $< -o $@ -l $(word 2,$(subst /, ,$@)) && test $@ -nt $<

# --- Packages ---------------------------------------------------------------------------

install: ## Install what the site needs
	@$(PYTHON) deploy/system-packages venv weasyprint
	$(call pip_install,requirements.txt)

install-dev: ## Install what the tests and checks need as well
	@$(PYTHON) deploy/system-packages venv weasyprint
	$(call pip_install,requirements-dev.txt requirements.txt)

# Installs the first file named; all of them are satisfied by it and stamped with a copy.
# A stamp that equals its file means there is nothing to do, without asking pip.
define pip_install
@$(BIN)/python -c '' 2>/dev/null && cmp -s $(firstword $1) $(VENV)/$(firstword $1) || { \
    echo "Installing $(firstword $1) into $(VENV), once; this takes a minute."; \
    rm -f $(VENV)/requirements*.txt; \
    { test -x $(BIN)/pip && $(BIN)/python -c '' || $(PYTHON) -m venv --clear $(VENV); } && \
    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(firstword $1) && \
    cp $1 $(VENV); }
endef

# No address of a package index may end up in these files: anybody may use their own.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
          --no-header --no-emit-index-url --no-emit-find-links

lock: install ## Resolve the requirements anew, with hashes
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(COMPILE) --extra dev --extra postgres pyproject.toml -o requirements-dev.txt
	$(COMPILE) -c requirements-dev.txt pyproject.toml -o requirements.txt

clean: ## Remove .venv and var, the demonstration's rows and files, after asking
	@printf 'Remove .venv and var with everything in them? [y/N] ' && read answer && test "$$answer" = y
	rm -rf .venv var
