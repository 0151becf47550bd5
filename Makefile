# You need make and Python 3.11 or newer, nothing else: no compiler, no npm, no uv.
#
#   make demo     two nodes on this machine; the European one harvests the national one (ARGS=--once: then exit)
#   make test     run all tests; ARGS are passed to pytest
#   make proofs   run the long proofs at length: kills, hostile input, random damage, all pages on PostgreSQL; two hours
#   make check    check lint, formatting, types and imports
#   make bench    measure the speeds we promise, each as a ratio (ARGS="--search 200000": search 200,000 data sets)
#   make serve    serve a node; by default HOME_DIR=demo-home/european
#   make assets   fetch what the pages need from npm, compile the translations, make the dictionaries of the search
#   make audit    look for known weaknesses in the dependencies, where the package index tells of them
#   make coverage report the lines and branches that the tests miss; takes twice as long
#   make docs     build the documentation site: build/site/index.html
#   make generate write the pages of docs/ that are generated from the code
#   make translations   update the translators' files from the texts
#   make lock     choose the newest versions of the dependencies, and write requirements/*.lock
#   make clean    remove everything that was built here, including the demo's homes

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
HOME_DIR ?= demo-home/european
ARGS ?=

# What the repository does not contain: style sheets, translations, dictionaries. Quick if nothing has changed.
MAKING := $(PYTHON) -m erpd.pages.assets && $(PYTHON) -m erpd.register.words

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock"

.PHONY: demo test proofs check audit coverage bench serve assets generate docs man translations lock clean for-running for-developing
.NOTPARALLEL:

demo: assets
	$(BIN)/erpd demo $(ARGS)

serve: assets
	$(BIN)/erpd --home $(HOME_DIR) serve $(ARGS)

test: for-developing
	@$(MAKING)
	$(PYTHON) -m tests $(ARGS)

proofs: for-developing
	@$(MAKING)
	ERPD_PROOFS=1 $(PYTHON) -m tests -m "proof or hypothesis" $(ARGS)
	ERPD_PROOFS=1 $(PYTHON) -m tests.postgresql $(PYTHON) -m pytest --database-only -m "not proof and not hypothesis" $(ARGS)

check: for-developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

audit: for-developing
	@$(PYTHON) requirements/audit.py

bench: for-developing
	$(PYTHON) -m bench $(ARGS)

assets: for-running
	@$(MAKING)

coverage: for-developing
	@$(MAKING)
	rm -rf build/coverage
	$(BIN)/coverage run -m tests $(ARGS)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

generate: for-developing
	$(PYTHON) -m docs.generate

docs: generate
	$(PYTHON) -m sphinx -q -W --keep-going -j auto -d build/doctrees docs build/site

man: for-developing
	$(PYTHON) -m docs.man

translations: for-developing
	$(PYTHON) -m erpd.pages.translations

# docopt has no wheel; only the command line of ckanapi would need it.
lock: for-developing
	$(LOCK) --extra node --group dev --upgrade --no-emit-package docopt -o requirements/dev.lock pyproject.toml
	$(LOCK) --constraint requirements/dev.lock --group pyproject.toml:build -o requirements/build.lock
	$(LOCK) --constraint requirements/dev.lock --extra node -o requirements/run.lock pyproject.toml

for-running:
	@sh requirements/install run build

for-developing:
	@sh requirements/install dev

clean:
	rm -rf $(VENV) demo-home build dist docs/api src/erpd/pages/static/pages/vendor
	find src -name '*.mo' -delete
