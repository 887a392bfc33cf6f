//! gzip(1) as GNU gzip 1.12 carries it out: files of the form of RFC 1952 are unpacked, over bytes.

mod inflate;

pub use inflate::{Fault, Header, MOST, Unpacked, is_gzip, unpack};
