//! A whole run: patch by patch, hunk by hunk. Source: the manual's "Merging with patch", and what patch 2.7.6 does and says.

use crate::{
    Attributes, Done, Failure, Files, Kind, Options, Parsed, ReadOnly, Reading, Type,
    apply::{self, Output},
    content::Content,
    locate::{MOST, Pattern, Search},
    model::{FilePatch, Hunk, NEW, OLD},
    name,
    options::RejectForm,
    output::{Answer, Made, Outputs, failed},
    reject,
    select::{Input, has_type, stat_file},
    talk::{Talk, Voice},
};

/// Lines of context that may be left out, where `-F` does not say.
const FUZZ: i64 = 2;

/// What patch says of a line without bytes; the words behind it hang on what failed before.
const NOT_WRITTEN: &[u8] = b"write error : Success";

/// Carries out a call.
pub fn run(options: &Options, files: &mut impl Files) -> Result<Done, crate::Trouble> {
    let aside = options.output.as_deref() == Some(b"-");
    let talk = Talk { voice: options.voice, aside, done: Done::default() };
    let mut run = Run {
        options,
        files,
        talk,
        outputs: Outputs::default(),
        reverse: options.reverse,
        skips: false,
        failed: false,
        left: MOST,
        glued: false,
        gathered: Vec::new(),
        rejects_written: false,
    };
    run.check()?;
    let text = match options.input.as_deref() {
        None | Some(b"-") => run.files.stdin(),
        Some(name) => match run.files.read(name) {
            Ok(text) => text,
            Err(error) => {
                run.talk.fatal(&[b"Can't open patch file ", &name::shell(name)[..], b" : ", error.to_string().as_bytes()].concat());
                return Ok(run.talk.done);
            }
        },
    };
    let reading = Reading { kind: options.kind, strip: options.strip, headless: options.file.is_some() || options.posix, binary: options.binary };
    let parsed = crate::parse(&text, reading)?;
    if options.voice == Voice::Verbose && parsed.patches.iter().any(|it| it.kind == Kind::Context || it.kind == Kind::NewContext && it.strips_returns) {
        return Err(crate::Trouble::Unsupported("what `--verbose` says of a context diff of the old style is not known".to_owned()));
    }
    let names_differ =
        |it: &FilePatch| it.git && !it.is_rename() && !it.is_copy() && it.names[0].is_some() && it.names[1].is_some() && it.names[0] != it.names[1];
    if options.reverse && options.file.is_none() && parsed.patches.iter().any(names_differ) {
        return Err(crate::Trouble::Unsupported("which of two names a git diff means that is taken back is not known: give `-p1`".to_owned()));
    }
    let ended = run.all(&text, parsed);
    if run.glued {
        return Err(crate::Trouble::Unsupported("a line that comes behind a line without an end is not put there".to_owned()));
    }
    if run.left == 0 {
        return Err(crate::Trouble::Unsupported("the patch asks for more comparisons of lines than are made here".to_owned()));
    }
    if let Err(message) = ended {
        run.talk.fatal(&message);
    }
    Ok(run.talk.done)
}

/// The state of a run.
pub(crate) struct Run<'a, F: Files> {
    pub(crate) options: &'a Options,
    pub(crate) files: &'a mut F,
    pub(crate) talk: Talk,
    pub(crate) outputs: Outputs,
    /// Whether a line came behind one without an end.
    glued: bool,
    /// Whether the patch at hand is taken the other way round.
    pub(crate) reverse: bool,
    /// Whether the rest of the patch at hand is left out.
    pub(crate) skips: bool,
    /// Whether anything went wrong.
    pub(crate) failed: bool,
    left: u64,
    /// What goes to the file of `-o`.
    gathered: Vec<u8>,
    rejects_written: bool,
}

/// What became of the hunks of a file.
#[derive(Default)]
struct Outcome {
    output: Output,
    hunks: usize,
    failed: usize,
    mismatch: bool,
    rejects: Vec<u8>,
    /// By how much the hunks that were applied moved the lines.
    moved: i64,
    offset: i64,
}

