//! Goes through files and lines, as grep.c of GNU grep does.

use crate::{
    Done, Kind, Options, Output, Stat, Trouble, World,
    options::{Binary, Directories, List, Matcher},
    pattern::Pattern,
    unmodelled,
};

/// What GNU grep reads at once: what lies behind it is known to be no text only later.
const FIRST_READ: usize = 96 * 1024;
/// What is surely read at once out of a pipe (PIPE_BUF).
const FIRST_PIPE: usize = 4096;
/// Deepest folder that is gone into.
const DEEPEST: usize = 200;

/// Why one call is given back.
pub const EMPTY_WORD: &str = "-w with an empty pattern beside others is not modelled";

/// Carries a call out.
pub fn run(options: &Options, world: &mut impl World) -> Result<Done, Trouble> {
    // No line can be selected: nothing is read, unless such files are to be listed.
    let nothing = options.patterns.is_empty() && !options.invert || !options.patterns.is_empty() && options.patterns.iter().all(|it| *it == b'\n') && options.invert && !options.lines && !options.words;
    if (options.most == Some(0) || nothing) && options.list != List::NonMatching {
        return Ok(Done { status: 1, ..Done::default() });
    }
    if options.only && options.lines && options.words {
        return unmodelled("-o with both -x and -w is not modelled");
    }
    // GNU grep 3.8 selects some lines with bytes that are no UTF-8 by an empty word beside others, and why was not found out.
    let mut patterns: Vec<&[u8]> = options.patterns.split(|it| *it == b'\n').collect();
    patterns.pop();
    if options.words && options.matcher == Matcher::Fixed && patterns.len() > 1 && patterns.iter().any(|it| it.is_empty()) {
        return unmodelled(EMPTY_WORD);
    }
    let pattern = Pattern::new(options)?;
    let mut run = Run { options, pattern, world, done: Done::default(), trouble: false, failed: true, named: options.filename, stdin_was_read: false, used: false, over: false };
    run.done.err.extend_from_slice(&run.pattern.warnings);
    let recursive = options.directories == Directories::Recurse;
    if options.filename.is_none() {
        run.named = if options.files.len() > 1 { Some(true) } else if recursive { None } else { Some(false) };
    }
    if options.files.is_empty() && recursive {
        run.named = Some(options.filename.unwrap_or(true));
        run.folder(b".", true, 0)?;
    } else if options.files.is_empty() {
        run.named = Some(options.filename.unwrap_or(false));
        run.file(b"-")?;
    }
    for name in &options.files {
        if run.over {
            break;
        }
        run.file(name)?;
    }
    let mut done = run.done;
    done.status = if run.over { 0 } else if run.trouble { 2 } else { i32::from(run.failed) };
    Ok(done)
}

struct Run<'a, W> {
    options: &'a Options,
    pattern: Pattern,
    world: &'a mut W,
    done: Done,
    trouble: bool,
    failed: bool,
    /// Whether names are shown; none where the first folder decides.
    named: Option<bool>,
    stdin_was_read: bool,
    /// Whether something was printed, so that a separator comes before what is not next to it.
    used: bool,
    /// One match was enough.
    over: bool,
}

/// What is known of the file that is read.
struct Pass<'a> {
    name: &'a [u8],
    shown: bool,
    bytes: &'a [u8],
    /// Where the first line begins that was not printed.
    printed: Option<usize>,
    pending: u64,
    left: u64,
    quiet: bool,
    garbled: bool,
    counted: (usize, u64),
}

