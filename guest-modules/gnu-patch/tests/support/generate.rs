//! Patches by chance, from a seed: files, edits of them as diffs of each form, and mutations of file and patch.

use super::{Case, Laid};

/// A source of numbers (SplitMix64, Steele, Lea and Flood 2014).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ it >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ it >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ it >> 31
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Lines of a file; the last one may lack its end.
#[derive(Clone, Debug)]
pub struct Text {
    pub lines: Vec<String>,
    pub ended: bool,
}

impl Text {
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = self.lines.join("\n");
        if self.ended && !self.lines.is_empty() {
            text.push('\n');
        }
        text.into_bytes()
    }

    fn line(&self, at: usize) -> String {
        let last = at + 1 == self.lines.len() && !self.ended;
        format!("{}\n{}", self.lines[at], if last { "\\ No newline at end of file\n" } else { "" })
    }
}

pub fn text(chance: &mut Chance) -> Text {
    let words = ["a", "b", "c", "", "Port 22", "x = 1", "\tindented", "end", "# comment", "a b", "a  b", "}", "-- dash", "++ plus"];
    let few = chance.once_in(2);
    let count = if chance.once_in(8) { 0 } else { 1 + chance.below(24) };
    let line = |chance: &mut Chance| if few { (*chance.pick(&words)).to_owned() } else { format!("{} {}", chance.pick(&words), chance.below(40)) };
    Text { lines: (0..count).map(|_| line(chance)).collect(), ended: !chance.once_in(6) }
}

/// One edit: lines `from..to` of the old text become `from..to` of the new one.
#[derive(Clone, Copy, Debug)]
struct Edit {
    old: (usize, usize),
    new: (usize, usize),
}

/// Edits a text here and there.
fn edited(old: &Text, chance: &mut Chance) -> (Text, Vec<Edit>) {
    let (mut lines, mut edits, mut at) = (Vec::new(), Vec::new(), 0);
    loop {
        let stays = chance.below(9).min(old.lines.len() - at);
        lines.extend_from_slice(&old.lines[at..at + stays]);
        at += stays;
        let goes = chance.below(3).min(old.lines.len() - at);
        let comes = chance.below(3);
        if goes + comes > 0 {
            let begin = lines.len();
            lines.extend((0..comes).map(|it| format!("new {it} {}", chance.below(9))));
            edits.push(Edit { old: (at, at + goes), new: (begin, lines.len()) });
            at += goes;
        }
        if at >= old.lines.len() || chance.once_in(5) {
            break;
        }
    }
    lines.extend_from_slice(&old.lines[at..]);
    // The end of the last line is a change of its own where that line stays.
    let touched = edits.last().is_some_and(|it| it.old.1 == old.lines.len());
    let ended = if touched && chance.once_in(3) { !old.ended } else { old.ended };
    // An untouched last line keeps its end, and one that is no longer last has one.
    let mut new = Text { lines, ended };
    if new.lines.is_empty() {
        new.ended = true;
    }
    if !old.ended && touched && edits.last().is_some_and(|it| it.old.0 == it.old.1) {
        // Something was put behind a line without an end: that line changes too.
        if let Some(last) = edits.last_mut()
            && last.old.0 > 0
            && last.new.0 > 0
        {
            last.old.0 -= 1;
            last.new.0 -= 1;
        }
    }
    if !new.ended && touched && edits.last().is_some_and(|it| it.new.0 == it.new.1) {
        new.ended = true;
        if let Some(last) = edits.last()
            && last.new.0 == new.lines.len()
        {
            // The line that is last now had an end before.
            new.ended = true;
        }
    }
    (new, edits)
}

/// Edits that share context, together.
fn groups(edits: &[Edit], context: usize) -> Vec<Vec<Edit>> {
    let mut groups: Vec<Vec<Edit>> = Vec::new();
    for edit in edits {
        match groups.last_mut() {
            Some(group) if edit.old.0 <= group.last().map_or(0, |it| it.old.1) + 2 * context => group.push(*edit),
            _ => groups.push(vec![*edit]),
        }
    }
    groups
}

/// A form of diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Unified,
    Context,
    Normal,
}

