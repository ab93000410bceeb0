# The commands of this project; `make help` lists them. Nothing needs to be installed before.
SHELL := /bin/bash
.DEFAULT_GOAL := help

UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := $(UV) run --frozen
DEMO := examples/demo.mp4

.PHONY: help setup demo test check format campaign model-test fuzz bench docs pictures sbom audit adk clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## install everything: ffmpeg, fonts, Python packages, speech weights
	@deployments/install-system-packages.sh
	@test -x "$(UV)" || command -v uv >/dev/null || (python3 -m venv .uv && .uv/bin/pip install -q uv)
	@$(UV) sync --frozen --quiet

demo: setup ## start everything, drop the demo clip, show its delivery, stop everything
	@$(RUN) socialcopy demo $(DEMO)

test: setup check ## what CI runs: format, lint, types, imports, tests on two cores
	$(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder

check: ## format, lint, types and the direction of imports
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) pyright
	$(RUN) pyright -p tests
	$(RUN) lint-imports

format: ## let ruff put things in order
	$(RUN) ruff format
	$(RUN) ruff check --fix

campaign: ## the long tests, not run by CI
	$(RUN) --group voices pytest -m slow

model-test: ## the whole way with a real language model (brings 1.2 GB; it is too weak to be used)
	$(RUN) --group model pytest -m model -s tests/local_models

fuzz: ## look for inputs that break a parser, 20 minutes each; keeps what reaches new branches
	for target in events drafts probe briefs subtitles; do $(RUN) --group fuzz python -m tests.fuzz.run $$target --keep; done

bench: ## time the stages of the data walk
	$(RUN) python benchmarks/walk.py

adk: ## parse our event stream with Google ADK's own event model (brings it along)
	$(RUN) --with google-adk python -m tests.adk.check_events

docs: ## write the pages of docs/ that come from code, tests and what is installed
	$(RUN) python docs/make_reference.py
	$(RUN) python docs/make_protocol.py
	$(RUN) python docs/make_reliability.py
	$(RUN) python docs/make_licenses.py
	$(RUN) python docs/make_faults.py

pictures: ## draw the pictures of the walk from their sources (needs graphviz)
	for name in architecture walk; do dot -Tsvg docs/pictures/$$name.dot -o docs/pictures/$$name.svg; done

sbom: setup ## write dist/sbom.cdx.json, the bill of materials of a release
	$(RUN) python docs/make_sbom.py dist/sbom.cdx.json $(UV)

audit: ## ask osv.dev for known holes in what uv.lock installs (needs the internet)
	$(UV) audit --frozen --no-dev --preview-features audit-command

clean: ## remove what the demo and the tests left in this folder
	rm -rf demo deliveries .pytest_cache .ruff_cache .hypothesis
