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
}

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));