/// The hunks of a diff.
pub fn hunks(old: &Text, new: &Text, edits: &[(usize, usize, usize, usize)], context: usize, form: Form) -> String {
    let edits: Vec<Edit> = edits.iter().map(|it| Edit { old: (it.0, it.1), new: (it.2, it.3) }).collect();
    let mut out = String::new();
    for group in groups(&edits, context) {
        let (first, last) = (group[0], group[group.len() - 1]);
        let before = first.old.0.min(context).min(first.new.0);
        let after = (old.lines.len() - last.old.1).min(context).min(new.lines.len() - last.new.1);
        let sides = [(first.old.0 - before, last.old.1 + after), (first.new.0 - before, last.new.1 + after)];
        match form {
            Form::Unified => {
                let range = |(from, to): (usize, usize)| match to - from {
                    0 => format!("{from},0"),
                    1 => format!("{}", from + 1),
                    count => format!("{},{count}", from + 1),
                };
                out.push_str(&format!("@@ -{} +{} @@\n", range(sides[0]), range(sides[1])));
                let mut at = sides[0].0;
                for edit in &group {
                    (at..edit.old.0).for_each(|it| out.push_str(&format!(" {}", old.line(it))));
                    (edit.old.0..edit.old.1).for_each(|it| out.push_str(&format!("-{}", old.line(it))));
                    (edit.new.0..edit.new.1).for_each(|it| out.push_str(&format!("+{}", new.line(it))));
                    at = edit.old.1;
                }
                (at..sides[0].1).for_each(|it| out.push_str(&format!(" {}", old.line(it))));
            }
            Form::Context => {
                let range = |(from, to): (usize, usize)| match to - from {
                    0 => format!("{from}"),
                    1 => format!("{to}"),
                    _ => format!("{},{to}", from + 1),
                };
                out.push_str("***************\n");
                for (side, text, signs, sign) in [(0, old, ("*** ", " ****"), "- "), (1, new, ("--- ", " ----"), "+ ")] {
                    out.push_str(&format!("{}{}{}\n", signs.0, range(sides[side]), signs.1));
                    let of = |edit: &Edit| if side == 0 { edit.old } else { edit.new };
                    if group.iter().all(|it| of(it).0 == of(it).1) {
                        continue;
                    }
                    let mut at = sides[side].0;
                    for edit in &group {
                        let changes = edit.old.0 < edit.old.1 && edit.new.0 < edit.new.1;
                        (at..of(edit).0).for_each(|it| out.push_str(&format!("  {}", text.line(it))));
                        (of(edit).0..of(edit).1).for_each(|it| out.push_str(&format!("{}{}", if changes { "! " } else { sign }, text.line(it))));
                        at = of(edit).1;
                    }
                    (at..sides[side].1).for_each(|it| out.push_str(&format!("  {}", text.line(it))));
                }
            }
            Form::Normal => {
                let range = |(from, to): (usize, usize)| if to - from < 2 { format!("{to}") } else { format!("{},{to}", from + 1) };
                for edit in &group {
                    let letter = match (edit.old.1 - edit.old.0, edit.new.1 - edit.new.0) {
                        (0, _) => 'a',
                        (_, 0) => 'd',
                        _ => 'c',
                    };
                    out.push_str(&format!("{}{letter}{}\n", range(edit.old), range(edit.new)));
                    (edit.old.0..edit.old.1).for_each(|it| out.push_str(&format!("< {}", old.line(it))));
                    if letter == 'c' {
                        out.push_str("---\n");
                    }
                    (edit.new.0..edit.new.1).for_each(|it| out.push_str(&format!("> {}", new.line(it))));
                }
            }
        }
    }
    out
}

/// A text, an edit of it, and the hunks between them.
pub fn pair(chance: &mut Chance, form: Form) -> (Text, Text, String) {
    loop {
        let old = text(chance);
        let (new, edits) = edited(&old, chance);
        if edits.is_empty() {
            continue;
        }
        let context = *chance.pick(&[3, 3, 3, 2, 1, 0, 5]);
        let edits: Vec<_> = edits.iter().map(|it| (it.old.0, it.old.1, it.new.0, it.new.1)).collect();
        let hunks = hunks(&old, &new, &edits, if form == Form::Normal { 0 } else { context }, form);
        return (old, new, hunks);
    }
}

/// Changes a file a little, so that hunks are off, or need fuzz, or fail.
pub fn disturbed(text: &Text, chance: &mut Chance) -> Text {
    let mut text = text.clone();
    for _ in 0..1 + chance.below(3) {
        let at = chance.below(text.lines.len() + 1);
        match chance.below(6) {
            0 | 1 => (0..1 + chance.below(4)).for_each(|it| text.lines.insert(at, format!("put in {it}"))),
            2 if at < text.lines.len() => drop(text.lines.remove(at)),
            3 if at < text.lines.len() => text.lines[at].push('!'),
            4 if at < text.lines.len() => text.lines[at] = text.lines[at].replace(' ', "  "),
            5 if chance.once_in(3) => text.ended = !text.ended,
            _ => {}
        }
    }
    text
}

