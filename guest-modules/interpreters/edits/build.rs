//! Parsers of nested files need a deeper stack than a small guest.

fn main() {
    println!("cargo::rustc-link-arg=-zstack-size=4194304");
}
