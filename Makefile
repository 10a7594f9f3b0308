# Short names for what CONTRIBUTING.md spells out.
SHELL := /bin/bash
PY := .venv/bin/python

.PHONY: lock
lock: ## Resolve again and pin with hashes (needs uv and a package registry)
	uv pip compile pyproject.toml --extra screen --group build --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra screen --group build --group dev --constraint requirements.lock --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 --quiet --output-file requirements-dev.lock
