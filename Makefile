# `make run` opens a demonstration line; `make test` passes the tests. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
# Tests that listen to sound in real time can miss it on a machine that stalls. What failed is named and tried once more, alone; what fails
# twice fails. The first failure stays in the output: a test that needs this is a bug to be mended.
AGAIN := $(BIN)/pytest --last-failed --last-failed-no-failures none

.PHONY: run test unit check security format bench texts lock clean

run: $(STAMP)
	$(BIN)/harkline demo

test: $(STAMP)
	$(BIN)/python tests/needs.py
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --ignore tests/pages tests src verifier/tests || $(AGAIN)
	$(BIN)/pytest -n 2 --dist loadfile tests/pages || $(AGAIN)
	$(BIN)/python tests/on_postgresql.py pytest -n 2 src/harkline/intake src/harkline/routing src/harkline/records src/harkline/runtime src/harkline/people src/harkline/rota/tests/test_rotas.py src/harkline/rota/tests/test_contract_table.py src/harkline/count/tests/test_sequence.py src/harkline/notice/tests/test_standing.py

unit: $(STAMP)
	$(BIN)/pytest -n 2 --dist loadfile --hypothesis-profile quick --no-migrations src verifier/tests -m "not flow and not page and not slow"

# The slow half of the test plan, each fault with its figure. Needs what docs/reference/test-plan.md lists.
security: $(STAMP)
	$(BIN)/pytest tests/security

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m django makemigrations --check --dry-run --settings harkline.server.settings

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP)
	code=0; for one in benchmarks/*.py; do $(BIN)/python $$one || code=1; done; exit $$code

# Every text of the program into the catalogues (docs/howto/translate.md); says what is not translated.
texts: $(STAMP)
	PYTHONPATH=. $(BIN)/python scripts/texts.py

# Locks carry hashes and no index address. Needs uv.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-package harkline-verify --no-header --prerelease if-necessary-or-explicit \
	  --extra demo --extra postgresql --extra openpgp --extra mail-evidence --extra rota --extra simulate --extra forecast --extra print --extra radio --group dev pyproject.toml -o requirements/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-package harkline-verify --no-header --prerelease if-necessary-or-explicit \
	  pyproject.toml -o requirements/core.txt

$(STAMP): requirements/dev.txt pyproject.toml verifier/pyproject.toml CHANGELOG.md
	@echo "Setting up what Harkline needs, once: a minute or two."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Harkline needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable ./verifier --editable .
	touch $@

clean:
	rm -rf $(VENV) build demo-data
