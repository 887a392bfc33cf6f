//! Aliases while a script is read: the text of an alias takes the place of its name (bash(1), ALIASES).

use super::parse::{Parser, Read, is_blank, is_meta};

/// Most aliases that one text is read with: each may hold others.
const MOST: usize = 10_000;

/// An alias whose text is read, or was.
#[derive(Debug, Clone)]
pub(super) struct Expanding {
    name: String,
    /// How much text is left behind it.
    left: usize,
    /// Whether its text ends in a blank: then the next word may be an alias too.
    goes_on: bool,
}

impl Parser {
    /// Puts the text of an alias in the place of the word here, where that is one: the first word of a command, or one behind an alias that asks for it.
    pub(super) fn alias(&mut self, first: bool) -> Read<()> {
        if self.aliases.is_none() {
            return Ok(());
        }
        let mut checks = first;
        loop {
            let left = self.text.len() - self.at;
            if let Some(at) = self.expanding.iter().position(|it| it.goes_on && left <= it.left) {
                self.expanding.remove(at);
                checks = true;
            }
            self.expanding.retain(|it| it.goes_on || left > it.left);
            if !checks {
                return Ok(());
            }
            let name: String = self.text[self.at..].iter().take_while(|it| !is_meta(**it)).collect();
            if name.is_empty() || name.contains(['\'', '"', '\\', '$', '`']) || self.expanding.iter().any(|it| it.name == name && left > it.left) {
                return Ok(());
            }
            let Some(value) = self.aliases.as_ref().and_then(|it| it.get(&name)).cloned() else { return Ok(()) };
            self.expanded += 1;
            if self.expanded > MOST {
                return self.wrong("nested too deep: too many aliases", false);
            }
            let end = self.at + name.chars().count();
            let mut text: Vec<char> = self.text[..self.at].to_vec();
            text.extend(value.chars());
            text.extend(&self.text[end..]);
            let goes_on = value.ends_with(is_blank);
            self.expanding.push(Expanding { name, left: self.text.len() - end, goes_on });
            self.text = text.into();
            self.blank();
        }
    }
}
