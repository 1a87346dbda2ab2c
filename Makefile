# Waybill. `make help` lists the targets.
SHELL := /bin/bash
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$python && break; done)
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
VENV := .venv
BIN := $(VENV)/bin
EMULATOR := .local/emulator
RUNTIME := .local/runtime
AWS_CLI := .local/aws-cli
CONTRACT ?= ../shared/saleor
# Python's own pip installs into all environments: a pip for each would cost 8 s of a core, and
# compiling every module at once 10 s. Python compiles the modules that it imports.
PIP := .local/pip/bin/python
INTO = $(PIP) -m pip --python $(1)/bin/python --disable-pip-version-check --quiet install \
	--require-hashes --no-deps --no-compile -r $(2)
STAMP := .installed-$(VERSION)
# Images of containers often set this. Each process would then compile all that it imports: the AWS
# CLI 1 s for each command.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 8000
PRODUCTS ?= 300

.DEFAULT_GOAL := help
.PHONY: help install install-run lock run test checks lint format types layers sizes secrets audit unit integration emulated e2e browser pictures bridge firefox chromium firefox-esr conformance \
	memory benchmark benchmarks pythons coverage mutants package template lint-template deploy destroy vendor clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  make run takes CATALOG=DIR PRODUCTS=N PORT=N PRINCIPALS=FILE SALEOR=URL EMBED_ORIGINS=URL; every target takes PYTHON=python3.12"

install: ## create the virtual environments
	@$(MAKE) --no-print-directory --jobs=2 $(VENV)/.installed-dev-$(VERSION) $(EMULATOR)/$(STAMP) \
		$(RUNTIME)/$(STAMP) $(AWS_CLI)/$(STAMP)

install-run:
	@$(MAKE) --no-print-directory --jobs=2 $(VENV)/.installed-run-$(VERSION) $(EMULATOR)/$(STAMP)

$(PIP):
	@[ -n "$(VERSION)" ] || { echo "Waybill needs Python 3.11 to 3.13. Name one with PYTHON=…"; exit 1; }
	@rm -rf .local/pip && $(PYTHON) -m venv --system-site-packages --without-pip .local/pip
	@$@ -m pip --python $@ --version >/dev/null 2>&1 || $@ -m ensurepip >/dev/null || { rm -rf .local/pip; exit 1; }

$(VENV)/.installed-run-$(VERSION): requirements/run.txt | $(PIP)
	@echo "Installing Waybill's packages into $(VENV) (Python $(VERSION)) …"
	@ls $@ >/dev/null 2>&1 || { rm -rf $(VENV) && $(PYTHON) -m venv --without-pip $(VENV); }
	@$(call INTO,$(VENV),$<) && touch $@

$(VENV)/.installed-dev-$(VERSION): requirements/dev.txt $(VENV)/.installed-run-$(VERSION)
	@echo "Installing the packages for development and tests into $(VENV) …"
	@$(call INTO,$(VENV),$<) && touch $@

lock: $(VENV)/.installed-dev-$(VERSION) ## renew the locks of all requirements: hashes for every Python and platform
	@.ci/lock

$(EMULATOR)/$(STAMP): requirements/emulator.txt | $(PIP)
	@echo "Installing the AWS emulator into $(EMULATOR) …"
	@$(PYTHON) -m venv --clear --without-pip $(EMULATOR)
	@$(call INTO,$(EMULATOR),$<) && touch $@

$(RUNTIME)/$(STAMP): requirements/runtime.txt | $(PIP)
	@echo "Installing Lambda's runtime into $(RUNTIME) …"
	@$(PYTHON) -m venv --clear --without-pip $(RUNTIME)
	@$(call INTO,$(RUNTIME),$<) && touch $@

$(AWS_CLI)/$(STAMP): requirements/aws.txt | $(PIP)
	@echo "Installing the AWS CLI into $(AWS_CLI) …"
	@$(PYTHON) -m venv --clear --without-pip $(AWS_CLI)
	@$(call INTO,$(AWS_CLI),$<) && touch $@

run: install-run ## run the whole service on this machine
	@exec $(BIN)/python -m local --port $(PORT) --products $(PRODUCTS) \
		$(if $(CATALOG),--catalog "$(CATALOG)") $(if $(PRINCIPALS),--principals "$(PRINCIPALS)") \
		$(if $(SALEOR),--saleor "$(SALEOR)") \
		$(if $(EMBED_ORIGINS),--embed-origins "$(EMBED_ORIGINS)")

test: chromium checks unit integration memory e2e browser conformance ## run the checks for every change

# Most of them use one core. Together they take half of the time.
checks: install
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint types layers secrets lint-template

lint: install ## check style and likely mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install ## check types with mypy
	$(BIN)/mypy

layers: install ## check who imports whom
	$(BIN)/lint-imports

