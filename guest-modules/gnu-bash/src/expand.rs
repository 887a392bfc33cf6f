//! Expansion of words (bash(1), EXPANSION). One file, as each expansion may stand in the operand of another and all fill the same fields.

use std::rc::Rc;

use crate::{
    arithmetic::{self, Scope, Trouble},
    descriptors::Open,
    fields::{Field, Fields, Unit, text},
    glob,
    pattern::Pattern,
    printf,
    shell::{Flow, Late, Run, Shell},
    syntax::{Change, Index, Parameter, Parser, Part, Script, Word},
    text as bytes,
    variables::Held,
};

/// What a parameter stands for.
enum Found {
    /// A text, or that it is not set.
    One(Option<String>),
    /// Positional parameters or elements; whether `*` was asked for.
    Many(Vec<String>, bool),
}

impl Shell {
    /// The arguments that words stand for.
    pub(crate) fn words(&mut self, words: &[Word]) -> Run<Vec<String>> {
        let mut out = Vec::new();
        for word in words {
            match &word.braces {
                Some(several) => {
                    for word in several {
                        self.arguments_of(word, &mut out)?;
                    }
                }
                None => self.arguments_of(word, &mut out)?,
            }
        }
        Ok(out)
    }

    fn arguments_of(&mut self, word: &Word, out: &mut Vec<String>) -> Run<()> {
        let mut fields = Fields::split(self.separators());
        if word.parts.is_empty() {
            return Ok(());
        }
        match &word.parts[..] {
            // An argument of the form of an assignment has its tildes expanded as one (not in POSIX mode).
            [Part::Text(first), ..] if first.contains("~") && !self.options.posix && !self.dash && crate::run::assigned_name(first).is_some() => {
                let at = first.find('=').map_or(0, |it| it + 1);
                fields.text(&first[..at], false);
                let mut rest = word.parts.clone();
                rest[0] = Part::Text(first[at..].to_owned());
                if at == first.len() {
                    rest.remove(0);
                }
                self.tilde_then(&rest, true, &mut fields)?;
            }
            parts => self.tilde_then(parts, false, &mut fields)?,
        }
        for field in fields.end() {
            self.names_of(field, out)?;
        }
        Ok(())
    }