impl<F: Files> Run<'_, F> {
    fn check(&mut self) -> Result<(), crate::Trouble> {
        let Some(numbers) = &self.options.naming.version else { return Ok(()) };
        if self.options.naming.numbers().is_none() {
            return Err(crate::Trouble::Unsupported(format!("the word `{}` for the kind of backups is not known", String::from_utf8_lossy(numbers))));
        }
        Ok(())
    }

    fn all(&mut self, text: &[u8], parsed: Parsed) -> Answer {
        let mut git = false;
        let none = parsed.patches.is_empty();
        for mut patch in parsed.patches {
            if git != patch.git && std::mem::replace(&mut git, patch.git) {
                self.outputs.flush(self.files, self.options)?;
            }
            let done = self.file(text, &mut patch);
            if done.is_err() {
                self.gathered_out()?;
                let _ = self.outputs.flush(self.files, self.options);
                return done;
            }
        }
        self.gathered_out()?;
        self.behind(text, parsed.end, &parsed.said, none)?;
        self.outputs.flush(self.files, self.options)?;
        self.outputs.delete_all(self.files, self.options, &mut self.talk)?;
        self.talk.done.status = i32::from(self.failed);
        Ok(())
    }

    /// Gives out what goes to the file of `-o`; a dry run does so too.
    fn gathered_out(&mut self) -> Answer {
        let Some(name) = self.options.output.clone() else { return Ok(()) };
        if self.talk.aside {
            self.talk.done.out.append(&mut self.gathered);
            return Ok(());
        }
        let done = match self.files.stat(&name, true) {
            Ok(_) => self.files.overwrite(&name, &self.gathered),
            Err(_) => self.files.put(&name, &self.gathered, Attributes { mode: 0o600, masked: true, owner: None }).map(drop),
        };
        done.map_err(|error| failed("Can't open file", &name, &error))
    }

    /// What stands behind the last patch.
    fn behind(&mut self, text: &[u8], end: usize, said: &[String], none: bool) -> Answer {
        if end > 0 && end >= text.len() {
            self.talk.verbose("done\n");
            return Ok(());
        }
        self.talk.verbose("Hmm...");
        said.iter().for_each(|it| self.talk.say(it));
        let nothing = "  I can't seem to find a patch in there anywhere.\n";
        self.talk.verbose(if end > 0 { "  Ignoring the trailing garbage.\ndone\n" } else { nothing });
        if none && !text.is_empty() { Err(b"Only garbage was found in the patch input.".to_vec()) } else { Ok(()) }
    }

    /// Carries out what a patch says about one file.
    fn file(&mut self, text: &[u8], patch: &mut FilePatch) -> Answer {
        self.reverse = self.options.reverse;
        self.skips = false;
        self.talk.verbose("Hmm...");
        patch.said.iter().for_each(|it| self.talk.say(it));
        if let (Some(fatal), true, Kind::Context | Kind::NewContext) = (&patch.fatal, patch.hunks.is_empty(), patch.kind) {
            fatal.said.iter().for_each(|it| self.talk.say(it));
            return Err(fatal.message.clone());
        }
        let input = self.find(text, patch);
        if !self.skips && patch.file_type().is_none() {
            let name = input.as_ref().map_or(&[][..], |it| &it.name);
            let types = [patch.modes[usize::from(self.reverse)], patch.modes[usize::from(!self.reverse)]].map(|it| it & 0o170_000);
            self.talk
                .say([b"File ", &name::shell(name)[..], format!(": can't change file type from 0{:o} to 0{:o}.\n", types[0], types[1]).as_bytes()].concat());
            self.skips = true;
            self.failed = true;
        }
        let mut input = input.unwrap_or_default();
        let named = !self.skips;
        let target = self.target(patch, &input);
        if patch.git && !self.skips {
            self.settle(&mut input, &target)?;
        }
        if !self.skips && !self.is_fit(patch, &input) {
            self.skips = true;
            self.failed = true;
        }
        if !self.skips && patch.kind == Kind::GitBinary {
            self.talk.say([b"File ", &name::shell(&target)[..], b": git binary diffs are not supported.\n"].concat());
            self.skips = true;
            self.failed = true;
        }
        let content = if self.skips { Vec::new() } else { self.content(patch, &input)? };
        let content = Content::of(content, self.options.loose);
        if !self.skips {
            self.announce(patch, &input, &target);
        }
        let mut outcome = Outcome::default();
        let done = self.hunks(text, patch, &input, &content, &mut outcome);
        if let Err(message) = done {
            self.gathered.append(&mut outcome.output.bytes);
            return Err(message);
        }
        if !self.skips && outcome.output.rest(&content).is_err() {
            self.talk.say("misordered hunks! output would be garbled\n");
            self.talk.say("Skipping patch.\n");
            self.skips = true;
        }
        if self.options.output.is_some() {
            self.gathered.append(&mut outcome.output.bytes);
        } else if !self.skips {
            self.place(patch, &input, &target, &mut outcome)?;
        }
        self.tell_rejects(if named { &target } else { b"" }, &outcome)
    }

    /// The file of the patch; none where there is none, which is told.
    fn find(&mut self, text: &[u8], patch: &mut FilePatch) -> Option<Input> {
        let input = match self.options.file.clone() {
            Some(name) => {
                let stat = stat_file(&name, self.files, self.options).ok();
                if stat.is_none_or(|it| has_type(&it, patch.file_type())) {
                    self.maybe_reverse(patch, &name, stat.is_none(), stat.is_none_or(|it| it.size == 0));
                }
                Some(Input { name, stat })
            }
            None => self.select(patch),
        };
        if self.skips {
            return input;
        }
        let what = match patch.kind {
            Kind::Unified => "a unified diff",
            Kind::Context => "a context diff",
            Kind::NewContext => "a new-style context diff",
            Kind::Normal => "a normal diff",
            Kind::GitBinary => "a git binary diff",
            Kind::Ed => "an ed script",
        };
        self.talk.verbose(format!("  {} {what} to me...\n", if patch.base == 0 { "Looks like" } else { "The next patch looks like" }));
        if patch.indent > 0 {
            self.talk.usual(format!("(Patch is indented {} space{}.)\n", patch.indent, if patch.indent == 1 { "" } else { "s" }));
        }
        if patch.strips_returns {
            self.talk.usual("(Stripping trailing CRs from patch; use --binary to disable.)\n");
        }
        if input.is_none() && self.talk.voice >= Voice::Usual {
            self.talk.say(format!("can't find file to patch at input line {}\n", patch.line));
            let hint = if self.options.strip.is_none() {
                "Perhaps you should have used the -p or --strip option?\n"
            } else {
                "Perhaps you used the wrong -p or --strip option?\n"
            };
            if patch.kind != Kind::Normal {
                self.talk.say(hint);
            }
        }
        if self.talk.voice == Voice::Verbose || input.is_none() {
            self.leading(text, patch);
        }
        if input.is_none() {
            self.nobody();
        }
        input
    }

    /// Shows the text before the patch.
    fn leading(&mut self, text: &[u8], patch: &FilePatch) {
        let before = &text[patch.base..patch.start];
        if before.is_empty() {
            return;
        }
        self.talk.say("The text leading up to this was:\n--------------------------\n");
        for line in before.split_inclusive(|it| *it == b'\n') {
            self.talk.say([b"|", line].concat());
        }
        self.talk.say("--------------------------\n");
    }

    /// No file is known, and nobody is there to name one.
    fn nobody(&mut self) {
        if self.options.force || self.options.batch {
            self.talk.say("No file to patch.  Skipping patch.\n");
        } else {
            self.talk.ask("File to patch: ");
            self.talk.ask("Skip this patch? [y] ");
            self.talk.usual("Skipping patch.\n");
        }
        self.skips = true;
    }

    /// The name that the outcome takes.
    fn target(&self, patch: &FilePatch, input: &Input) -> Vec<u8> {
        if let Some(name) = &self.options.output {
            return name.clone();
        }
        if (patch.is_rename() || patch.is_copy()) && !self.skips {
            let side = if patch.names[OLD].as_ref() == Some(&input.name) { NEW } else { OLD };
            return patch.names[side].clone().unwrap_or_else(|| input.name.clone());
        }
        input.name.clone()
    }

    /// A file that this git diff was about already is put out before it is read again.
    fn settle(&mut self, input: &mut Input, target: &[u8]) -> Answer {
        let Ok(stat) = stat_file(target, self.files, self.options) else { return Ok(()) };
        if self.outputs.is_queued(&stat) {
            self.outputs.flush(self.files, self.options)?;
            input.stat = stat_file(&input.name, self.files, self.options).ok();
        }
        if let Ok(stat) = stat_file(target, self.files, self.options) {
            self.outputs.queue(&stat);
        }
        Ok(())
    }

    /// Answers whether a file is of the right kind, and may be written.
    fn is_fit(&mut self, patch: &FilePatch, input: &Input) -> bool {
        let Some(stat) = &input.stat else { return true };
        if !has_type(stat, patch.file_type()) {
            let what: &[u8] = if patch.file_type() == Some(0o120_000) { b"symbolic link" } else { b"regular file" };
            self.talk.say([b"File ", &name::shell(&input.name)[..], b" is not a ", what, b" -- refusing to patch\n"].concat());
            return false;
        }
        if self.options.read_only == ReadOnly::Ignore || stat.kind == Type::Link || self.files.may_write(&input.name) {
            return true;
        }
        let warns = self.options.read_only == ReadOnly::Warn;
        let then: &[u8] = if warns { b"trying to patch anyway\n" } else { b"refusing to patch\n" };
        self.talk.say([b"File ", &name::shell(&input.name)[..], b" is read-only; ", then].concat());
        warns
    }

    fn content(&mut self, patch: &FilePatch, input: &Input) -> Answer<Vec<u8>> {
        let read = match input.stat {
            None => Ok(Vec::new()),
            Some(_) if patch.file_type() == Some(0o120_000) => self.files.read_link(&input.name),
            Some(_) => self.files.read(&input.name),
        };
        let content = read.map_err(|error| failed("Can't open file", &input.name, &error))?;
        if let Some(word) = patch.prerequisite.as_ref().filter(|_| !self.options.reverse || self.options.force) {
            self.prerequisite(word, &content)?;
        }
        Ok(content)
    }

    /// The file must hold the word of a `Prereq:` line.
    fn prerequisite(&mut self, word: &[u8], content: &[u8]) -> Answer {
        let holds = content.split(u8::is_ascii_whitespace).any(|it| it == word);
        if holds {
            self.talk.verbose([b"Good.  This file appears to be the ", word, b" version.\n"].concat());
            return Ok(());
        }
        if self.options.force {
            self.talk.usual([b"Warning: this file doesn't appear to be the ", word, b" version -- patching anyway.\n"].concat());
            return Ok(());
        }
        if self.options.batch {
            return Err([b"This file doesn't appear to be the ", word, b" version -- aborting."].concat());
        }
        self.talk.ask(&format!("This file doesn't appear to be the {} version -- patch anyway? [n] ", String::from_utf8_lossy(word)));
        Err(b"aborted".to_vec())
    }

    fn announce(&mut self, patch: &FilePatch, input: &Input, target: &[u8]) {
        let what: &[u8] = if patch.file_type() == Some(0o120_000) { b"symbolic link " } else { b"file " };
        let does: &[u8] = if self.options.dry_run { b"checking " } else { b"patching " };
        let mut line = [does, what, &name::shell(target)].concat();
        if input.name != target {
            let how: &[u8] = if patch.is_copy() {
                b"copied"
            } else if patch.is_rename() {
                b"renamed"
            } else {
                b"read"
            };
            line.extend_from_slice(&[b" (", how, b" from ", &input.name[..], b")"].concat());
        }
        line.push(b'\n');
        self.talk.usual(line);
        self.talk.verbose("Using Plan A...\n");
    }

    fn hunks(&mut self, text: &[u8], patch: &mut FilePatch, input: &Input, content: &Content, outcome: &mut Outcome) -> Answer {
        for mut hunk in std::mem::take(&mut patch.hunks) {
            hunk.said.iter().for_each(|it| self.talk.say(it));
            if self.reverse {
                hunk.swap();
            }
            outcome.hunks += 1;
            let (place, fuzz) = if self.skips { (None, 0) } else { self.locate(text, &mut hunk, content, outcome) };
            let shown = place.unwrap_or(hunk.first).saturating_add(outcome.moved);
            let exists = place == Some(1) && patch.nonexistent[usize::from(self.reverse)] == 2 && input.stat.is_some_and(|it| it.size > 0);
            let applied = match place.filter(|_| !self.skips && !exists) {
                None => false,
                Some(place) => match outcome.output.apply(&hunk, text, content, place) {
                    Ok(()) => true,
                    Err(apply::Trouble::NoBytes) => return Err(NOT_WRITTEN.to_vec()),
                    Err(apply::Trouble::OutOfSync(old, new)) => {
                        let lines = (hunk.line + old as i64 + 1, hunk.line + (hunk.old.len() + new) as i64 + 2);
                        return Err(format!("Out-of-sync patch, lines {},{} -- mangled text or line numbers, maybe?", lines.0, lines.1).into_bytes());
                    }
                    Err(apply::Trouble::Misordered) => {
                        self.talk.say("misordered hunks! output would be garbled\n");
                        false
                    }
                },
            };
            self.glued |= outcome.output.glued;
            if applied {
                outcome.moved = outcome.moved.saturating_add(hunk.growth());
                self.succeeded(outcome.hunks, shown, fuzz, outcome.offset);
                continue;
            }
            self.reject(text, patch, &hunk, outcome)?;
            let returns = if self.skips { false } else { other_ends(&hunk, text, content, shown) };
            if self.talk.voice == Voice::Verbose || !self.skips && self.talk.voice != Voice::Silent {
                let what = if self.skips { "ignored" } else { "FAILED" };
                self.talk.say(format!("Hunk #{} {what} at {shown}{}.\n", outcome.hunks, if returns { " (different line endings)" } else { "" }));
            }
        }
        match &patch.fatal {
            Some(fatal) => {
                fatal.said.iter().for_each(|it| self.talk.say(it));
                Err(fatal.message.clone())
            }
            None => Ok(()),
        }
    }

    fn succeeded(&mut self, number: usize, shown: i64, fuzz: i64, offset: i64) {
        if self.talk.voice == Voice::Verbose || self.talk.voice == Voice::Usual && (fuzz > 0 || offset != 0) {
            let mut line = format!("Hunk #{number} succeeded at {shown}");
            if fuzz > 0 {
                line.push_str(&format!(" with fuzz {fuzz}"));
            }
            if offset != 0 {
                line.push_str(&format!(" (offset {offset} line{})", if offset == 1 { "" } else { "s" }));
            }
            line.push_str(".\n");
            self.talk.say(line);
        }
    }

    /// Looks for the place of a hunk, with ever more fuzz; the first one may turn out to be reversed.
    fn locate(&mut self, text: &[u8], hunk: &mut Hunk, content: &Content, outcome: &mut Outcome) -> (Option<i64>, i64) {
        let most = self.options.fuzz.unwrap_or(FUZZ).min(hunk.context());
        let mut anyway = self.options.force;
        let mut pattern = Pattern::of(hunk, text, content);
        let mut fuzz = 0;
        loop {
            let mut search = Search { content, frozen: outcome.output.frozen, offset: outcome.offset, left: &mut self.left };
            let mut place = search.locate(hunk, &pattern, fuzz);
            outcome.offset = search.offset;
            outcome.mismatch |= place.is_none() || fuzz > 0 || outcome.offset != 0;
            if outcome.hunks == 1 && place.is_none() && !anyway && self.reverse == self.options.reverse {
                hunk.swap();
                let turned = Pattern::of(hunk, text, content);
                let mut search = Search { content, frozen: outcome.output.frozen, offset: outcome.offset, left: &mut self.left };
                place = search.locate(hunk, &turned, fuzz);
                outcome.offset = search.offset;
                let question: &[u8] = if self.reverse { b"Unreversed patch detected!" } else { b"Reversed (or previously applied) patch detected!" };
                if place.is_some() && self.may_reverse(question) {
                    self.reverse = !self.reverse;
                    pattern = turned;
                } else {
                    hunk.swap();
                    if place.take().is_some() {
                        anyway = true;
                        fuzz -= 1;
                    }
                }
            }
            if self.skips || place.is_some() {
                return (place, fuzz);
            }
            fuzz += 1;
            if fuzz > most || self.left == 0 {
                let _ = &pattern;
                return (None, fuzz);
            }
        }
    }

    /// Says that a patch looks reversed, and what is done about it.
    pub(crate) fn may_reverse(&mut self, question: &[u8]) -> bool {
        let options = self.options;
        if options.forward || !(options.force && self.talk.voice == Voice::Silent) {
            self.talk.say(question);
        }
        if options.forward {
            self.talk.say("  Skipping patch.\n");
            self.skips = true;
        } else if options.force {
            self.talk.usual("  Applying it anyway.\n");
        } else if options.batch {
            self.talk.say(if self.reverse { "  Ignoring -R.\n" } else { "  Assuming -R.\n" });
            return true;
        } else {
            self.talk.ask(if self.reverse { "  Ignore -R? [n] " } else { "  Assume -R? [n] " });
            self.talk.ask("Apply anyway? [n] ");
            self.talk.usual("Skipping patch.\n");
            self.skips = true;
        }
        false
    }

    fn reject(&mut self, text: &[u8], patch: &FilePatch, hunk: &Hunk, outcome: &mut Outcome) -> Answer {
        let unified = match self.options.reject_form {
            Some(form) => form == RejectForm::Unified,
            None => patch.kind == Kind::Unified,
        };
        let place = reject::Place { patch, text, reverse: self.reverse, moved: outcome.moved };
        if outcome.failed == 0 {
            reject::header(&place, unified, &mut outcome.rejects);
        }
        outcome.failed += 1;
        if reject::has_no_bytes(hunk) {
            return Err(NOT_WRITTEN.to_vec());
        }
        if unified {
            if !reject::unified(&place, hunk, &mut outcome.rejects) {
                return Err(format!("Out-of-sync patch, lines {},{}--mangled text or line numbers, maybe?", hunk.line, hunk.line).into_bytes());
            }
        } else {
            reject::context(&place, hunk, &mut outcome.rejects);
        }
        Ok(())
    }

    /// Puts the outcome where it belongs.
    fn place(&mut self, patch: &FilePatch, input: &Input, target: &[u8], outcome: &mut Outcome) -> Answer {
        let options = self.options;
        let (from, to) = (usize::from(self.reverse), usize::from(!self.reverse));
        let by_mismatch = options.backup_if_mismatch && (outcome.mismatch || outcome.failed > 0);
        let backup = options.backup || by_mismatch;
        let link = patch.file_type() == Some(0o120_000);
        let empty = outcome.output.bytes.is_empty();
        let gone = patch.nonexistent[to] == 2;
        if empty && (options.remove_empty || gone && !options.posix || link) {
            if !options.dry_run {
                self.remove(target, input, backup);
            }
            return Ok(());
        }
        if !empty && gone && (options.remove_empty || !options.posix) {
            outcome.mismatch = true;
            self.failed = true;
            self.talk.usual([b"Not deleting file ", &name::shell(target)[..], b" as content differs from patch\n"].concat());
        }
        if options.dry_run {
            return Ok(());
        }
        let sets_mode = patch.modes[to] != 0 && patch.modes[to] != patch.modes[from];
        if outcome.failed >= outcome.hunks && !sets_mode && !patch.is_rename() && !patch.is_copy() {
            self.outputs.now(target, None, backup, self.files, options)?;
            return Ok(());
        }
        let bytes = std::mem::take(&mut outcome.output.bytes);
        let made = if link {
            Made::Link(bytes)
        } else {
            let mode = if sets_mode { patch.modes[to] } else { input.stat.map_or(0o666, |it| it.mode) } & 0o777;
            let owner = input.stat.map(|it| (it.uid, it.gid));
            Made::File(bytes, Attributes { mode, masked: input.stat.is_none() && !sets_mode, owner })
        };
        if patch.git && patch.nonexistent[from] != 2 {
            self.outputs.later(target, Some(made), backup);
        } else {
            self.outputs.now(target, Some(made), backup, self.files, options)?;
        }
        if patch.is_rename() {
            self.remove(&input.name, input, backup);
        }
        Ok(())
    }

    fn remove(&mut self, name: &[u8], input: &Input, backup: bool) {
        let stat = if name == input.name { input.stat } else { stat_file(name, self.files, self.options).ok() };
        if let Some(stat) = stat {
            self.outputs.delete(name, &stat, backup);
        }
    }

    /// Says how many hunks failed, and keeps them.
    fn tell_rejects(&mut self, target: &[u8], outcome: &Outcome) -> Answer {
        if outcome.failed == 0 {
            return Ok(());
        }
        self.failed = true;
        let plural = if outcome.hunks == 1 { "" } else { "s" };
        let what = if self.skips { "ignored" } else { "FAILED" };
        self.talk.say(format!("{} out of {} hunk{plural} {what}", outcome.failed, outcome.hunks));
        let given = self.options.rejects.clone();
        if target.is_empty() || given.as_deref() == Some(b"-") || self.options.dry_run {
            self.talk.say("\n");
            return Ok(());
        }
        let name = given.clone().unwrap_or_else(|| [target, b".rej"].concat());
        self.talk.say([b" -- saving rejects to file ", &name::shell(&name)[..], b"\n"].concat());
        let before = stat_file(&name, self.files, self.options).ok();
        let appends = if given.is_some() { std::mem::replace(&mut self.rejects_written, true) } else { before.is_some_and(|it| self.outputs.is_made(&it)) };
        let done = if appends {
            self.files.read(&name).and_then(|all| self.files.overwrite(&name, &[all, outcome.rejects.clone()].concat()))
        } else if given.is_some() {
            self.files.overwrite(&name, &outcome.rejects)
        } else {
            let attributes = Attributes { mode: 0o666, masked: true, owner: None };
            match self.files.put(&name, &outcome.rejects, attributes) {
                Err(Failure::NoEntry) => {
                    crate::output::make_folders(&name, self.files);
                    self.files.put(&name, &outcome.rejects, attributes)
                }
                other => other,
            }
            .map(|inode| self.outputs.mark_made(inode))
        };
        done.map_err(|error| failed("Can't create file", &name, &error))
    }
}

/// Answers whether the first line of a hunk and the line where it was to go end otherwise.
fn other_ends(hunk: &Hunk, text: &[u8], content: &Content, place: i64) -> bool {
    let Some(first) = hunk.old.first().filter(|it| it.text.newline || it.text.start < it.text.end) else { return false };
    let place = place.min(content.count());
    let here = content.lines(place.saturating_sub(1), place);
    let returns = first.text.newline && first.text.of(text).ends_with(b"\r");
    !here.is_empty() && here.ends_with(b"\r\n") != returns
}
