//! The modules of this program: components that the build put inside it.

use super::module::Role;

/// A module inside the program.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// Its role.
    pub role: Role,
    /// Bytes of the component.
    pub component: &'static [u8],
    /// SHA-256 of those bytes, taken by the build: seven megabytes need not be read at each start.
    pub digest: &'static [u8; 32],
}

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

#[cfg(test)]
mod tests {
    use super::built_in;
    use crate::digest::Digest;

    #[test]
    fn the_build_took_the_digests_of_what_it_put_in() {
        for it in built_in() {
            assert_eq!(Digest::from_bytes(*it.digest), Digest::of(it.component), "{}", it.name);
        }
    }
}