/// Changes a patch a little, so that it is odd or broken.
pub fn mangled(patch: &str, chance: &mut Chance) -> String {
    let mut lines: Vec<String> = patch.split_inclusive('\n').map(str::to_owned).collect();
    let at = chance.below(lines.len());
    match chance.below(12) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => lines.insert(at, "Some talk\n".to_owned()),
        3 => lines.iter_mut().for_each(|it| *it = it.replace('\n', "\r\n")),
        4 => lines.iter_mut().for_each(|it| it.insert_str(0, "  ")),
        5 => {
            let last = lines.len() - 1;
            lines[last] = lines[last].trim_end_matches('\n').to_owned();
        }
        6 => lines.truncate(at.max(1)),
        7 => lines[at] = lines[at].replacen(['1', '2', '3'], "4", 1),
        8 => lines.iter_mut().filter(|it| *it == " \n").for_each(|it| *it = "\n".to_owned()),
        9 => lines.insert(0, "Only in d: x\nIndex: f\n".to_owned()),
        10 => lines[at] = lines[at].replacen(['-', '+', ' '], "!", 1),
        _ => {
            let last = lines.len() - 1;
            lines.truncate(last);
        }
    }
    lines.concat()
}

const STAMPS: [&str; 5] = ["", "", "\t2024-01-02 03:04:05.000000000 +0100", "\t1970-01-01 00:00:00.000000000 +0000", "\tThu Jan  1 00:00:00 1970"];

/// A case for patch(1).
pub fn for_patch(seed: u64) -> Case {
    let mut chance = Chance(seed.wrapping_mul(0x5851_f42d_4c95_7f2d));
    let chance = &mut chance;
    let mut words: Vec<String> = Vec::new();
    let mut files = Vec::new();
    let mut patch = String::new();
    let mut strip = 0;
    for number in 0..1 + usize::from(chance.once_in(4)) + usize::from(chance.once_in(8)) {
        let form = *chance.pick(&[Form::Unified, Form::Unified, Form::Unified, Form::Context, Form::Normal]);
        let name = if number == 0 { "f".to_owned() } else { (*chance.pick(&["f", "g", "d/h"])).to_owned() };
        let (old, new, hunks) = pair(chance, form);
        let git = form == Form::Unified && chance.once_in(4);
        let prefixed = git || chance.once_in(4);
        let (a, b) = if prefixed { (format!("a/{name}"), format!("b/{name}")) } else { (name.clone(), name.clone()) };
        strip = usize::from(prefixed);
        if git {
            patch.push_str(&format!("diff --git {a} {b}\n"));
            match chance.below(6) {
                0 if old.lines.is_empty() => patch.push_str("new file mode 100755\n"),
                0 if new.lines.is_empty() => patch.push_str("deleted file mode 100644\n"),
                1 => patch.push_str("old mode 100644\nnew mode 100755\n"),
                2 => patch.push_str("index 1234567..89abcde 100644\n"),
                _ => {}
            }
        }
        if form != Form::Normal || chance.once_in(2) {
            let signs = if form == Form::Context { ("***", "---") } else { ("---", "+++") };
            let nothing = |text: &Text, name: &str, chance: &mut Chance| {
                if text.lines.is_empty() && chance.once_in(2) { "/dev/null".to_owned() } else { name.to_owned() }
            };
            if form == Form::Normal {
                patch.push_str(&format!("Index: {a}\n"));
            } else {
                let (from, to) = (nothing(&old, &a, chance), nothing(&new, &b, chance));
                patch.push_str(&format!("{} {from}{}\n{} {to}{}\n", signs.0, chance.pick(&STAMPS), signs.1, chance.pick(&STAMPS)));
            }
        } else if words.is_empty() {
            words.push("f".to_owned());
        }
        patch.push_str(&hunks);
        let there = match chance.below(6) {
            0 => Some(new.clone()),
            1 | 2 => Some(disturbed(&old, chance)),
            3 if old.lines.is_empty() => None,
            _ => Some(old),
        };
        if let Some(there) = there
            && !files.iter().any(|it: &(String, Laid)| it.0 == name)
        {
            files.push((name, Laid::File(there.bytes(), *chance.pick(&[0o644, 0o600, 0o755, 0o666, 0o4755, 0o640]))));
        }
    }
    if chance.once_in(3) {
        patch = mangled(&patch, chance);
    }
    if strip > 0 || chance.once_in(3) {
        words.push(format!("-p{strip}"));
    }
    for (times, option) in [
        (8, "-N"),
        (8, "-f"),
        (8, "-t"),
        (6, "-R"),
        (8, "-l"),
        (10, "-E"),
        (10, "-b"),
        (12, "-F0"),
        (12, "-F3"),
        (12, "-s"),
        (12, "--verbose"),
        (14, "--dry-run"),
        (14, "--posix"),
        (14, "--no-backup-if-mismatch"),
        (14, "-rr"),
        (14, "--reject-format=context"),
        (14, "--reject-format=unified"),
        (16, "-oout"),
        (16, "--binary"),
        (16, "-zs"),
        (16, "-Vt"),
        (20, "-u"),
    ] {
        if chance.once_in(times) {
            words.push(option.to_owned());
        }
    }
    Case { name: format!("seed {seed}"), words, files, patch: patch.into_bytes() }
}
