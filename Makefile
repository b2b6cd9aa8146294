# Everything a newcomer needs is `make demo` and `make test`; both bring what they need beyond a Rust toolchain and a C
# compiler, into target/. The gates of the infrastructure also need Python 3.11 or later and npm, which on Debian and
# Ubuntu `make test` installs where it may (.ci/tools).

.PHONY: help demo dev test prove mutants fmt lint unit schemas bombs attacks attacked fuzz million ratio bench instructions scale browser
.PHONY: policies stage workflows unused licences e2e cost artifacts deploy destroy

CARGO ?= cargo
TOOLS := target/tools
# The functions of the template. Built in one go with the command, they share everything that `make demo` has built.
FUNCTIONS := $(notdir $(patsubst %/Cargo.toml,%,$(wildcard functions/*/Cargo.toml)))

help: ## Show the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: ## Play an invented shop's half year through the whole system, and show what came of it
	@$(CARGO) run --quiet --release --package rekindle -- demo

dev: ## Run the whole system on this machine, with a mailbox on http://127.0.0.1:7070
	@$(CARGO) run --quiet --release --package rekindle -- dev

prove: ## Prove that no mail is sent twice or lost, under every fault (SEED=n tells one run; MINUTES=n proves for so long)
	@$(CARGO) run --quiet --release --package rekindle-faults --bin prove -- $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

mutants: ## Break the real code in every way that is listed, and see each caught
	@$(CARGO) run --quiet --release --package rekindle-faults --bin prove -- --mutants

test: fmt lint unit schemas bombs attacked browser policies stage workflows unused licences cost e2e instructions ## The whole gate, as CI runs it

fmt:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --workspace --all-targets --locked -- --deny warnings

unit:
	$(CARGO) test --workspace --locked

schemas: ## Generated files are not stale
	$(CARGO) run --quiet --locked --package rekindle -- schema --check
	$(CARGO) run --quiet --locked --package rekindle -- reference --check
	$(CARGO) run --quiet --locked --package rekindle -- validate campaigns
	$(CARGO) run --quiet --locked --package rekindle -- fmt --check campaigns

bombs: ## Bad input that would cost minutes or gigabytes is refused at once
	$(CARGO) build --quiet --locked --package rekindle
	python3 tests/bombs/bombs.py target/debug/rekindle

attacks: ## Attack a local system in every way that docs/threats.md lists: how much was tried, and what gave way
	$(CARGO) build --quiet --locked --package rekindle
	python3 tests/attacks/attacks.py target/debug/rekindle $(ATTACKS)

# The part of it that a gate has the time for.
attacked:
	$(MAKE) attacks ATTACKS=--short

FUZZ = shared/engine/fuzz
FUZZ_SECONDS ?= 3600

fuzz: ## Fuzz `decide` for FUZZ_SECONDS (default: an hour); what breaks it is left in target/fuzz
	@test -x target/tools/bin/cargo-fuzz || $(CARGO) install cargo-fuzz --locked --root target/tools
	@mkdir -p target/fuzz/corpus
	cd shared/engine && RUSTC_BOOTSTRAP=1 PATH="$(CURDIR)/target/tools/bin:$$PATH" $(CARGO) fuzz run --sanitizer none \
	  --fuzz-dir fuzz --target-dir $(CURDIR)/target/fuzz decide $(CURDIR)/target/fuzz/corpus $(CURDIR)/$(FUZZ)/corpus/decide -- \
	  -max_total_time=$(FUZZ_SECONDS) -max_len=6000 -timeout=20 -dict=$(CURDIR)/$(FUZZ)/decide.dict \
	  -artifact_prefix=$(CURDIR)/target/fuzz/ -print_final_stats=1

million: ## A million events through every recipe: seconds and memory
	$(CARGO) build --quiet --release --locked --package rekindle
	python3 tests/bench/million.py target/release/rekindle

ratio: ## What 100,000 runs of the proof cost, in simulations of a million events: at most 350
	$(CARGO) build --quiet --release --locked --package rekindle --package rekindle-faults --bin rekindle --bin prove
	python3 tests/bench/ratio.py target/release/rekindle target/release/prove

# Bootstraps as they are deployed, but for this machine; beside `target/lambda`, where those for AWS lie.
bench: ## What a mail costs in time and money, and a cold start, against budgets; writes docs/cost.md
	$(CARGO) build --quiet --release --locked --package rekindle-bench --bin bench
	$(CARGO) build --quiet --profile lambda --locked --target-dir target/bench $(FUNCTIONS:%=--package rekindle-%) --bins
	$(or $(CARGO_TARGET_DIR),target)/release/bench --bootstraps target/bench/lambda --write docs/cost.md

# Of exactly the version of the library that it runs.
GUNGRAUN := $(TOOLS)/gungraun-0.20.0

# Valgrind cannot come into target/: on a bare Debian it is installed, elsewhere asked for.
instructions: $(GUNGRAUN)/bin/gungraun-runner ## Count instructions, against those written down; BASELINE=write writes them anew
	@command -v valgrind >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y valgrind; } || { echo "missing: valgrind" >&2; exit 1; }
	PATH="$(abspath $(GUNGRAUN)/bin):$$PATH" $(CARGO) bench --quiet --locked --profile release --package rekindle-bench --bench instructions \
	  -- --output-format=json >$(GUNGRAUN)/counted.jsonl
	python3 tests/bench/instructions.py $(GUNGRAUN)/counted.jsonl tests/bench/instructions.json $(BASELINE)

SIZES ?= 10000 100000 1000000

scale: ## What grows with the number of people, and a minute in which 100,000 fall due; writes docs/scale.md
	$(CARGO) run --quiet --release --locked --package rekindle-bench --bin scale -- --write docs/scale.md $(SIZES)

CHROMIUM ?= /usr/bin/chromium

# Nor can the browser come into target/.
browser: ## Follow the links of delivered mails in Chromium, with axe looking at every page
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "missing: Node.js 20 or later with npm" >&2; exit 1; }
	@test -x $(CHROMIUM) || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y chromium; } || { echo "missing: Chromium; name it with CHROMIUM=" >&2; exit 1; }
	@mkdir -p target/browser && cp tests/browser/package.json tests/browser/package-lock.json target/browser/
	@npm ci --prefix target/browser --no-audit --no-fund --loglevel=error
	$(CARGO) build --quiet --locked --package rekindle
	CHROMIUM=$(CHROMIUM) node --test tests/browser/

policies: $(TOOLS)/aws/.installed $(TOOLS)/lint/.installed $(TOOLS)/guard/.installed ## Judge the template, and the judges by red controls
	$(TOOLS)/aws/bin/python infra/tools/policies.py $(TOOLS)/lint/bin $(TOOLS)/guard

stage: $(TOOLS)/aws/.installed $(TOOLS)/lint/.installed ## Judge what deploys and destroys a stage, and the roles of CI
	$(TOOLS)/aws/bin/pytest --quiet -p no:cacheprovider tests/stage

workflows: $(TOOLS)/lint/.installed ## Judge the pipelines
	infra/tools/workflows.sh $(TOOLS)/lint/bin/zizmor

unused: $(TOOLS)/machete/bin/cargo-machete ## No crate depends on what it does not use
	$(TOOLS)/machete/bin/cargo-machete --skip-target-dir .

licences: $(TOOLS)/deny/bin/cargo-deny ## Judge licences, sources and known weaknesses of what is used
	infra/tools/licences.sh $(TOOLS)/deny/bin/cargo-deny

cost: $(TOOLS)/aws/.installed ## What an idle stage costs, item by item, and what a million mails cost
	$(TOOLS)/aws/bin/python infra/tools/cost.py

e2e: $(TOOLS)/aws/.installed ## Deploy the template to a local AWS, and use it by public APIs alone
	$(CARGO) build --release --locked --package rekindle --package rekindle-local $(FUNCTIONS:%=--package rekindle-%) --bins
	VIRTUAL_ENV=$(abspath $(TOOLS)/aws) $(TOOLS)/aws/bin/pytest --quiet -p no:cacheprovider tests/e2e

artifacts: $(TOOLS)/build/.installed ## Build the functions for arm64, into target/lambda
	rustup target add aarch64-unknown-linux-gnu
	python3 infra/tools/artifacts.py $(abspath $(TOOLS)/build/bin) $(FUNCTIONS)

deploy: artifacts ## Deploy a stage: make deploy STAGE=prod [PARAMETERS="AlarmEmail=you@shop.example ..."]
	infra/deploy.sh $(STAGE) $(PARAMETERS)

destroy: ## Delete a stage but what it knows: make destroy STAGE=dev [DATA=delete]
	infra/destroy.sh $(STAGE) $(DATA)

$(TOOLS)/%/.installed: infra/tools/%.txt
	.ci/tools
	python3 -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	touch $@

$(TOOLS)/guard/.installed: infra/tools/package.json infra/tools/package-lock.json
	.ci/tools
	mkdir -p $(@D)
	cp $^ $(@D)
	cd $(@D) && npm ci --silent --ignore-scripts --omit=peer --legacy-peer-deps
	touch $@

$(TOOLS)/machete/bin/cargo-machete:
	$(CARGO) install --quiet --locked --root $(TOOLS)/machete cargo-machete@0.9.2

$(TOOLS)/deny/bin/cargo-deny:
	$(CARGO) install --quiet --locked --root $(TOOLS)/deny cargo-deny@0.20.2

$(GUNGRAUN)/bin/gungraun-runner:
	$(CARGO) install --quiet --locked --root $(GUNGRAUN) gungraun-runner@$(subst $(TOOLS)/gungraun-,,$(GUNGRAUN))
