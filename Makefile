# `make demo` and `make test` are all a fresh machine needs; the rest is for people who work on Backbeat.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
.PHONY: demo test check fmt lock clean bench screenshots

demo: $(VENV)/.run-ready
	$(BIN)/backbeat demo $(ARGS)

# Twice as many workers as cores: the tests that run the whole program wait more than they work.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(min(8, 2 * (os.cpu_count() or 1)))")

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(VENV)/.dev-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev-ready
	$(BIN)/python -m bench $(ARGS)

# The pictures in the documentation, from the running demo.
screenshots: $(VENV)/.dev-ready
	PYTHONPATH=. $(BIN)/python docs/screenshots.py

# Hashes are checked and nothing is resolved: what the lock names is what runs.
$(VENV)/.run-ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev-ready: $(VENV)/.run-ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-dev.lock
	touch $@

# Needs uv. The locks carry no index addresses, so that they work behind any mirror.
lock:
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
