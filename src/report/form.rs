//! The forms of a report of many findings, and how one grows: finding by finding, so that none need be kept.
//!
//! What comes first in a form (sums, groups) is often known last. So each finding's piece is put away when it is done, and the
//! whole is put together at the end.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use super::{
    html::Page,
    json::Reports,
    junit::Suites,
    list::Ending,
    markdown::{Annotations, Rows},
    sarif::Log,
    text::Lines,
};
use crate::engine::Fixed;

/// A form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines for a terminal.
    Text,
    /// `invitro.report-list/v1`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// Markdown, for a step summary.
    Markdown,
    /// One page.
    Html,
    /// Annotations as GitHub's workflow commands.
    Github,
}

impl Form {
    /// Answers whether the pieces can be shown one by one: each is lines that are whole by themselves, and nothing stands before them.
    pub fn is_lines(self) -> bool {
        matches!(self, Form::Text | Form::Github)
    }

    fn shape(self, rules: Vec<String>, width: Option<usize>) -> Box<dyn Shape> {
        match self {
            Form::Text => Box::new(Lines(width)),
            Form::Json => Box::new(Reports::default()),
            Form::Sarif => Box::new(Log::new(rules)),
            Form::Junit => Box::new(Suites::default()),
            Form::Markdown => Box::new(Rows),
            Form::Html => Box::new(Page),
            Form::Github => Box::new(Annotations),
        }
    }
}

/// One form of a report, in pieces.
pub(super) trait Shape {
    /// Writes one finding, and says into which group it goes.
    fn piece(&mut self, it: &Fixed) -> (usize, String);

    /// Writes what stands before all pieces.
    fn head(&self, _: &Ending<'_>) -> String {
        String::new()
    }

    /// Writes what stands before the pieces of a group.
    fn group(&self, _number: usize, _count: usize) -> String {
        String::new()
    }

    /// Writes what stands behind all pieces.
    fn tail(&self, _: &Ending<'_>) -> String {
        String::new()
    }
}

/// A report that grows. The pieces lie in a store outside; what is kept is where.
pub struct Growing<S> {
    shape: Box<dyn Shape>,
    store: S,
    end: u64,
    groups: Vec<Group>,
}

/// The pieces of a group: how many, and where they begin and end, those side by side as one.
#[derive(Default)]
struct Group {
    count: usize,
    runs: Vec<(u64, u64)>,
}

impl<S: Read + Write + Seek> Growing<S> {
    /// Begins a report. `rules` are the rules of all findings that will come, in any order.
    pub fn begin(form: Form, rules: Vec<String>, store: S) -> Growing<S> {
        Growing { shape: form.shape(rules, None), store, end: 0, groups: Vec::new() }
    }

    /// Puts one finding away.
    pub fn add(&mut self, it: &Fixed) -> io::Result<()> {
        let (number, text) = self.shape.piece(it);
        self.store.write_all(text.as_bytes())?;
        let begin = self.end;
        self.end += text.len() as u64;
        if self.groups.len() <= number {
            self.groups.resize_with(number + 1, Group::default);
        }
        let group = &mut self.groups[number];
        group.count += 1;
        match group.runs.last_mut().filter(|it| it.1 == begin) {
            Some(last) => last.1 = self.end,
            None => group.runs.push((begin, self.end)),
        }
        Ok(())
    }

    /// Writes the whole.
    pub fn finish(mut self, of: &Ending<'_>, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.shape.head(of).as_bytes())?;
        for (number, group) in self.groups.iter().enumerate().filter(|it| it.1.count > 0) {
            out.write_all(self.shape.group(number, group.count).as_bytes())?;
            for (begin, end) in &group.runs {
                self.store.seek(SeekFrom::Start(*begin))?;
                let copied = io::copy(&mut Read::by_ref(&mut self.store).take(end - begin), out)?;
                if copied != end - begin {
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "what was put away of the report is cut short"));
                }
            }
        }
        out.write_all(self.shape.tail(of).as_bytes())
    }
}

/// A report of lines, each finding's shown at once.
pub struct Flowing(Box<dyn Shape>);

impl Flowing {
    /// Begins a report; its sentences are folded to so many columns, where it is for eyes.
    pub fn begin(form: Form, width: Option<usize>) -> Flowing {
        Flowing(form.shape(Vec::new(), width))
    }

    /// Writes the lines of one finding.
    pub fn add(&mut self, it: &Fixed) -> String {
        self.0.piece(it).1
    }

    /// Writes what stands at the end.
    pub fn finish(&self, of: &Ending<'_>) -> String {
        self.0.tail(of)
    }
}

/// Returns a report of findings that are all at hand.
pub fn whole(form: Form, fixed: &[Fixed], of: &Ending<'_>) -> io::Result<Vec<u8>> {
    let rules = fixed.iter().map(|it| super::markdown::row(it).0).collect();
    let mut growing = Growing::begin(form, rules, Cursor::new(Vec::new()));
    fixed.iter().try_for_each(|it| growing.add(it))?;
    let mut out = Vec::new();
    growing.finish(of, &mut out)?;
    Ok(out)
}