sizes: install ## print the sizes of functions and modules
	@$(BIN)/python .ci/sizes.py chalicelib deploy ops local benchmarks

secrets: install ## look for tokens, keys and passwords that .secrets.baseline does not list
	@git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook --baseline .secrets.baseline

audit: install ## look for known vulnerabilities of the functions' packages
	@$(BIN)/python .ci/audit.py

unit: install ## run the tests without AWS
	$(BIN)/pytest -n auto tests/unit

integration: install ## test adapters and commands against a simulated AWS
	$(BIN)/pytest -n auto -m "not emulator" tests/integration

emulated: install ## test the ports in the emulator too, which takes another minute
	$(BIN)/pytest -m emulator tests/integration

# A browser or an emulator beside other work may answer too late. What fails is tried a second time,
# alone and in a fresh service: a fault fails again.
define TWICE
$(BIN)/pytest -n 2 --dist loadfile $(1) || \
	{ echo "Trying what failed once more …"; $(BIN)/pytest --last-failed --last-failed-no-failures none $(1); }
endef

e2e: install ## test the packaged service in the local emulator
	$(call TWICE,tests/e2e)

browser: install chromium ## test the page in Chromium; screenshots in build/screenshots
	$(call TWICE,tests/browser)

pictures: install chromium ## renew the pictures in README and docs
	$(BIN)/pytest -n 2 --dist loadfile tests/browser/pictures.py

bridge: install chromium ## test the messages to dashboards with the app bridge of Saleor's SDK (needs npm)
	cd tests/bridge && npm install --no-package-lock --no-audit --no-fund --ignore-scripts --silent && npm run --silent bundle
	$(BIN)/pytest tests/bridge

firefox: install firefox-esr ## go on five journeys through the page in Firefox (needs npm; make test leaves it out)
	cd tests/firefox && npm ci --no-audit --no-fund --ignore-scripts --silent
	@echo "Starting the service and Firefox …"
	@$(BIN)/python -m tests.firefox

# $(1) succeeds if Debian's packages $(2) are there.
define FROM_DEBIAN
@$(1) && exit; \
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	echo "Installing $(2) for the browser tests …"; \
	(apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(2)) >/dev/null; \
else \
	echo "The browser tests need $(2). Root on Debian gets them installed; otherwise run:"; \
	echo "  sudo apt-get install $(2)"; exit 1; \
fi
endef

chromium: # and the library that Playwright's driver is linked with
	$(call FROM_DEBIAN,command -v chromium >/dev/null && /sbin/ldconfig -p | grep -q libatomic.so.1,chromium libatomic1)

firefox-esr:
	$(call FROM_DEBIAN,command -v firefox-esr >/dev/null,firefox-esr)

conformance: install ## compare with Saleor's files and answers from $(CONTRACT)
	CONTRACT=$(CONTRACT) $(BIN)/pytest -rs tests/conformance

memory: install ## check that memory does not grow with the catalogue
	$(BIN)/python -m benchmarks --check-memory

benchmark: install ## check speed and memory with small sizes on a quiet machine
	$(BIN)/python -m benchmarks --check

benchmarks: install ## measure everything (35 minutes), write benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks --large

coverage: install ## run unit and integration tests with branch coverage
	$(BIN)/pytest --cov --cov-report=term tests/unit tests/integration

mutants: install ## list random changes of the code that no test notices: COUNT=300 SEED=1 MINUTES=30
	@$(BIN)/python .ci/mutants.py --count $(or $(COUNT),300) --seed $(or $(SEED),1) --minutes $(or $(MINUTES),30)

pythons: ## run the unit tests on every supported Python of this machine
	@PYTHON=$(PYTHON) ./.ci/pythons

package: install-run ## make build/package/sam.json and deployment.zip
	@$(BIN)/python -m deploy.package build/package

STAGE ?= dev

template: install-run ## write .chalice/resources.json from deploy/
	@$(BIN)/python -m deploy.template

lint-template: package ## check the packaged template with cfn-lint
	$(BIN)/cfn-lint build/package/sam.json

deploy: install-run ## create or update the stack of STAGE=dev|prod in AWS; SET="Name=value …" sets parameters
	@$(BIN)/python -m deploy up --stage $(STAGE) --settings "$$SET"

destroy: install-run ## delete the stack of STAGE; its tables, bucket and key stay, unless WITH_DATA=1
	@$(BIN)/python -m deploy down --stage $(STAGE) $(if $(WITH_DATA),--with-data) $(if $(YES),--yes)

vendor: ## bundle the page's libraries from vendor/package-lock.json (needs npm)
	cd vendor && npm ci --no-audit --no-fund && npm run preact && npm run uplot

clean: ## remove everything that was installed or built
	rm -rf $(VENV) .local build .chalice/deployments .mypy_cache .ruff_cache .pytest_cache
