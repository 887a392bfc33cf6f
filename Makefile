# `make demo` runs the main job on a real example, `make test` passes the tests; both set up what they need.
.PHONY: guests build test demo lint
guests:
	@guest-modules/build.sh
build: guests
	cargo build --release
test: guests
	cargo test
lint: guests
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
demo: guests
	@examples/demo.sh
