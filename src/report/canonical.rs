//! The canonical form of JSON (RFC 8785), for digests. Reports hold no fractions, which is all that is left out here.

use serde_json::Value;

/// Returns the canonical bytes of a value.
pub(super) fn canonical(value: &Value) -> Vec<u8> {
    let mut out = String::new();
    write(value, &mut out);
    out.into_bytes()
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            // Section 3.2.3: names are sorted by their UTF-16 code units.
            sorted.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (number, (name, field)) in sorted.into_iter().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write(&Value::String(name.clone()), out);
                out.push(':');
                write(field, out);
            }
            out.push('}');
        }
        // Strings, whole numbers, booleans and null are written by serde_json as section 3.2.2 asks.
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn sorts_names_and_writes_no_space() {
        let value = serde_json::json!({"\u{20ac}": "x", "b": [1, true, null], "a": "\u{7}\n\u{fb33}", "\u{1f600}": {}, "\u{fb33}": 0});
        assert_eq!(
            String::from_utf8(canonical(&value)).expect("text"),
            "{\"a\":\"\\u0007\\n\u{fb33}\",\"b\":[1,true,null],\"\u{20ac}\":\"x\",\"\u{1f600}\":{},\"\u{fb33}\":0}"
        );
    }
}