impl<W: World> Run<'_, W> {
    fn say(&mut self, name: &[u8], what: &str) {
        self.done.err.extend_from_slice(b"grep: ");
        self.done.err.extend_from_slice(name);
        self.done.err.extend_from_slice(format!(": {what}\n").as_bytes());
    }

    fn complain(&mut self, name: &[u8], error: &str) {
        if !self.options.silent {
            self.say(name, error);
        }
        self.trouble = true;
    }

    /// A file of the command line.
    fn file(&mut self, name: &[u8]) -> Result<(), Trouble> {
        if name == b"-" {
            if std::mem::replace(&mut self.stdin_was_read, true) {
                return unmodelled("standard input that is searched twice is not modelled");
            }
            let bytes = self.world.stdin();
            let label = self.options.label.clone().unwrap_or_else(|| b"(standard input)".to_vec());
            if self.named.is_none() {
                self.named = Some(false);
            }
            return self.content(&label, &bytes, FIRST_PIPE);
        }
        let stat = match self.world.stat(name, true) {
            Ok(stat) => stat,
            Err(error) => {
                self.complain(name, &error);
                return Ok(());
            }
        };
        if stat.kind == Kind::Directory {
            if self.options.directories == Directories::Skip || self.options.folders_on_line.leaves_out(name)? {
                return Ok(());
            }
            if self.named.is_none() {
                self.named = Some(true);
            }
            return match self.options.directories {
                Directories::Recurse => {
                    let shown = self.named;
                    self.named = Some(self.options.filename != Some(false));
                    self.folder(name, false, 0)?;
                    // Once it went below a folder, all names are shown.
                    self.named = if self.options.filename == Some(false) { shown } else { Some(true) };
                    Ok(())
                }
                _ => {
                    self.complain(name, "Is a directory");
                    let shown = self.named.unwrap_or(false);
                    self.finish(name, shown, 0);
                    Ok(())
                }
            };
        }
        if self.options.files_on_line.leaves_out(name)? {
            return Ok(());
        }
        if self.named.is_none() {
            // With -r a file alone has no name; what comes then is not on this line.
            self.named = Some(false);
        }
        self.regular(name, stat)
    }

    fn regular(&mut self, name: &[u8], stat: Stat) -> Result<(), Trouble> {
        if stat.kind != Kind::Regular && self.options.devices == Some(false) {
            return Ok(());
        }
        let own = self.options.output == Output::File(stat.inode) && stat.kind == Kind::Regular;
        if own && !self.options.quiet && !self.options.count && self.options.list == List::None && self.options.most.is_none_or(|it| it > 1) {
            if !self.options.silent {
                self.say(name, "input file is also the output");
            }
            self.trouble = true;
            return Ok(());
        }
        match self.world.read(name) {
            Ok(bytes) => self.content(name, &bytes, FIRST_READ),
            Err(error) => {
                self.complain(name, &error);
                Ok(())
            }
        }
    }

    /// What lies below a folder, in the order in which it is listed.
    fn folder(&mut self, name: &[u8], bare: bool, depth: usize) -> Result<(), Trouble> {
        if depth > DEEPEST {
            return unmodelled("folders lie too deep");
        }
        let names = match self.world.names(name) {
            Ok(names) => names,
            Err(error) => {
                self.complain(name, &error);
                return Ok(());
            }
        };
        for entry in names {
            if self.over {
                return Ok(());
            }
            let full = if bare {
                entry.clone()
            } else if name.ends_with(b"/") {
                [name, &entry].concat()
            } else {
                [name, b"/", &entry].concat()
            };
            let stat = match self.world.stat(&full, false) {
                Ok(stat) => stat,
                Err(_) => return unmodelled("a name that was listed is gone"),
            };
            let stat = if stat.kind != Kind::Link {
                stat
            } else if !self.options.follow {
                continue;
            } else {
                match self.world.stat(&full, true) {
                    // A link that leads back would be told of as a loop.
                    Ok(stat) if stat.kind == Kind::Directory => return unmodelled("-R through a link to a folder is not modelled"),
                    Ok(stat) => stat,
                    Err(error) => {
                        if !self.options.files_below.leaves_out(&entry)? {
                            self.complain(&full, &error);
                        }
                        continue;
                    }
                }
            };
            if stat.kind == Kind::Directory {
                if !self.options.folders_below.leaves_out(&entry)? {
                    self.folder(&full, false, depth + 1)?;
                }
            } else if !self.options.files_below.leaves_out(&entry)? && (stat.kind == Kind::Regular || self.options.devices == Some(true)) {
                self.regular(&full, stat)?;
            }
        }
        Ok(())
    }

    /// Searches the content of a file.
    fn content(&mut self, name: &[u8], bytes: &[u8], first: usize) -> Result<(), Trouble> {
        let it = self.options;
        let single = it.quiet || it.output == Output::Discarded || it.list != List::None;
        let end = if it.zero { 0 } else { b'\n' };
        let nul = if it.zero || it.binary == Binary::Text { None } else { bytes.iter().position(|it| *it == 0) };
        let shown = self.named.unwrap_or(false);
        let mut zapped = Vec::new();
        let mut quiet = single || it.count;
        let mut once = single;
        let mut text = bytes;
        if let Some(at) = nul {
            if at >= first {
                return unmodelled("a NUL byte far into a file: what was printed before hangs on how it was read");
            }
            if it.binary == Binary::WithoutMatch {
                self.finish(name, shown, 0);
                return Ok(());
            }
            if !it.count {
                (quiet, once) = (true, true);
            }
            zapped.extend(bytes.iter().map(|it| if *it == 0 { b'\n' } else { *it }));
            text = &zapped;
        }
        let whole;
        if text.last().is_some_and(|it| *it != end) {
            whole = [text, &[end]].concat();
            text = &whole;
        }
        let mut pass =
            Pass { name, shown, bytes: text, printed: None, pending: 0, left: it.most.unwrap_or(u64::MAX), quiet, garbled: false, counted: (0, 0) };
        // Lines that -v selects one after the other are printed as one.
        let (mut at, mut selected, mut joined) = (0, 0, false);
        while at < text.len() && pass.left > 0 {
            let next = after_line(text, at, end);
            let line = &text[at..next - 1];
            let chosen = self.pattern.selects(line)? != it.invert;
            if chosen {
                if !std::mem::replace(&mut joined, it.invert) && !pass.quiet {
                    self.ahead(&mut pass, at, end)?;
                }
                self.print(&mut pass, at, next)?;
                selected += 1;
                if once {
                    break;
                }
            }
            joined &= chosen;
            at = next;
        }
        if pass.pending > 0 {
            self.pending(&mut pass, text.len(), end)?;
        }
        if selected > 0 && (it.quiet || it.output == Output::Discarded) {
            self.over = true;
            return Ok(());
        }
        self.finish(name, shown, selected);
        let binary = pass.garbled || nul.is_some() && selected > 0;
        if binary && it.binary != Binary::WithoutMatch && !(it.count || single) {
            self.say(name, "binary file matches");
        }
        Ok(())
    }

    fn finish(&mut self, name: &[u8], shown: bool, selected: u64) {
        let it = self.options;
        let list = it.list;
        if it.count && list == List::None && !it.quiet && it.output != Output::Discarded {
            if shown {
                self.done.out.extend_from_slice(name);
                self.done.out.push(if it.null { 0 } else { b':' });
            }
            self.done.out.extend_from_slice(format!("{selected}\n").as_bytes());
        }
        self.failed &= selected == 0;
        if !it.quiet && it.output != Output::Discarded && list == (if selected == 0 { List::NonMatching } else { List::Matching }) {
            self.done.out.extend_from_slice(name);
            self.done.out.push(if it.null { 0 } else { b'\n' });
        }
    }

    /// Prints what stands between the lines that were printed and a selected one, as far as it is asked for.
    fn ahead(&mut self, pass: &mut Pass<'_>, begin: usize, end: u8) -> Result<(), Trouble> {
        let it = self.options;
        if pass.pending > 0 {
            self.pending(pass, begin, end)?;
        }
        let least = pass.printed.unwrap_or(0);
        let mut at = begin;
        for _ in 0..it.before.unwrap_or(0) {
            if at <= least {
                break;
            }
            at -= 1;
            while at > 0 && pass.bytes[at - 1] != end {
                at -= 1;
            }
        }
        if (it.before.is_some() || it.after.is_some())
            && self.used
            && Some(at) != pass.printed
            && let Some(separator) = &it.separator
        {
            self.done.out.extend_from_slice(separator);
            self.done.out.push(b'\n');
        }
        while at < begin {
            let next = after_line(pass.bytes, at, end);
            self.line(pass, at, next, false)?;
            at = next;
        }
        Ok(())
    }

    /// Prints a selected line.
    fn print(&mut self, pass: &mut Pass<'_>, begin: usize, next: usize) -> Result<(), Trouble> {
        let it = self.options;
        if !pass.quiet {
            self.line(pass, begin, next, true)?;
        }
        pass.pending = if pass.quiet { 0 } else { it.after.unwrap_or(0) };
        self.used = true;
        pass.left -= 1;
        Ok(())
    }

    /// Prints what stands behind a selected line, up to a place.
    fn pending(&mut self, pass: &mut Pass<'_>, limit: usize, end: u8) -> Result<(), Trouble> {
        let mut at = *pass.printed.get_or_insert(0);
        while pass.pending > 0 && at < limit {
            let next = after_line(pass.bytes, at, end);
            self.line(pass, at, next, false)?;
            // A line that is not shown, as it is no text, is come to again.
            at = pass.printed.unwrap_or(0);
            pass.pending -= 1;
        }
        Ok(())
    }

    fn line(&mut self, pass: &mut Pass<'_>, begin: usize, next: usize, selected: bool) -> Result<(), Trouble> {
        if self.options.only {
            if selected != self.options.invert {
                self.parts(pass, begin, next, selected)?;
            }
        } else {
            if !self.head(pass, begin, next - 1, begin, next, selected) {
                return Ok(());
            }
            self.done.out.extend_from_slice(&pass.bytes[begin..next]);
        }
        pass.printed = Some(next);
        Ok(())
    }

    fn parts(&mut self, pass: &mut Pass<'_>, begin: usize, next: usize, selected: bool) -> Result<(), Trouble> {
        let line = &pass.bytes[begin..next - 1];
        let mut at = 0;
        while at <= line.len() {
            let Some((from, to)) = self.pattern.find(line, at)? else { break };
            if from >= line.len() {
                break;
            }
            if to <= from {
                at = from + 1;
                continue;
            }
            if !self.head(pass, begin + from, begin + to, begin, next, selected) {
                break;
            }
            self.done.out.extend_from_slice(&line[from..to]);
            self.done.out.push(if self.options.zero { 0 } else { b'\n' });
            at = to;
        }
        Ok(())
    }

    /// Prints what stands before a line or a part of it; false where that is no text.
    fn head(&mut self, pass: &mut Pass<'_>, from: usize, to: usize, line: usize, next: usize, selected: bool) -> bool {
        if self.options.binary != Binary::Text && std::str::from_utf8(&pass.bytes[from..to]).is_err() {
            pass.garbled = true;
            return false;
        }
        let mark = if selected { b':' } else { b'-' };
        if pass.shown {
            self.done.out.extend_from_slice(pass.name);
            self.done.out.push(if self.options.null { 0 } else { mark });
        }
        if self.options.number {
            let end = if self.options.zero { 0 } else { b'\n' };
            let (at, number) = pass.counted;
            if at < next {
                let more = pass.bytes[at..next].iter().filter(|it| **it == end).count() as u64;
                pass.counted = (next, number + more);
            }
            self.done.out.extend_from_slice(pass.counted.1.to_string().as_bytes());
            self.done.out.push(mark);
        }
        if self.options.offset {
            let place = if self.options.only { from } else { line };
            self.done.out.extend_from_slice(place.to_string().as_bytes());
            self.done.out.push(mark);
        }
        true
    }
}

fn after_line(text: &[u8], at: usize, end: u8) -> usize {
    text[at..].iter().position(|it| *it == end).map_or(text.len(), |it| at + it + 1)
}
