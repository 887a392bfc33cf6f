//! A parser of nested scripts needs a deeper stack than a small guest.

fn main() {
    println!("cargo::rustc-link-arg=-zstack-size=8388608");
}
