# Every target sets up what it needs, from a machine with Python 3.11.5 or later, git and make.
.DEFAULT_GOAL := help
.PHONY: help serve build test check bench lock urls clean
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

# Where the site will be published, with the slash at its end: make build SITE_URL=https://handbook.example/playbook/
SITE_URL ?= http://127.0.0.1:8000/
export SITE_URL_EN := $(SITE_URL)en/
# Banners about other engines; neither has to do with strictness.
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true
# The sitemap's dates come from the commit, so that one commit always gives the same bytes.
EPOCH := $(shell git log -1 --format=%ct 2>/dev/null)
ifneq ($(EPOCH),)
export SOURCE_DATE_EPOCH ?= $(EPOCH)
endif

LOCK := --quiet --upgrade --universal --python-version 3.11.5 --generate-hashes --no-emit-index-url --no-header

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 16

serve: .venv/site ## Serve the site with live reload
	$(BIN)/mkdocs serve --livereload

build: .venv/site ## Build the finished site into site/, whole or not at all
	@find . -maxdepth 1 -name 'site.new.*' -mmin +60 -exec rm -rf {} +
	@[ -e site ] || [ ! -e site.old ] || mv site.old site
	@set -e; new=$$(mktemp -d site.new.XXXXXX); trap 'rm -rf "$$new"' EXIT; chmod 755 "$$new"; \
	$(BIN)/mkdocs build --strict --site-dir "$$new/en"; \
	cp -R publish/root/. "$$new/"; cp "$$new/en/404.html" "$$new/404.html"; \
	rm -rf site.old; [ ! -e site ] || mv site site.old; mv "$$new" site; rm -rf site.old; \
	echo "Built site/: $$(find site -name '*.html' | wc -l) pages."

check: .venv/site ## Check every list and page without building
	@$(BIN)/python -m macros.check

test: .venv/tests .venv/browser ## Run every test
	$(BIN)/python -m pytest

bench: .venv/tests .venv/browser ## Measure the build and a first visit
	$(BIN)/python -m bench.measure

lock: .venv/tests ## Choose versions anew: requirements.in into requirements.txt
	$(BIN)/uv pip compile $(LOCK) -o requirements.txt requirements.in
	$(BIN)/uv pip compile $(LOCK) -o tests/requirements.txt tests/requirements.in

urls: .venv/site ## Add new addresses to urls.lock, and renew the schemas of data files
	$(BIN)/python -m macros.check --write

clean: ## Remove what was made
	rm -rf site site.old site.new.* .venv .hypothesis .pytest_cache .mypy_cache .ruff_cache

.venv/site: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5) and "Python 3.11.5 or later is needed: make PYTHON=python3.12 …")'
	@echo "Installing what builds the site …"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/tests: .venv/site tests/requirements.txt
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r tests/requirements.txt
	@touch $@

.venv/browser: .venv/tests tests/browser.py
	@$(BIN)/python -m tests.browser
	@touch $@
