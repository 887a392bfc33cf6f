//! Severities, verdicts and states as their words in records.

use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

macro_rules! words {
    ($name:ident, $type:ty, $of:expr) => {
        pub(super) mod $name {
            use super::*;

            pub(in crate::change) fn serialize<S: Serializer>(value: &$type, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(value.word())
            }

            pub(in crate::change) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<$type, D::Error> {
                let word = String::deserialize(from)?;
                let of: fn(&str) -> Option<$type> = $of;
                of(&word).ok_or_else(|| D::Error::custom(format!("unknown word `{word}`")))
            }
        }
    };
}

words!(severity, crate::finding::Severity, crate::finding::Severity::of);
words!(verdict, crate::gate::Verdict, crate::gate::Verdict::of);
words!(state, crate::change::State, crate::change::State::of);
