# `make demo` runs the main job on a real example, `make test` passes the tests; both set up what they need.
.PHONY: guests build test demo lint bench fidelity nightly
scripts = .ci/run guest-modules/build.sh examples/demo.sh
guests:
	@guest-modules/build.sh
build: guests
	cargo build --release
test: guests
	cargo test
lint: guests
	if command -v shellcheck >/dev/null; then shellcheck $(scripts); else for it in $(scripts); do bash -n "$$it" || exit 1; done; fi
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
# Figures beside their targets; INVITRO_BENCH=quick for fewer rounds.
bench: guests
	cargo bench --bench line
# Every script of the laboratory beside real bash; the table of its figures is FIDELITY.md.
fidelity: guests
	INVITRO_FIDELITY=required cargo test --release --test differential -- full --table FIDELITY.md
	INVITRO_FIDELITY=required cargo test --release --test differential -- patches --table FIDELITY.md
# The same, and then twenty thousand calls of tools by chance; a miss of any of them fails it.
nightly: guests
	INVITRO_FIDELITY=required cargo test --release --test differential -- nightly --calls 20000 --table FIDELITY.md
demo: guests
	@examples/demo.sh
