# Two commands do everything: `make up` runs the network on this machine, `make test` shows that
# it keeps its promises. They install what they need under one folder, .intercoop.

SHELL := /bin/bash
HOME_FOLDER := $(or $(INTERCOOP_HOME),$(CURDIR)/.intercoop)
BIN := $(HOME_FOLDER)/venv/bin
PYTHON ?= $(firstword $(foreach one,python3 python3.13 python3.12 python3.11,$(shell command -v $(one))))
LOCKING = "$(BIN)/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"
APART = $(if $(PROCESSES),--processes "$(PROCESSES)")
COMMA := ,
CHOSEN = $(subst $(COMMA), ,$(ONLY))
SUBJECTS = $(sort $(filter-out __pycache__,$(notdir $(patsubst %/,%,$(wildcard tests/unit/*/ tests/integration/*/)))))
STRANGE = $(filter-out $(SUBJECTS),$(CHOSEN))
DRAWN := $(if $(filter 1,$(RANDOM)),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '),$(RANDOM))
tests_of = tests/contract $(wildcard $(foreach subject,$(1),tests/unit/$(subject) tests/integration/$(subject)))
LOCKS = $(if $(filter-out 0,$(LOCKED)),--locked)
OURS := venv jars empty postgres kafka kafka-locked kafka-passwords instances mail story install.log install.lock issuer.pem passwords.json running.json chaos.html bench assets pictures kafka-*.aot*

.DEFAULT_GOAL := help
.PHONY: help up story test test-browser test-keycloak pictures check chaos bench lock assets clean local dev benching browsing

help:  ## show this
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

up: local  ## run the network on this machine; with NETWORK=all or NETWORK=cgscop,ouest, with PROCESSES=apart, with LOCKED=1; with EMPTY=1 one instance and its first run
	@exec "$(BIN)/intercoop" up $(if $(filter-out 0,$(EMPTY)),--empty) $(if $(NETWORK),--network "$(NETWORK)") $(APART) $(LOCKS)

story: local  ## play the main job, crashes included, and judge what was seen; with PROCESSES=apart, with LOCKED=1
	@exec "$(BIN)/intercoop" story $(APART) $(LOCKS)

ifeq ($(MAKECMDGOALS),test)
$(if $(STRANGE),$(error ONLY=$(STRANGE) is not among: $(SUBJECTS)))
endif

test: dev  ## run every test, on PostgreSQL and Apache Kafka started for it; with ONLY=events,chassis SLOWEST=30 WORKERS=1 RANDOM=1
	$(if $(DRAWN),@echo "drawn at random: RANDOM=$(DRAWN) draws the same again")
	@exec "$(BIN)/python" -m pytest -q --durations="$(or $(SLOWEST),10)" \
		--numprocesses "$(or $(WORKERS),$(if $(ONLY),7,5))" $(if $(DRAWN),--hypothesis-seed="$(DRAWN)") $(if $(ONLY),$(call tests_of,$(CHOSEN)))

test-browser: browsing  ## look at every page as everybody, with Debian's Chromium; with WORKERS=1
	@exec "$(BIN)/python" -m pytest -q tests/browser --durations="$(or $(SLOWEST),5)" --numprocesses "$(or $(WORKERS),2)"

test-keycloak: browsing  ## sign in by Keycloak, from its zip, with Debian's Chromium; with ZIP=keycloak-quarkus-dist-26.7.3.zip
	@KEYCLOAK_ZIP="$(ZIP)" exec "$(BIN)/python" -m pytest -q tests/foreign

pictures: browsing  ## make pictures of the key pages, with Debian's Chromium; with INTO=folder
	@PYTHONPATH=tests exec "$(BIN)/python" -m testkit.chromium.pictures "$(or $(INTO),$(HOME_FOLDER)/pictures)"

check: dev  ## lint, types, and the rules of who may import whom
	@"$(BIN)/ruff" check .
	@"$(BIN)/ruff" format --check .
	@"$(BIN)/mypy"
	@"$(BIN)/lint-imports"

chaos: dev  ## commands under faults drawn by seed, judged; with SEEDS=1,2,3 DURATION=60 FAULTS=all NODES=3 RATE=300 CALM=4 SHORT=1 COMMITS=100000, or PLANTED=all
	@PYTHONPATH=tests exec "$(BIN)/python" -m chaos --seeds "$(or $(SEEDS),1)" \
		--duration "$(or $(DURATION),60)" --faults "$(or $(FAULTS),all)" \
		--nodes "$(or $(NODES),3)" --rate "$(or $(RATE),300)" --calm "$(or $(CALM),1)" $(if $(SHORT),--short) $(if $(PLANTED),--planted "$(PLANTED)") \
		$(if $(COMMITS),--commits "$(COMMITS)") $(if $(LEDGER),--ledger "$(LEDGER)") \
		--page "$(HOME_FOLDER)/chaos.html"

bench: benching  ## measure speed beside bare limits and peers; with ONLY=road,peers ROUNDS=3 SIZE=1000000 PROFILE=1, or beside another checkout with BESIDE=../before
ifdef BESIDE
	@PYTHONPATH=tests exec "$(BIN)/python" -m bench.beside "$(BESIDE)" \
		--only "$(ONLY)" --rounds "$(or $(ROUNDS),5)"
else
	@PYTHONPATH=tests exec "$(BIN)/python" -m bench --rounds "$(or $(ROUNDS),3)" \
		--only "$(ONLY)" --size "$(or $(SIZE),1000000)" --out "$(HOME_FOLDER)/bench" \
		$(if $(PROFILE),--profile)
endif

lock: dev  ## resolve dependencies anew: Python's into requirements, the broker's into jars.lock
	@cd requirements && for set in bootstrap run network local dev browser bench; do \
		$(LOCKING) $(LOCKFLAGS) $$set.in -o $$set.txt || exit; done
	@"$(BIN)/python" -m intercoop_local.platform.jars

assets: dev  ## rebuild the vendored styles, icons and scripts of pages, after a template uses a new class or icon (needs npm)
	@"$(BIN)/python" shared/chassis/rebuild_assets.py "$(HOME_FOLDER)/assets"

clean:  ## delete everything that was installed and every local network's data
	@cd "$(HOME_FOLDER)" 2>/dev/null || exit 0; rm -rf $(OURS)
	@rmdir "$(HOME_FOLDER)" 2>/dev/null || true

local dev benching browsing:
	@$(if $(PYTHON),,$(error Python 3.11 or newer is needed, and this machine has no python3))
	@"$(PYTHON)" deploy/bootstrap.py $(patsubst browsing,browser,$(patsubst benching,bench,$@))
