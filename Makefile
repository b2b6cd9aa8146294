# Everything a newcomer needs is `make demo` and `make test`; both bring what they need beyond a Rust toolchain and a C
# compiler, into target/.

.PHONY: help demo dev test fmt lint unit schemas clean-state

CARGO ?= cargo

help: ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: ## Play an invented shop's half year through the whole system, and show what came of it
	@$(CARGO) run --quiet --release --package rekindle -- demo

dev: ## Run the whole system on this machine, with a mailbox on http://127.0.0.1:7070
	@$(CARGO) run --quiet --release --package rekindle -- dev

test: fmt lint unit schemas ## The whole gate, as CI runs it

fmt:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --workspace --all-targets --locked -- --deny warnings

unit:
	$(CARGO) test --workspace --locked

schemas: ## Generated files are not stale
	$(CARGO) run --quiet --locked --package rekindle -- schema --check
	$(CARGO) run --quiet --locked --package rekindle -- validate campaigns
	$(CARGO) run --quiet --locked --package rekindle -- fmt --check campaigns
