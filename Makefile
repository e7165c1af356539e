# Two commands do all the set-up on a fresh machine with Python 3.11+, git and make:
#   make rehearse   watch a real release on the embedded forge and index
#   make test       formatting, lint, types, import contracts and every test that needs no root
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: rehearse test check format unit test-container bench requirements clean

rehearse: $(VENV)/.ready
	$(BIN)/pilotage rehearse --example

test: check unit

check: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/.ready
	$(BIN)/pytest -n $(WORKERS) --cov --cov-report= tests
	$(BIN)/coverage report --include='src/pilotage/domains/*,src/pilotage/model/*' --fail-under=100
	$(BIN)/coverage report --fail-under=95

# Builds the image and runs it as GitHub's runner does; needs a Docker engine, or root on Debian to install one.
test-container: $(VENV)/.ready
	PYTHONPATH=tests $(BIN)/python -m container.run

bench: $(VENV)/.ready
	$(BIN)/python tests/benchmarks/run.py
	$(BIN)/python tests/benchmarks/titles.py

format: $(VENV)/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Compile the pinned, hashed requirements anew from pyproject.toml and requirements/*.in.
requirements: $(VENV)/.ready
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    --no-emit-package pilotage requirements/dev.in -o requirements/dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    pyproject.toml -o requirements/runtime.txt
	$(IMAGE_COMPILE) --override requirements/image-without.txt requirements/image.in -o requirements/image.txt
	$(IMAGE_COMPILE) requirements/image-publish.in -o requirements/image-publish.txt
	$(IMAGE_COMPILE) requirements/image-tools.in -o requirements/image-tools.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    requirements/container.in -o requirements/container.txt

# The image has one Python, and the versions that the tests ran with.
IMAGE_COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-header \
    --no-annotate --no-emit-package pilotage --constraint requirements/dev.txt

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Pilotage needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	touch $@

clean:
	rm -rf $(VENV) .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
