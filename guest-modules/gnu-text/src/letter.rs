//! Letters as wc(1) counts them.

/// What the locale knows of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It separates words.
    Space,
    /// It is shown and has one column.
    Shown,
    /// It is neither.
    Other,
    /// Not known here.
    Unknown,
}

/// Tells what a letter is.
pub(crate) fn kind(letter: char) -> Kind {
    match letter {
        ' ' | '\t'..='\r' => Kind::Space,
        '!'..='~' => Kind::Shown,
        '\0'..='\u{1f}' | '\u{7f}' => Kind::Other,
        '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => Kind::Shown,
        '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3ff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{20ac}' => Kind::Shown,
        '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{257f}' => Kind::Shown,
        _ => Kind::Unknown,
    }
}
