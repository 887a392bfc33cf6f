//! Word splitting (bash(1), Word Splitting): what expansions give becomes fields.

/// A letter, and whether quotes protect it from splitting, patterns and braces.
pub type Unit = (char, bool);

/// A field before pathname expansion.
pub type Field = Vec<Unit>;

/// Takes up the parts of a word.
#[derive(Debug, Default)]
pub struct Fields {
    done: Vec<Field>,
    now: Option<Field>,
    /// The separators; none where nothing is split.
    separators: Option<String>,
    /// Whether the last separator was white space, with which one more may join.
    blank_before: bool,
}

impl Fields {
    /// Splits at these separators.
    pub fn split(separators: String) -> Fields {
        Fields { separators: Some(separators), ..Fields::default() }
    }

    /// Makes one field.
    pub fn whole() -> Fields {
        Fields::default()
    }

    /// Whether expansions are split.
    pub fn splits(&self) -> bool {
        self.separators.is_some()
    }

    /// Takes text as it is.
    pub fn text(&mut self, text: &str, quoted: bool) {
        self.blank_before = false;
        self.now.get_or_insert_default().extend(text.chars().map(|it| (it, quoted)));
    }

    /// Makes sure that there is a field, if an empty one.
    pub fn mark(&mut self) {
        self.blank_before = false;
        self.now.get_or_insert_default();
    }

    /// Takes what an expansion gave.
    pub fn expansion(&mut self, text: &str, quoted: bool) {
        let Some(separators) = self.separators.clone().filter(|_| !quoted) else {
            if quoted || !text.is_empty() {
                self.text(text, quoted);
            }
            return;
        };
        for letter in text.chars() {
            if !separators.contains(letter) {
                self.blank_before = false;
                self.now.get_or_insert_default().push((letter, false));
            } else if matches!(letter, ' ' | '\t' | '\n') {
                if let Some(field) = self.now.take() {
                    self.done.push(field);
                    self.blank_before = true;
                }
            } else {
                match self.now.take() {
                    Some(field) => self.done.push(field),
                    None if !self.blank_before => self.done.push(Field::new()),
                    None => {}
                }
                self.blank_before = false;
            }
        }
    }

    /// Ends a field, as between the elements of `"$@"`.
    pub fn boundary(&mut self) {
        self.done.extend(self.now.take());
        self.blank_before = false;
    }

    /// All fields.
    pub fn end(mut self) -> Vec<Field> {
        self.boundary();
        self.done
    }
}

/// The text of a field.
pub fn text(field: &[Unit]) -> String {
    field.iter().map(|it| it.0).collect()
}

#[cfg(test)]
mod tests {
    use super::{Fields, text};

    #[test]
    fn splits_as_the_manual_says() {
        for (given, separators, expected) in [
            ("  a  b ", " \t\n", vec!["a", "b"]),
            ("a::b: c:", ":", vec!["a", "", "b", " c"]),
            ("a::b: c:", " :", vec!["a", "", "b", "c"]),
            (" : a", " :", vec!["", "a"]),
            ("a : b", " :", vec!["a", "b"]),
            ("", " ", vec![]),
        ] {
            let mut fields = Fields::split(separators.to_owned());
            fields.expansion(given, false);
            assert_eq!(fields.end().iter().map(|it| text(it)).collect::<Vec<_>>(), expected, "{given:?}");
        }
    }
}
