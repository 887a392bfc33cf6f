//! XCCDF 1.1 and 1.2 results (NIST IR 7275), alone, in a benchmark or in an asset report collection (NIST IR 7694). The text is
//! read as events, so a long report costs no more than its findings; entities beyond XML's own five stay unexpanded.

use std::{collections::BTreeMap, sync::Arc};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    error::Error,
    finding::{Attribute, Finding, Severity},
    report::{Report, Skipped},
    value::severity,
};

/// Deepest nesting that is read.
const MOST_DEPTH: usize = 512;

/// Bytes of a rule's advice that are enough.
const MOST_ADVICE: usize = 4096;

/// What a rule of the benchmark says about itself.
#[derive(Default)]
struct Rule {
    title: String,
    severity: String,
    aliases: Vec<String>,
    advice: String,
}

/// One rule-result on its way.
#[derive(Default)]
struct Open {
    rule: String,
    severity: String,
    result: String,
    aliases: Vec<String>,
    message: String,
}

#[derive(Default)]
struct State {
    path: Vec<String>,
    rules: BTreeMap<String, Rule>,
    rule: Option<String>,
    parameter: Option<String>,
    parameters: Vec<Attribute>,
    open: Option<Open>,
    done: Vec<Open>,
}

pub(super) fn read(name: &str, text: &str) -> Result<Report, Error> {
    let mut reader = Reader::from_str(text);
    let mut state = State::default();
    let malformed = |position: u64, reason: String| {
        let line = text.get(..usize::try_from(position).unwrap_or(0).min(text.len())).map_or(0, |it| it.matches('\n').count()) + 1;
        Error::Malformed { name: name.into(), format: "XML", reason: format!("line {line}: {reason}") }
    };
    loop {
        match reader.read_event() {
            Err(error) => return Err(malformed(reader.error_position(), error.to_string())),
            Ok(Event::Start(tag)) => {
                if state.path.len() >= MOST_DEPTH {
                    return Err(malformed(reader.buffer_position(), format!("elements are nested deeper than {MOST_DEPTH}")));
                }
                state.start(&tag);
            }
            Ok(Event::Empty(tag)) => {
                state.start(&tag);
                state.end();
            }
            Ok(Event::End(_)) => state.end(),
            Ok(Event::Text(it)) => state.text(&it),
            Ok(Event::CData(it)) => state.text(&it),
            Ok(Event::GeneralRef(it)) => {
                let letter = match &*it {
                    "lt" => "<",
                    "gt" => ">",
                    "amp" => "&",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "",
                };
                state.text(letter);
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
        }
    }
    if !state.path.is_empty() {
        return Err(malformed(text.len() as u64, format!("the document ends inside `{}`", state.path.join("/"))));
    }
    if !text.contains("rule-result") {
        return Err(Error::UnknownFormat { name: name.into(), looks: "is XML without an XCCDF TestResult".into() });
    }
    Ok(state.report())
}

fn local(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_owned()
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let found = tag.attributes().flatten().find(|it| it.key.local_name().as_ref() == name);
    found.map(|it| it.value.clone().into_owned()).unwrap_or_default()
}

impl State {
    fn start(&mut self, tag: &BytesStart<'_>) {
        let name = local(tag);
        match name.as_str() {
            "Rule" => {
                let id = attribute(tag, "id");
                self.rules.insert(id.clone(), Rule { severity: attribute(tag, "severity"), ..Rule::default() });
                self.rule = Some(id);
            }
            "set-value" => {
                self.parameter = Some(attribute(tag, "idref"));
                self.parameters.push(Attribute { name: attribute(tag, "idref"), value: String::new() });
            }
            "rule-result" => self.open = Some(Open { rule: attribute(tag, "idref"), severity: attribute(tag, "severity"), ..Open::default() }),
            // DISA's name of a rule (`RHEL-07-010460`) stands as its version.
            "ident" | "version" => {
                if let Some(aliases) = self.aliases() {
                    aliases.push(String::new());
                }
            }
            _ => {}
        }
        self.path.push(name);
    }

    /// Other names of what is being read: a result, or else a rule itself.
    fn aliases(&mut self) -> Option<&mut Vec<String>> {
        match &mut self.open {
            Some(open) => Some(&mut open.aliases),
            None => self.rules.get_mut(self.rule.as_ref()?).map(|it| &mut it.aliases),
        }
    }

    fn end(&mut self) {
        match self.path.pop().as_deref() {
            Some("Rule") => self.rule = None,
            Some("set-value") => self.parameter = None,
            Some("rule-result") => self.done.extend(self.open.take()),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let inside = self.path.last().map(String::as_str);
        let within_rule = self.path.iter().rev().nth(1).is_some_and(|it| it == "Rule");
        if let (Some("ident" | "version"), true) = (inside, self.open.is_some() || within_rule) {
            if let Some(last) = self.aliases().and_then(|it| it.last_mut()) {
                last.push_str(text.trim());
            }
        } else if let Some(open) = &mut self.open {
            match inside {
                Some("result") => open.result.push_str(text.trim()),
                Some("message") => open.message.push_str(text.trim()),
                _ => {}
            }
        } else if let (Some("fixtext"), Some(rule)) = (inside, self.rule.as_ref().and_then(|it| self.rules.get_mut(it))) {
            if rule.advice.len() < MOST_ADVICE {
                rule.advice.push_str(text);
            }
        } else if let (Some("set-value"), Some(last)) = (inside, self.parameters.last_mut()) {
            last.value.push_str(text.trim());
        } else if let (Some("title"), Some(id)) = (inside, &self.rule)
            && within_rule
            && let Some(rule) = self.rules.get_mut(id)
        {
            rule.title.push_str(text);
        }
    }

    fn report(self) -> Report {
        let parameters: Arc<[Attribute]> = self.parameters.into();
        let mut report = Report { tool: "xccdf".into(), ..Report::default() };
        for it in self.done {
            let known = self.rules.get(&it.rule);
            if !matches!(it.result.as_str(), "fail" | "error" | "unknown") {
                let result = if it.result.is_empty() { "nothing" } else { &it.result };
                report.skipped.push(Skipped { rule: it.rule, reason: format!("the scanner says {result}") });
                continue;
            }
            let title =
                known.map(|it| it.title.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|it| !it.is_empty()).unwrap_or_else(|| it.rule.clone());
            let word = if it.severity.is_empty() { known.map(|it| it.severity.clone()).unwrap_or_default() } else { it.severity };
            report.findings.push(Finding {
                id: String::new(),
                title,
                message: it.message,
                severity: if word == "unknown" || word.is_empty() { Severity::Medium } else { severity(&word) },
                source: "xccdf".into(),
                locations: Vec::new(),
                package: None,
                parameters: parameters.clone(),
                aliases: names(it.aliases, known),
                attributes: attributes(it.result, known),
                rule: it.rule,
            });
        }
        report
    }
}

/// All other names, each once.
fn names(of_result: Vec<String>, known: Option<&Rule>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for it in of_result.into_iter().chain(known.iter().flat_map(|it| it.aliases.iter().cloned())) {
        if !it.is_empty() && !names.contains(&it) {
            names.push(it);
        }
    }
    names
}

/// What the scanner says, and what its rule advises in words.
fn attributes(result: String, known: Option<&Rule>) -> Vec<Attribute> {
    let advice = known.map(|it| it.advice.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|it| !it.is_empty());
    [("result", Some(result)), ("advice", advice)].into_iter().filter_map(|(name, value)| Some(Attribute { name: name.into(), value: value? })).collect()
}
