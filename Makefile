# Needs make and Python 3.11 or newer, nothing else: no compiler, no npm, no uv.
#
#   make demo     two nodes on this machine, the European one harvests the national one (ARGS=--once: then ends)
#   make test     all tests; ARGS go to pytest
#   make check    lint, formatting, types, imports
#   make bench    the speeds promised, each as a ratio (ARGS="--search 200000": search in so many)
#   make serve    a node: HOME_DIR=demo-home/european
#   make assets   what the pages take from npm, and the translations
#   make coverage what the tests leave out, line and branch; twice as slow
#   make docs     the site of the documentation: build/site/index.html
#   make generate the pages of docs/ that follow from the code
#   make translations   bring the translators' files in step with the texts
#   make lock     choose the newest versions of what is installed, and write requirements/*.lock
#   make clean    remove all that was made here, the demo's homes too

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
HOME_DIR ?= demo-home/european
ARGS ?=

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock"

.PHONY: demo test check coverage bench serve assets generate docs translations lock clean for-running for-developing
.NOTPARALLEL:

demo: assets
	$(BIN)/erpd demo $(ARGS)

serve: assets
	$(BIN)/erpd --home $(HOME_DIR) serve $(ARGS)

test: for-developing
	@$(PYTHON) -m erpd.pages.assets
	$(PYTHON) -m tests $(ARGS)

check: for-developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: for-developing
	$(PYTHON) -m bench $(ARGS)

assets: for-running
	@$(PYTHON) -m erpd.pages.assets

coverage: for-developing
	@$(PYTHON) -m erpd.pages.assets
	rm -rf build/coverage
	$(BIN)/coverage run -m tests $(ARGS)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

generate: for-developing
	$(PYTHON) -m docs.generate

docs: generate
	$(PYTHON) -m sphinx -q -W --keep-going -d build/doctrees docs build/site

translations: for-developing
	$(PYTHON) -m erpd.pages.translations

lock: for-developing
	$(LOCK) --group dev --upgrade -o requirements/dev.lock pyproject.toml
	$(LOCK) --constraint requirements/dev.lock --group pyproject.toml:build -o requirements/build.lock
	$(LOCK) --constraint requirements/dev.lock -o requirements/run.lock pyproject.toml

for-running:
	@sh requirements/install run build

for-developing:
	@sh requirements/install dev

clean:
	rm -rf $(VENV) demo-home build dist docs/api src/erpd/pages/static/pages/vendor
	find src -name '*.mo' -delete
