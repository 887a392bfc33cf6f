//! What a parameter stands for, and how it is set: special parameters, variables, elements of arrays.

use std::collections::BTreeMap;

use crate::{
    print,
    shell::{Current, Run, Shell, split},
    variables::{Held, Variable},
};

impl Shell {
    /// The name that a name stands for (`declare -n`).
    pub(crate) fn reference(&self, name: &str) -> String {
        let mut name = name.to_owned();
        for _ in 0..8 {
            match self.variables.get(&name) {
                Some(Variable { reference: true, held: Held::Text(target), .. }) if !target.is_empty() => name.clone_from(target),
                _ => break,
            }
        }
        name
    }

    /// The value of a parameter; none where it is not set.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        if let Some(text) = self.special(name) {
            return Some(text);
        }
        if name.starts_with(|it: char| it.is_ascii_digit()) {
            let number: usize = name.parse().ok()?;
            if number == 0 {
                self.world.assume("script-name", "$0", self.line);
            }
            return if number == 0 { Some(self.name.clone()) } else { self.arguments.get(number - 1).cloned() };
        }
        let name = self.reference(name);
        if let Some((base, index)) = split(&name) {
            return self.element(base, index).ok().flatten();
        }
        match &self.variables.get(&name)?.held {
            Held::Nothing => None,
            Held::Text(text) => Some(text.clone()),
            Held::List(list) => list.get(&0).cloned(),
            Held::Map(map) => map.get("0").map(str::to_owned),
        }
    }

    fn special(&mut self, name: &str) -> Option<String> {
        // Dash has no variables of its own.
        if self.dash && (name.len() > 1 || name == "_") {
            return None;
        }
        Some(match name {
            "?" => self.status.to_string(),
            "$" => self.world.process_id().to_string(),
            "!" => return self.last_job.map(|it| it.to_string()),
            "#" => self.arguments.len().to_string(),
            "-" => self.options.letters(),
            "_" => self.last_argument.clone(),
            "*" | "@" => self.arguments.join(" "),
            "LINENO" => self.line.to_string(),
            "RANDOM" if self.variables.get("RANDOM").is_none_or(|it| it.held == Held::Nothing) => self.next_random().to_string(),
            "SECONDS" => (self.world.now(self.line).0 - self.started).to_string(),
            "EPOCHSECONDS" => self.world.now(self.line).0.to_string(),
            "EPOCHREALTIME" => {
                let (seconds, nanos) = self.world.now(self.line);
                format!("{seconds}.{:06}", nanos / 1000)
            }
            "BASH_COMMAND" => {
                let text = match self.current.clone() {
                    Current::None => Some(String::new()),
                    Current::Simple(it) => print::simple(&it),
                    Current::Head(it) => print::head(&it),
                    Current::Text(it) => Some(it.to_string()),
                };
                text.unwrap_or_else(|| {
                    self.unsure_of("$BASH_COMMAND", "the text of this command is not laid out as bash does");
                    String::new()
                })
            }
            "SRANDOM" => {
                self.world.assume("random", "$SRANDOM", self.line);
                self.world.random().to_string()
            }
            "BASHPID" if self.subshell == 0 => self.world.process_id().to_string(),
            "BASHPID" | "PPID" => {
                self.unsure_of(&format!("${name}"), "this variable is not known");
                "1".to_owned()
            }
            "UID" | "EUID" => self.world.user().0.to_string(),
            "HOSTNAME" if self.variables.get("HOSTNAME").is_none() => self.world.host_name(),
            "BASH" => "/bin/bash".to_owned(),
            "BASH_VERSION" => {
                let [major, minor, patch] = self.world.bash(self.line).0;
                format!("{major}.{minor}.{patch}(1)-release")
            }
            "BASH_SUBSHELL" => self.subshell.to_string(),
            "HOSTTYPE" => self.world.machine(self.line),
            "MACHTYPE" => self.world.bash(self.line).1,
            "OSTYPE" => "linux-gnu".to_owned(),
            "SHELLOPTS" => self.options.listed(false),
            "BASHOPTS" => self.options.listed(true),
            "FUNCNAME" if self.calls.is_empty() => return None,
            "FUNCNAME" => return self.frames.last().map(|it| it.name.clone()),
            "DIRSTACK" => self.cwd.clone(),
            "GROUPS" => self.world.user().1.to_string(),
            "PIPESTATUS" => return self.statuses.first().map(i32::to_string),
            _ => return None,
        })
    }

    /// Bash's own generator (Park and Miller's minimal standard, folded to 15 bits).
    fn next_random(&mut self) -> i64 {
        loop {
            let before = i64::from(self.random.unwrap_or_else(|| self.world.random() & 0x7fff_ffff));
            let before = if before == 0 { 123_459_876 } else { before };
            let (high, low) = (before / 127_773, before % 127_773);
            let next = 16_807 * low - 2836 * high;
            let next = if next < 0 { next + 0x7fff_ffff } else { next };
            self.random = Some(next as u32);
            let told = ((next >> 16) ^ (next & 0xffff)) & 0x7fff;
            if told != self.random_before {
                self.random_before = told;
                return told;
            }
        }
    }

    /// Functions that run, innermost first, with the line that each was called from and the file of that line (`FUNCNAME`).
    pub(crate) fn callers(&self) -> Vec<(String, u32, String)> {
        let mut out: Vec<(String, u32, String)> = Vec::new();
        for (at, frame) in self.frames.iter().enumerate() {
            let file = at.checked_sub(1).map_or_else(|| self.name.clone(), |it| self.frames[it].file.to_string());
            out.insert(0, (frame.name.clone(), frame.line, file));
        }
        if !out.is_empty() && !self.inline {
            out.push(("main".to_owned(), 0, String::new()));
        }
        out
    }

    /// The elements of an array, or the one value of a plain variable.
    pub(crate) fn elements(&mut self, name: &str) -> Vec<String> {
        match name {
            "PIPESTATUS" if self.races && self.statuses.len() > 1 => {
                self.unsure_of("$PIPESTATUS", "whether a writer is ended by a reader that reads nothing is a matter of time");
                return self.statuses.iter().map(i32::to_string).collect();
            }
            "PIPESTATUS" => return self.statuses.iter().map(i32::to_string).collect(),
            "FUNCNAME" if self.calls.is_empty() => return Vec::new(),
            "FUNCNAME" => return self.callers().into_iter().map(|it| it.0).collect(),
            "BASH_SOURCE" => {
                if self.frames.iter().all(|it| *it.file == *self.name) {
                    self.world.assume("script-name", "$BASH_SOURCE", self.line);
                }
                return self.frames.iter().rev().map(|it| it.file.to_string()).chain([self.name.clone()]).collect();
            }
            "BASH_LINENO" => return self.frames.iter().rev().map(|it| it.line.to_string()).chain(["0".to_owned()]).collect(),
            "BASH_VERSINFO" => {
                let (version, machine) = self.world.bash(self.line);
                let told = ["1", "release", machine.as_str()].map(str::to_owned);
                return version.iter().map(u32::to_string).chain(told).collect();
            }
            "DIRSTACK" => return std::iter::once(self.cwd.clone()).chain(self.folders.iter().rev().cloned()).collect(),
            "GROUPS" => return vec![self.world.user().1.to_string()],
            _ => {}
        }
        let name = self.reference(name);
        match self.variables.get(&name).map(|it| &it.held) {
            None | Some(Held::Nothing) => self.special(&name).into_iter().collect(),
            Some(Held::Text(text)) => vec![text.clone()],
            Some(Held::List(list)) => list.values().cloned().collect(),
            Some(Held::Map(map)) => map.iter().map(|it| it.1.to_owned()).collect(),
        }
    }

    pub(crate) fn indices(&mut self, name: &str) -> Vec<i64> {
        let name = self.reference(name);
        match self.variables.get(&name).map(|it| &it.held) {
            Some(Held::List(list)) => list.keys().copied().collect(),
            _ => (0..self.elements(&name).len() as i64).collect(),
        }
    }

    /// `${!name[@]}`.
    pub(crate) fn keys(&mut self, name: &str) -> Vec<String> {
        let target = self.reference(name);
        match self.variables.get(&target).map(|it| &it.held) {
            Some(Held::Map(map)) => map.iter().map(|it| it.0.to_owned()).collect(),
            _ => self.indices(name).iter().map(i64::to_string).collect(),
        }
    }

    /// Answers whether a name holds no list: it is not set, only declared, or (for who asks under `set -u`) holds a text.
    pub(crate) fn is_no_array(&self, name: &str) -> bool {
        self.variables.get(&self.reference(name)).is_none_or(|it| match &it.held {
            Held::Nothing => true,
            Held::Text(_) => self.options.nounset,
            Held::List(list) => it.bare && list.is_empty(),
            Held::Map(map) => it.bare && map.is_empty(),
        })
    }

    /// Whether a name is a variable that holds a text, and no array.
    pub(crate) fn is_plain(&self, name: &str) -> bool {
        matches!(self.variables.get(&self.reference(name)).map(|it| &it.held), Some(Held::Text(_)))
    }

    pub(crate) fn is_map(&self, name: &str) -> bool {
        matches!(self.variables.get(&self.reference(name)).map(|it| &it.held), Some(Held::Map(_)))
    }

    /// One element of an array.
    pub(crate) fn element(&mut self, name: &str, index: &str) -> Run<Option<String>> {
        if self.is_map(name) {
            let name = self.reference(name);
            let Some(Variable { held: Held::Map(map), .. }) = self.variables.get(&name) else { return Ok(None) };
            return Ok(map.get(index).map(str::to_owned));
        }
        if matches!(index, "@" | "*") {
            let all = self.elements(name);
            return Ok((!all.is_empty()).then(|| all.join(" ")));
        }
        let number = self.evaluate(index)?;
        let indices = self.indices(name);
        let number = if number < 0 && !self.is_plain(name) { number + indices.last().map_or(0, |it| it + 1) } else { number };
        if number < 0 {
            self.reported(&format!("{name}: bad array subscript"))?;
            return Ok(None);
        }
        let all = self.elements(name);
        Ok(indices.iter().position(|it| *it == number).and_then(|at| all.get(at).cloned()))
    }

    /// Sets a variable as an assignment does: one that may not be written drops the line.
    pub(crate) fn assign(&mut self, name: &str, value: &str) -> Run<()> {
        match self.try_assign(name, value)? {
            None => Ok(()),
            Some(message) => self.discard(&message),
        }
    }

    /// Sets a variable; the complaint where it may not be.
    pub(crate) fn try_assign(&mut self, name: &str, value: &str) -> Run<Option<String>> {
        let name = self.reference(name);
        if let Some((base, index)) = split(&name) {
            let (base, index) = (base.to_owned(), index.to_owned());
            self.set_element(&base, &index, value, false)?;
            return Ok(None);
        }
        if let Some(message) = self.refuses(&name) {
            return Ok(Some(message));
        }
        match name.as_str() {
            "RANDOM" => {
                self.random = Some(self.evaluate(value).unwrap_or(0) as u32 & 0x7fff_ffff);
                return Ok(None);
            }
            "SECONDS" => {
                self.started = self.world.now(self.line).0 - value.parse::<i64>().unwrap_or(0);
                return Ok(None);
            }
            "BASHPID" | "FUNCNAME" | "GROUPS" | "LINENO" | "PIPESTATUS" | "DIRSTACK" | "BASH_SUBSHELL" => return Ok(None),
            "OPTIND" => self.letter = 0,
            "PATH" => self.variables.was_set("PATH"),
            "POSIXLY_CORRECT" => self.unsure_of("POSIXLY_CORRECT", "the POSIX mode is not carried out truly"),
            _ => {}
        }
        let value = self.shaped(&name, value)?;
        let exports = self.options.allexport;
        let variable = self.variables.entry(&name);
        variable.exported |= exports;
        match &mut variable.held {
            Held::List(list) => drop(list.insert(0, value)),
            Held::Map(map) => map.set("0", value),
            held => *held = Held::Text(value),
        }
        Ok(None)
    }

    pub(crate) fn refuses(&self, name: &str) -> Option<String> {
        let fixed = matches!(name, "UID" | "EUID" | "PPID" | "SHELLOPTS" | "BASHOPTS" | "BASH_VERSINFO");
        (fixed || self.variables.get(name).is_some_and(|it| it.readonly)).then(|| format!("{name}: readonly variable"))
    }

    /// A value as the attributes of its variable want it.
    pub(crate) fn shaped(&mut self, name: &str, value: &str) -> Run<String> {
        let Some(variable) = self.variables.get(name) else { return Ok(value.to_owned()) };
        let (integer, case) = (variable.integer, variable.case);
        if integer {
            return Ok(self.evaluate(value)?.to_string());
        }
        Ok(match case {
            Some('u') => value.to_uppercase(),
            Some('l') => value.to_lowercase(),
            _ => value.to_owned(),
        })
    }

    /// Sets an element of an array; a plain variable becomes one.
    pub(crate) fn set_element(&mut self, name: &str, index: &str, value: &str, append: bool) -> Run<()> {
        let name = self.reference(name);
        if let Some(message) = self.refuses(&name) {
            return self.discard(&message);
        }
        let before = if append { self.element(&name, index)?.unwrap_or_default() } else { String::new() };
        let integer = self.variables.get(&name).is_some_and(|it| it.integer);
        let value = if append && integer { (self.evaluate(&before)? + self.evaluate(value)?).to_string() } else { before + &self.shaped(&name, value)? };
        if self.is_map(&name) {
            let variable = self.variables.entry(&name);
            variable.bare = false;
            if let Held::Map(map) = &mut variable.held {
                map.set(index, value);
            }
            return Ok(());
        }
        let number = self.evaluate(index)?;
        let end = self.indices(&name).last().map_or(0, |it| it + 1);
        let number = if number < 0 { number + end } else { number };
        if number < 0 {
            return self.discard(&format!("{name}[{index}]: bad array subscript"));
        }
        self.list(&name).insert(number, value);
        Ok(())
    }

    /// The list that a variable is, or now becomes.
    pub(crate) fn list(&mut self, name: &str) -> &mut BTreeMap<i64, String> {
        let exports = self.options.allexport;
        let variable = self.variables.entry(name);
        variable.exported |= exports;
        variable.bare = false;
        let before = std::mem::replace(&mut variable.held, Held::Nothing);
        variable.held = match before {
            Held::List(list) => Held::List(list),
            Held::Text(text) => Held::List(BTreeMap::from([(0, text)])),
            Held::Nothing | Held::Map(_) => Held::List(BTreeMap::new()),
        };
        match &mut variable.held {
            Held::List(list) => list,
            _ => unreachable!("it was made a list just now"),
        }
    }

    /// `${x@a}`.
    pub(crate) fn attributes(&self, name: &str) -> String {
        self.own_attributes(&self.reference(name))
    }

    /// The attributes of a variable itself, whatever it stands for.
    pub(crate) fn own_attributes(&self, name: &str) -> String {
        let Some(variable) = self.variables.get(name) else { return String::new() };
        let mut out = String::new();
        match variable.held {
            Held::List(_) => out.push('a'),
            Held::Map(_) => out.push('A'),
            _ => {}
        }
        let (lower, upper) = (variable.case == Some('l'), variable.case == Some('u'));
        for (letter, on) in [('i', variable.integer), ('n', variable.reference), ('r', variable.readonly), ('x', variable.exported), ('l', lower), ('u', upper)] {
            if on {
                out.push(letter);
            }
        }
        out
    }
}