    /// Pathname expansion of one field.
    fn names_of(&mut self, field: Field, out: &mut Vec<String>) -> Run<()> {
        if self.dash && field.windows(2).any(|it| it[0].0 == '.' && it[1] == ('*', false)) {
            self.unsure_of(".*", "dash finds `.` and `..` too");
        }
        if self.options.noglob || !glob::is_pattern(&field, self.options.extglob) {
            out.push(text(&field));
            return Ok(());
        }
        let ignored = match self.variables.get("GLOBIGNORE").map(|it| &it.held) {
            Some(Held::Text(text)) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        let ways =
            glob::Ways { dotglob: self.options.dotglob || ignored.is_some(), extglob: self.options.extglob, nocase: self.options.nocaseglob, globstar: self.options.globstar };
        let field = self.dash_pattern(field);
        self.within_pattern(&field)?;
        let mut found = glob::paths(&field, &self.cwd, ways, &*self.world.clone());
        if let Some(ignored) = ignored {
            if found.iter().any(|it| it.contains('/')) || ignored.contains('[') {
                self.unsure_of("GLOBIGNORE", "patterns of GLOBIGNORE are held against plain names only");
            }
            for pattern in ignored.split(':') {
                let units: Vec<Unit> = pattern.chars().map(|it| (it, false)).collect();
                let pattern = Pattern::new(&units, self.options.extglob, self.options.nocaseglob);
                found.retain(|it| !pattern.matches(it));
            }
            found.retain(|it| it != "." && it != "..");
        }
        if !found.is_empty() {
            out.extend(found);
        } else if self.options.failglob {
            return self.discard(&format!("no match: {}", text(&field)));
        } else if !self.options.nullglob {
            let written = text(&field);
            if written.contains('/') {
                self.world.doubt("glob-without-match", self.line, &format!("`{written}` matches no file, and is taken as it stands"));
            }
            out.push(written);
        }
        Ok(())
    }

    /// One text: nothing is split, nothing is a pattern of names.
    pub(crate) fn one(&mut self, word: &Word) -> Run<String> {
        self.one_of(&word.parts, false)
    }

    /// The value of an assignment, where `~` counts behind colons too.
    pub(crate) fn value_of(&mut self, word: &Word) -> Run<String> {
        self.one_of(&word.parts, true)
    }

    fn one_of(&mut self, parts: &[Part], assigned: bool) -> Run<String> {
        let mut fields = Fields::whole();
        self.tilde_then(parts, assigned, &mut fields)?;
        Ok(fields.end().first().map(|it| text(it)).unwrap_or_default())
    }

    /// Text as in double quotes.
    pub(crate) fn quoted(&mut self, parts: &[Part]) -> Run<String> {
        let mut fields = Fields::whole();
        self.put(parts, true, &mut fields)?;
        Ok(fields.end().first().map(|it| text(it)).unwrap_or_default())
    }

    /// A pattern: what was quoted in it stands for itself.
    pub(crate) fn units(&mut self, parts: &[Part]) -> Run<Vec<Unit>> {
        let mut fields = Fields::whole();
        self.tilde_then(parts, false, &mut fields)?;
        Ok(fields.end().into_iter().next().unwrap_or_default())
    }

    pub(crate) fn pattern(&mut self, parts: &[Part], always: bool) -> Run<Pattern> {
        let units = self.units(parts)?;
        let units = self.dash_pattern(units);
        self.within_pattern(&units)?;
        Ok(Pattern::new(&units, self.options.extglob || always, self.options.nocasematch))
    }

    /// Stops the run at a pattern that is not read as bash reads it.
    fn within_pattern(&mut self, units: &[Unit]) -> Run<()> {
        if crate::pattern::is_beyond(units) { Err(self.beyond("the groups of a pattern are nested too deep")) } else { Ok(()) }
    }

    /// In dash a `^` behind a bracket is a letter, and letters are bytes.
    fn dash_pattern(&mut self, mut units: Vec<Unit>) -> Vec<Unit> {
        if self.dash {
            for at in 1..units.len() {
                if units[at] == ('^', false) && units[at - 1] == ('[', false) {
                    units[at].1 = true;
                }
            }
            self.dash_counts(&text(&units));
        }
        units
    }

    pub(crate) fn separators(&self) -> String {
        match self.variables.get("IFS").map(|it| &it.held) {
            Some(Held::Text(text)) => text.clone(),
            _ => " \t\n".to_owned(),
        }
    }

    /// Says that a path begins with a variable that holds nothing: `$DIR/lib` is then `/lib`.
    fn doubt_path(&mut self, parts: &[Part]) {
        let (first, rest) = match parts {
            [Part::Double(inner), rest @ ..] if inner.len() < 2 => (inner.first(), rest.first()),
            [Part::Double(inner), ..] => (inner.first(), inner.get(1)),
            [first, rest @ ..] => (Some(first), rest.first()),
            [] => return,
        };
        let (Some(Part::Parameter(it)), Some(Part::Text(after) | Part::Quoted(after))) = (first, rest) else { return };
        let is_plain = matches!(it.change, Change::None) && it.index.is_none() && !it.indirect && it.name.starts_with(|it: char| it.is_alphabetic() || it == '_');
        if is_plain && after.len() > 1 && after.starts_with('/') && self.text(&it.name).is_none_or(|it| it.is_empty()) {
            let how = if self.text(&it.name).is_none() { "not set" } else { "empty" };
            self.world.doubt("empty-variable-path", self.line, &format!("`{}` is {how}, so `{}{after}` is `{after}`", it.name, it.raw));
        }
    }

    fn tilde_then(&mut self, parts: &[Part], assigned: bool, into: &mut Fields) -> Run<()> {
        self.doubt_path(parts);
        let Some(Part::Text(first)) = parts.first() else { return self.put_assigned(parts, assigned, into) };
        if !first.starts_with('~') {
            return self.put_assigned(parts, assigned, into);
        }
        // Outside of an assignment a colon does not end the name in dash.
        let end = if self.dash && !assigned { first.find('/').unwrap_or(first.len()) } else { tilde_end(first) };
        let whole = end < first.len() || parts.len() == 1;
        match self.home_of(&first[1..end]).filter(|_| whole) {
            Some(home) => {
                into.text(&home, true);
                let rest = first[end..].to_owned();
                let mut after = vec![Part::Text(rest)];
                after.extend_from_slice(&parts[1..]);
                if after.len() == 1 && matches!(&after[0], Part::Text(it) if it.is_empty()) {
                    return Ok(());
                }
                self.put_assigned(&after, assigned, into)
            }
            None => self.put_assigned(parts, assigned, into),
        }
    }

    /// In an assignment `~` counts behind each colon.
    fn put_assigned(&mut self, parts: &[Part], assigned: bool, into: &mut Fields) -> Run<()> {
        let has = |part: &Part| matches!(part, Part::Text(it) if it.contains(":~"));
        if !assigned || !parts.iter().any(has) {
            return self.put(parts, false, into);
        }
        for (number, part) in parts.iter().enumerate() {
            let Part::Text(written) = part else {
                self.put(std::slice::from_ref(part), false, into)?;
                continue;
            };
            for (at, piece) in written.split(':').enumerate() {
                if at > 0 {
                    into.text(":", false);
                }
                let end = tilde_end(piece);
                let whole = end < piece.len() || at + 1 < written.split(':').count() || number + 1 == parts.len();
                match piece.strip_prefix('~').filter(|_| at > 0 && whole).and_then(|_| self.home_of(&piece[1..end])) {
                    Some(home) => {
                        into.text(&home, true);
                        into.text(&piece[end..], false);
                    }
                    None => into.text(piece, false),
                }
            }
        }
        Ok(())
    }

    fn home_of(&mut self, user: &str) -> Option<String> {
        match user {
            "" => self.text("HOME").or_else(|| self.world.home("root")),
            "+" => Some(self.cwd.clone()),
            "-" => self.text("OLDPWD"),
            _ => self.world.home(user),
        }
    }

    fn put(&mut self, parts: &[Part], quoted: bool, into: &mut Fields) -> Run<()> {
        for part in parts {
            match part {
                Part::Text(it) if quoted => into.text(it, true),
                Part::Text(it) => into.text(it, false),
                Part::Quoted(it) => into.text(it, true),
                Part::Double(inner) => self.double(inner, into)?,
                Part::Parameter(it) => self.parameter(it, quoted, into)?,
                Part::Command(script) => {
                    let out = self.substitute(script)?;
                    into.expansion(&out, quoted);
                }
                Part::Arithmetic(inner) => {
                    let number = self.arithmetic(inner)?;
                    into.expansion(&number.to_string(), quoted);
                }
                Part::Process(reads, script) => {
                    let path = self.process(*reads, script)?;
                    into.text(&path, true);
                }
                Part::Document(it) => {
                    let parts = it.get().cloned().unwrap_or_default();
                    self.put(&parts, true, into)?;
                }
                Part::Array(it) => into.text(&it.raw, true),
            }
        }
        Ok(())
    }

    /// `"…"`: a field even when it is empty, unless it is only `"$@"` and there are none.
    fn double(&mut self, inner: &[Part], into: &mut Fields) -> Run<()> {
        let lists = |part: &Part| match part {
            Part::Parameter(it) => {
                it.name == "@" && it.index.is_none() && !it.indirect && !matches!(it.change, Change::Length)
                    || matches!(it.index, Some(Index::All)) && !matches!(it.change, Change::Length)
                    || matches!(it.change, Change::Names(false))
            }
            _ => false,
        };
        let more = inner.iter().any(|it| matches!(it, Part::Double(_) | Part::Quoted(_) | Part::Text(_)));
        if more || !inner.iter().any(lists) {
            into.mark();
        }
        self.put(inner, true, into)
    }

    /// An arithmetic expression whose expansions are done first.
    pub(crate) fn arithmetic(&mut self, parts: &[Part]) -> Run<i64> {
        let text = self.quoted(parts)?;
        self.evaluate(&text)
    }

    pub(crate) fn evaluate(&mut self, text: &str) -> Run<i64> {
        if self.dash {
            self.dash_expression(text)?;
        }
        let mut scope = Names { shell: self, flow: None };
        match arithmetic::evaluate(text, &mut scope) {
            Ok(number) => Ok(number),
            Err(trouble) => {
                if let Some(flow) = scope.flow {
                    return Err(flow);
                }
                match trouble {
                    Trouble::Message(message) | Trouble::Other(message) => self.dropped(&message),
                    Trouble::Beyond(limit) => Err(self.beyond(&limit)),
                }
            }
        }
    }

    /// The output of commands, without the newlines at its end.
    pub(crate) fn substitute(&mut self, script: &Rc<Script>) -> Run<String> {
        if let Some(path) = self.read_alone(script)? {
            return Ok(path);
        }
        let out = Open::sink();
        let mut inner = self.fork();
        inner.fds.set(1, out.clone());
        if !self.options.inherit_errexit {
            inner.options.errexit = false;
        }
        let status = inner.finish(|it| it.script(script));
        self.adopt(inner);
        self.status = status;
        self.substituted = Some(status);
        let taken = out.borrow_mut().take();
        self.cleaned(taken)
    }

    /// `$(< file)`.
    fn read_alone(&mut self, script: &Rc<Script>) -> Run<Option<String>> {
        use crate::syntax::{Command, Way};
        let [item] = &script.items[..] else { return Ok(None) };
        let ([], [(Command::Simple(simple), _)]) = (&item.rest[..], &item.first.stages[..]) else { return Ok(None) };
        let [redirect] = &simple.redirects[..] else { return Ok(None) };
        if redirect.kind != Way::Read || !simple.words.is_empty() || !simple.assignments.is_empty() {
            return Ok(None);
        }
        let path = self.one(&redirect.target)?;
        let answer = self.open_to_read(&path).and_then(|it| it.borrow_mut().rest(&*self.world.clone()).map(<[u8]>::to_vec));
        match answer {
            Ok(taken) => {
                self.substituted = Some(0);
                self.cleaned(taken).map(Some)
            }
            Err(error) => {
                self.complain(&format!("{path}: {error}"));
                self.substituted = Some(1);
                Ok(Some(String::new()))
            }
        }
    }

    fn cleaned(&mut self, mut taken: Vec<u8>) -> Run<String> {
        if taken.contains(&0) {
            self.complain("warning: command substitution: ignored null byte in input");
            taken.retain(|it| *it != 0);
        }
        let end = taken.iter().rposition(|it| *it != b'\n').map_or(0, |it| it + 1);
        Ok(bytes::from_bytes(&taken[..end]))
    }

    /// `<(…)` and `>(…)`: the path of a descriptor.
    fn process(&mut self, reads: bool, script: &Rc<Script>) -> Run<String> {
        let number = (3..=63).rev().find(|it| self.fds.get(*it).is_none()).unwrap_or(63);
        let path = format!("/dev/fd/{number}");
        let open = Open::pipe(Vec::new());
        if reads {
            let mut inner = self.fork();
            inner.fds.set(1, open.clone());
            inner.options.errexit = self.options.errexit;
            inner.finish(|it| it.script(script));
            self.adopt(inner);
        } else {
            let out = self.fds.get(1).cloned().unwrap_or_else(Open::null);
            self.late.push(Late { open: open.clone(), script: script.clone(), out });
        }
        self.fds.set(number, open);
        self.processes.push(number);
        Ok(path)
    }

    /// The values that a name with a subscript stands for.
    fn found(&mut self, it: &Parameter) -> Run<Found> {
        if it.index.is_none() && matches!(it.name.as_str(), "@" | "*") {
            return Ok(Found::Many(self.arguments.clone(), it.name == "*"));
        }
        match &it.index {
            Some(Index::All) => Ok(Found::Many(self.elements(&it.name), false)),
            Some(Index::Joined) => Ok(Found::Many(self.elements(&it.name), true)),
            Some(Index::At(parts)) => {
                let raw = self.one_of(parts, false)?;
                Ok(Found::One(self.element(&it.name, &raw)?))
            }
            None => Ok(Found::One(self.text(&it.name))),
        }
    }

    fn parameter(&mut self, it: &Parameter, quoted: bool, into: &mut Fields) -> Run<()> {
        match &it.change {
            Change::Bad if self.dash => return self.dash_ends("Bad substitution"),
            Change::Bad => return self.discard(&format!("{}: bad substitution", it.raw)),
            Change::Names(joined) => {
                let names = self.variables.names().into_iter().filter(|name| name.starts_with(&it.name) && self.variables.get(name).is_some_and(|it| it.held != Held::Nothing && !it.bare)).collect();
                return self.put_many(names, *joined, quoted, into);
            }
            Change::Keys => {
                let keys = self.keys(&it.name);
                return self.put_many(keys, matches!(it.index, Some(Index::Joined)), quoted, into);
            }
            _ => {}
        }
        if self.dash && matches!(it.name.as_str(), "@" | "*") && !matches!(it.change, Change::None) {
            self.unsure_of(&it.raw, "dash changes all positional parameters in its own way");
        }
        if it.indirect {
            return self.indirect(it, quoted, into);
        }
        // The length of an element of nothing is known without its subscript.
        let nothing = matches!(it.change, Change::Length) && it.index.is_some() && self.is_no_array(&it.name);
        if nothing && !self.options.nounset && self.elements(&it.name).is_empty() {
            into.expansion("0", quoted);
            return Ok(());
        }
        let found = self.found(it)?;
        if let Change::Length = it.change {
            let length = match found {
                Found::One(None) => return self.unset(it, quoted, into, "0"),
                // Under `set -u` bash asks whether it is an array at all.
                Found::One(Some(_)) if nothing && self.options.nounset && self.is_plain(&it.name) => return self.unset(it, quoted, into, "0"),
                Found::One(Some(text)) => {
                    self.dash_counts(&text);
                    text.chars().count()
                }
                Found::Many(all, _) => {
                    if nothing && (all.is_empty() || self.options.nounset && self.is_plain(&it.name)) {
                        return self.unset(it, quoted, into, "0");
                    }
                    all.len()
                }
            };
            into.expansion(&length.to_string(), quoted);
            return Ok(());
        }
        if let Change::Default(kind, colon, word) = &it.change {
            return self.default(it, found, *kind, *colon, word, quoted, into);
        }
        let changed = match found {
            Found::One(None) => match &it.change {
                Change::Transform('a') => Found::One(Some(self.attributes(&it.name))),
                // What is declared and has no such value is shown without one.
                Change::Transform('A') if it.index.is_none() && !self.attributes(&it.name).is_empty() => {
                    Found::One(Some(format!("declare -{} {}", self.attributes(&it.name), self.reference(&it.name))))
                }
                _ => return self.unset(it, quoted, into, ""),
            },
            Found::One(Some(text)) => Found::One(Some(self.changed(it, text)?)),
            Found::Many(all, joined) => match &it.change {
                Change::Slice(offset, length) if it.index.is_some() && self.is_plain(&it.name) => {
                    let text = all.into_iter().next().unwrap_or_default();
                    Found::One(Some(self.slice(it, &text, offset, length.as_deref())?))
                }
                Change::Slice(offset, length) => Found::Many(self.slice_list(it, all, offset, length.as_deref())?, joined),
                Change::Transform('K' | 'A' | 'k') if it.index.is_some() && self.is_plain(&it.name) => {
                    let text = all.into_iter().next().unwrap_or_default();
                    Found::One(Some(self.changed(it, text)?))
                }
                Change::Transform(kind @ ('K' | 'A' | 'k')) => self.listed(it, all, joined, *kind),
                Change::Transform('a') if it.index.is_some() && self.attributes(&it.name).is_empty() => Found::Many(Vec::new(), joined),
                Change::Transform('a') if it.index.is_none() => Found::Many(all.iter().map(|_| String::new()).collect(), joined),
                Change::None => Found::Many(all, joined),
                _ => {
                    let mut out = Vec::new();
                    for text in all {
                        out.push(self.changed(it, text)?);
                    }
                    Found::Many(out, joined)
                }
            },
        };
        match changed {
            Found::One(text) => {
                into.expansion(&text.unwrap_or_default(), quoted);
                Ok(())
            }
            Found::Many(all, joined) => self.put_many(all, joined, quoted, into),
        }
    }

    /// `${a[@]@A}`, `@K`, `@k`: an array so that it can be read again.
    fn listed(&mut self, it: &Parameter, all: Vec<String>, joined: bool, kind: char) -> Found {
        if it.index.is_none() {
            let quoted: Vec<String> = all.iter().map(|it| printf::quote_at(it)).collect();
            return match kind {
                'A' if all.is_empty() => Found::Many(Vec::new(), joined),
                'A' => Found::Many(["set".to_owned(), "--".to_owned()].into_iter().chain(quoted).collect(), joined),
                _ => Found::Many(quoted, joined),
            };
        }
        let (keys, map) = (self.keys(&it.name), self.is_map(&it.name));
        let quote = |key: &str| if map { crate::builtins::key(key) } else { key.to_owned() };
        match kind {
            'k' | 'K' if all.is_empty() => Found::Many(Vec::new(), joined),
            'k' => Found::Many(keys.into_iter().zip(all).flat_map(|it| [it.0, it.1]).collect(), joined),
            'K' => {
                let mut text = keys.iter().zip(&all).map(|it| format!("{} {}", quote(it.0), printf::quote_declare(it.1))).collect::<Vec<_>>().join(" ");
                if map && !text.is_empty() {
                    text.push(' ');
                }
                Found::One(Some(text))
            }
            _ => {
                let name = self.reference(&it.name);
                let Some(line) = crate::builtins::declaration(self, &name) else { return Found::Many(Vec::new(), joined) };
                let line = line.trim_end_matches('\n').to_owned();
                match line.splitn(3, ' ').collect::<Vec<_>>()[..] {
                    [first, flags, rest] if !joined => Found::Many(vec![first.to_owned(), flags.to_owned(), rest.to_owned()], joined),
                    _ => Found::One(Some(line)),
                }
            }
        }
    }

    /// A parameter that is not set.
    fn unset(&mut self, it: &Parameter, quoted: bool, into: &mut Fields, stands: &str) -> Run<()> {
        if self.options.nounset && !matches!(it.name.as_str(), "@" | "*") {
            let name = match &it.index {
                Some(Index::At(parts)) => format!("{}[{}]", it.name, self.one_of(parts, false)?),
                // A positional parameter is told with its sign.
                None if it.name.starts_with(|it: char| it.is_ascii_digit()) && !self.dash => format!("${}", it.name),
                _ => it.name.clone(),
            };
            self.complain(&format!("{name}: unbound variable"));
            return Err(Flow::Exit(self.fatal()));
        }
        into.expansion(stands, quoted);
        Ok(())
    }

    fn put_many(&mut self, all: Vec<String>, joined: bool, quoted: bool, into: &mut Fields) -> Run<()> {
        if quoted && joined || !into.splits() {
            let separator = match self.separators().chars().next() {
                Some(_) if !joined => " ".to_owned(),
                Some(first) => first.to_string(),
                None if joined => String::new(),
                None => " ".to_owned(),
            };
            into.expansion(&all.join(&separator), quoted || !into.splits());
            return Ok(());
        }
        for (at, text) in all.iter().enumerate() {
            if at > 0 {
                into.boundary();
            }
            if quoted {
                into.mark();
            }
            into.expansion(text, quoted);
        }
        Ok(())
    }

    fn indirect(&mut self, it: &Parameter, quoted: bool, into: &mut Fields) -> Run<()> {
        if it.index.is_none() && self.variables.get(&it.name).is_some_and(|it| it.reference) {
            let name = self.reference(&it.name);
            into.expansion(&name, quoted);
            return Ok(());
        }
        let name = match self.found(it)? {
            Found::One(Some(name)) => name,
            Found::One(None) => {
                if let Change::Default(..) | Change::Transform(_) = it.change {
                    return self.parameter(&Parameter { indirect: false, ..it.clone() }, quoted, into);
                }
                // An array without this element is none that is not there.
                let there = self.variables.get(&it.name).is_some_and(|it| matches!(it.held, Held::List(_) | Held::Map(_)));
                if there {
                    return Ok(());
                }
                return self.discard(&format!("{}: invalid indirect expansion", it.name));
            }
            Found::Many(all, _) => all.join(" "),
        };
        let written = format!("${{{name}}}");
        let mut parser = Parser::new(&written, self.line, self.options.extglob);
        let target = match parser.next_line() {
            Some(Ok(script)) => only_parameter(&script),
            _ => None,
        };
        match target.filter(|it| matches!(it.change, Change::None)) {
            Some(target) => self.parameter(&Parameter { change: it.change.clone(), ..target }, quoted, into),
            None => self.discard(&format!("{name}: invalid variable name")),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what a parameter is expanded with")]
    fn default(&mut self, it: &Parameter, found: Found, kind: char, colon: bool, word: &[Part], quoted: bool, into: &mut Fields) -> Run<()> {
        let there = match &found {
            Found::One(None) => false,
            Found::One(Some(text)) => !colon || !text.is_empty(),
            Found::Many(all, _) => !all.is_empty() && (!colon || all.len() > 1 || !all[0].is_empty()),
        };
        match (kind, there) {
            ('+', false) => {
                if quoted && !matches!(found, Found::Many(_, false)) {
                    into.mark();
                }
                Ok(())
            }
            ('+', true) | ('-', false) => self.put_operand(word, quoted, into),
            ('=', false) => {
                let value = if quoted { self.quoted(word)? } else { self.one_of(word, false)? };
                match &it.index {
                    Some(Index::At(parts)) => {
                        let raw = self.one_of(parts, false)?;
                        self.set_element(&it.name, &raw, &value, false)?;
                    }
                    _ if it.name.starts_with(|it: char| it.is_ascii_digit() || "@*#?-$!".contains(it)) => {
                        return self.discard(&format!("${}: cannot assign in this way", it.name));
                    }
                    _ => self.assign(&it.name, &value)?,
                }
                into.expansion(&value, quoted);
                Ok(())
            }
            ('?', false) => {
                let message = self.one_of(word, false)?;
                let message =
                    if word.is_empty() { if colon { "parameter null or not set".to_owned() } else { "parameter not set".to_owned() } } else { message };
                self.complain(&format!("{}: {message}", it.name));
                Err(Flow::Exit(self.fatal()))
            }
            _ => match found {
                Found::One(text) => {
                    into.expansion(&text.unwrap_or_default(), quoted);
                    Ok(())
                }
                Found::Many(all, joined) => self.put_many(all, joined, quoted, into),
            },
        }
    }

    /// The operand of a default: outside quotes its text is split like what is expanded.
    fn put_operand(&mut self, word: &[Part], quoted: bool, into: &mut Fields) -> Run<()> {
        if quoted {
            into.mark();
            return self.put_quoted_operand(word, into);
        }
        let mut word = word.to_vec();
        if let Some(Part::Text(first)) = word.first()
            && first.starts_with('~')
        {
            let end = first.find('/').unwrap_or(first.len());
            if let Some(home) = self.home_of(&first[1..end]) {
                let rest = first[end..].to_owned();
                word.splice(0..1, [Part::Quoted(home), Part::Text(rest)]);
            }
        }
        for part in &word {
            match part {
                Part::Text(text) => into.expansion(text, false),
                other => self.put(std::slice::from_ref(other), false, into)?,
            }
        }
        Ok(())
    }

    fn put_quoted_operand(&mut self, word: &[Part], into: &mut Fields) -> Run<()> {
        self.put(word, true, into)
    }

    /// Changes one value.
    fn changed(&mut self, it: &Parameter, text: String) -> Run<String> {
        self.dash_counts(&text);
        Ok(match &it.change {
            Change::Remove(front, longest, word) => {
                let pattern = self.pattern(word, false)?;
                let found = match (front, longest) {
                    (true, false) => pattern.shortest_prefix(&text),
                    (true, true) => pattern.longest_prefix(&text),
                    (false, false) => pattern.shortest_suffix(&text),
                    (false, true) => pattern.longest_suffix(&text),
                };
                match found {
                    Some(at) if *front => text[at..].to_owned(),
                    Some(at) => text[..at].to_owned(),
                    None => text,
                }
            }
            Change::Replace(how, what, with) => self.replaced(text, *how, what, with)?,
            Change::Slice(offset, length) => self.slice(it, &text, offset, length.as_deref())?,
            Change::Case(kind, all, word) => {
                let pattern = if word.is_empty() { None } else { Some(self.pattern(word, false)?) };
                recased(&text, *kind, *all, pattern.as_ref())
            }
            Change::Transform(kind) => self.transformed(it, text, *kind)?,
            _ => text,
        })
    }

    fn replaced(&mut self, text: String, how: char, what: &[Part], with: &[Part]) -> Run<String> {
        let units = self.units(what)?;
        let with = self.units(with)?;
        if units.is_empty() && !matches!(how, '#' | '%') {
            return Ok(text);
        }
        self.within_pattern(&units)?;
        let pattern = Pattern::new(&units, self.options.extglob, self.options.nocasematch);
        let by = |matched: &str| -> String {
            let mut out = String::new();
            let mut letters = with.iter().peekable();
            while let Some((letter, protected)) = letters.next() {
                match (letter, protected) {
                    ('\\', false) if letters.peek().is_some_and(|it| it.0 == '&' && !it.1) => out.extend(letters.next().map(|it| it.0)),
                    ('&', false) => out.push_str(matched),
                    _ => out.push(*letter),
                }
            }
            out
        };
        Ok(match how {
            // Bash looks for nothing in an empty value, unless the pattern is held at an end.
            '#' => pattern.longest_prefix(&text).map_or(text.clone(), |at| format!("{}{}", by(&text[..at]), &text[at..])),
            '%' => pattern.longest_suffix(&text).map_or(text.clone(), |at| format!("{}{}", &text[..at], by(&text[at..]))),
            _ => {
                if text.is_empty() {
                    return Ok(if pattern.matches("") { by("") } else { text });
                }
                let mut out = String::new();
                let mut at = 0;
                while at < text.len() {
                    let Some((from, to)) = pattern.find(&text, at) else { break };
                    if from == to {
                        break;
                    }
                    out.push_str(&text[at..from]);
                    out.push_str(&by(&text[from..to]));
                    at = to;
                    if how != '/' {
                        break;
                    }
                }
                out + &text[at..]
            }
        })
    }

    fn slice(&mut self, it: &Parameter, text: &str, offset: &[Part], length: Option<&[Part]>) -> Run<String> {
        let letters: Vec<char> = text.chars().collect();
        let many = letters.len() as i64;
        let mut from = self.arithmetic(offset)?;
        if from < 0 {
            from += many;
        }
        // Behind the end the length is not even looked at.
        if from < 0 || from > many {
            return Ok(String::new());
        }
        let length = match length {
            Some(parts) => Some(self.arithmetic(parts)?),
            None => None,
        };
        let to = match length {
            None => many,
            Some(length) if length < 0 => {
                let to = many + length;
                if to < from {
                    return self.dropped(&format!("{}: substring expression < 0", length_text(it)));
                }
                to
            }
            Some(length) => from.saturating_add(length).min(many),
        };
        Ok(letters[from as usize..to as usize].iter().collect())
    }

    fn slice_list(&mut self, it: &Parameter, all: Vec<String>, offset: &[Part], length: Option<&[Part]>) -> Run<Vec<String>> {
        let from = self.arithmetic(offset)?;
        let end = if it.index.is_none() { all.len() as i64 + 1 } else { self.indices(&it.name).last().map_or(0, |it| it + 1) };
        let counted = if from < 0 { from + end } else { from };
        if counted < 0 || counted > end {
            return Ok(Vec::new());
        }
        let length = match length {
            Some(parts) => Some(self.arithmetic(parts)?),
            None => None,
        };
        if length.is_some_and(|it| it < 0) {
            return self.dropped(&format!("{}: substring expression < 0", length_text(it)));
        }
        let most = length.map_or(usize::MAX, |it| it as usize);
        if it.index.is_none() {
            // Positional parameters are counted from 1; 0 stands for the name of the shell.
            let mut list = vec![self.name.clone()];
            list.extend(all);
            let from = if from < 0 { from + list.len() as i64 } else { from };
            if from < 0 {
                return Ok(Vec::new());
            }
            let from = if from == 0 { 0 } else { from as usize };
            return Ok(list.into_iter().skip(from).take(most).collect());
        }
        let keys = self.indices(&it.name);
        let from = if from < 0 { from + keys.last().map_or(0, |it| it + 1) } else { from };
        if from < 0 {
            return Ok(Vec::new());
        }
        Ok(all.into_iter().zip(keys).filter(|it| it.1 >= from).map(|it| it.0).take(most).collect())
    }

    fn transformed(&mut self, it: &Parameter, text: String, kind: char) -> Run<String> {
        Ok(match kind {
            'Q' => printf::quote_at(&text),
            'U' => text.to_uppercase(),
            'L' => text.to_lowercase(),
            'u' => recased(&text, '^', false, None),
            'E' => printf::ansi(&text),
            'a' => self.attributes(&it.name),
            'A' if !crate::shell::is_name(&it.name) => String::new(),
            'A' => {
                let (flags, name) = (self.attributes(&it.name), self.reference(&it.name));
                let quoted = printf::quote_at(&text);
                if flags.is_empty() { format!("{name}={quoted}") } else { format!("declare -{flags} {name}={quoted}") }
            }
            'K' | 'k' => printf::quote_at(&text),
            _ => {
                self.unsure_of(&it.raw, "this transformation is not carried out truly");
                text
            }
        })
    }
}

/// Where the name behind `~` ends.
fn tilde_end(text: &str) -> usize {
    [text.find(['/', ':']), text.find("=~")].into_iter().flatten().min().unwrap_or(text.len())
}

/// The raw text of a slice's length, as bash shows it in its complaint.
fn length_text(it: &Parameter) -> String {
    let inner = it.raw.trim_start_matches("${").trim_end_matches('}');
    inner.rsplit_once(':').map_or(inner, |it| it.1).to_owned()
}

fn only_parameter(script: &Script) -> Option<Parameter> {
    use crate::syntax::Command;
    let item = script.items.first()?;
    let (Command::Simple(simple), _) = item.first.stages.first()? else { return None };
    match &simple.words.first()?.parts[..] {
        [Part::Parameter(it)] => Some((**it).clone()),
        _ => None,
    }
}

fn recased(text: &str, kind: char, all: bool, pattern: Option<&Pattern>) -> String {
    let mut out = String::new();
    for (at, letter) in text.chars().enumerate() {
        let counts = (all || at == 0) && pattern.is_none_or(|it| it.matches(&letter.to_string()));
        let upper = kind == '^' || kind == '~' && letter.is_lowercase();
        if !counts {
            out.push(letter);
        } else if upper {
            out.extend(one_letter(letter.to_uppercase(), letter));
        } else {
            out.extend(one_letter(letter.to_lowercase(), letter));
        }
    }
    out
}

/// towupper(3) gives one character, or the same.
fn one_letter(mut changed: impl ExactSizeIterator<Item = char>, same: char) -> Option<char> {
    if changed.len() == 1 { changed.next() } else { Some(same) }
}

/// The shell's variables as an expression sees them.
struct Names<'a> {
    shell: &'a mut Shell,
    flow: Option<Flow>,
}

impl Names<'_> {
    fn told<T>(&mut self, done: Run<T>) -> Result<T, Trouble> {
        done.map_err(|flow| {
            self.flow = Some(flow);
            Trouble::Other(String::new())
        })
    }

    fn subscript(&mut self, text: &str) -> Result<String, Trouble> {
        if !text.contains(['$', '`', '"', '\'', '\\']) {
            return Ok(text.to_owned());
        }
        let mut parser = Parser::new(&format!("{text}]"), self.shell.line, false);
        match parser.subscript_parts() {
            Some(parts) => {
                let done = self.shell.one_of(&parts, false);
                self.told(done)
            }
            None => Ok(text.to_owned()),
        }
    }
}

impl Scope for Names<'_> {
    /// A subscript is evaluated once, however often the element is asked for.
    fn resolve(&mut self, name: &str, index: &str) -> Result<String, Trouble> {
        let index = self.subscript(index)?;
        if self.shell.is_map(name) {
            return Ok(index);
        }
        let done = self.shell.evaluate(&index);
        Ok(self.told(done)?.to_string())
    }

    fn get(&mut self, name: &str, index: Option<&str>) -> Result<Option<String>, Trouble> {
        let found = match index {
            None => self.shell.text(name),
            Some(index) => {
                let done = self.shell.element(name, index);
                self.told(done)?
            }
        };
        if found.is_none() && self.shell.options.nounset {
            self.shell.complain(&format!("{name}: unbound variable"));
            self.flow = Some(Flow::Exit(self.shell.fatal()));
            return Err(Trouble::Other(String::new()));
        }
        Ok(found)
    }

    fn set(&mut self, name: &str, index: Option<&str>, value: i64) -> Result<(), Trouble> {
        let done = match index {
            None => self.shell.assign(name, &value.to_string()),
            Some(index) => self.shell.set_element(name, index, &value.to_string(), false),
        };
        self.told(done)
    }
}
