//! Open files and pipes of a run. Output is held back as long as the real programs hold it, so that what reads a file in between
//! sees what it would see.

use std::{collections::HashMap, rc::Rc};

use crate::{Command, Dialect, Trouble, World, record::Reader};

/// Bytes that an output holds before some of them must have gone (BUFSIZ of mawk, a block of gawk's).
const BLOCK: usize = 4096;
/// Bytes after which output of ours is handed on.
const MOST: usize = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    File,
    Pipe,
    Stdout,
    Stderr,
    Null,
}

#[derive(Debug)]
struct Output {
    way: Way,
    held: Vec<u8>,
    /// In the order of opening.
    number: usize,
}

#[derive(Debug)]
struct Input {
    reader: Reader,
    /// The status of the command that it came from.
    status: Option<i32>,
}

#[derive(Default)]
pub(crate) struct Streams {
    outputs: HashMap<Vec<u8>, Output>,
    inputs: HashMap<Vec<u8>, Input>,
    stdout: Vec<u8>,
    opened: usize,
    /// Standard input, once it is read; the place in it is where the next reader goes on.
    pub(crate) stdin: Option<Reader>,
    pub(crate) closed_reader: bool,
    /// The file among the operands that is read now.
    pub(crate) main: Option<Vec<u8>>,
    failed: bool,
}

fn unmodelled(reason: impl Into<String>) -> Trouble {
    Trouble::Unmodelled(reason.into())
}

impl Streams {
    pub(crate) fn out(&mut self, bytes: &[u8], world: &mut dyn World) -> Result<(), Trouble> {
        self.stdout.extend_from_slice(bytes);
        if self.stdout.len() > MOST {
            self.flush_stdout(world);
        }
        Ok(())
    }

    pub(crate) fn flush_stdout(&mut self, world: &mut dyn World) {
        let held = std::mem::take(&mut self.stdout);
        if !held.is_empty() && !world.out(&held) {
            self.closed_reader = true;
        }
    }

    /// Standard error goes at once, before what standard output holds.
    pub(crate) fn err(&mut self, bytes: &[u8], world: &mut dyn World, own: bool) -> Result<(), Trouble> {
        if self.stdout.len() >= BLOCK && world.is_mixed() {
            return Err(unmodelled("standard output and error of awk in one file, when much is printed, are not modelled"));
        }
        if own {
            world.complain(bytes);
        } else {
            world.err(bytes);
        }
        Ok(())
    }

    /// Opens an output, if it is not open.
    pub(crate) fn open(&mut self, name: &[u8], way: Way, append: bool, dialect: Dialect, world: &mut dyn World) -> Result<(), Trouble> {
        if self.outputs.contains_key(name) {
            return Ok(());
        }
        let way = match (way, name) {
            (Way::File, b"/dev/stdout") => Way::Stdout,
            (Way::File, b"-") if dialect == Dialect::Mawk => Way::Stdout,
            (Way::File, b"/dev/stderr") => Way::Stderr,
            (Way::File, b"/dev/null") => Way::Null,
            (Way::File, b"") => {
                return Err(match dialect {
                    Dialect::Gawk => Trouble::Exit("fatal: expression for `>' redirection has null string value".to_owned(), 2),
                    Dialect::Mawk => Trouble::Exit("cannot open \"\" for output (No such file or directory)".to_owned(), 2),
                });
            }
            (Way::File, b"-") => return Err(unmodelled("output of gawk to `-` is not modelled")),
            (Way::File, name) if name.starts_with(b"/dev/") || name.starts_with(b"/proc/") || name.starts_with(b"/inet") => {
                return Err(unmodelled(format!("output of awk to {} is not modelled", String::from_utf8_lossy(name))));
            }
            _ => way,
        };
        if self.inputs.contains_key(name) || self.main.as_deref() == Some(name) && way == Way::File {
            return Err(unmodelled("a file or command that awk reads and writes at once is not modelled"));
        }
        if way == Way::File {
            world.open(name, !append).map_err(|error| {
                let shown = String::from_utf8_lossy(name).into_owned();
                match dialect {
                    Dialect::Mawk => Trouble::Exit(format!("cannot open \"{shown}\" for output ({error})"), 2),
                    Dialect::Gawk => Trouble::Exit(format!("fatal: cannot redirect to `{shown}': {error}"), 2),
                }
            })?;
        }
        if way == Way::Pipe {
            self.flush_all(world)?;
        }
        self.opened += 1;
        self.outputs.insert(name.to_vec(), Output { way, held: Vec::new(), number: self.opened });
        Ok(())
    }

    pub(crate) fn write(&mut self, name: &[u8], bytes: &[u8], world: &mut dyn World) -> Result<(), Trouble> {
        let Some(output) = self.outputs.get_mut(name) else { return Ok(()) };
        match output.way {
            Way::Stdout => return self.out(bytes, world),
            Way::Stderr => return self.err(bytes, world, false),
            Way::Null => {}
            Way::Pipe => output.held.extend_from_slice(bytes),
            Way::File => {
                output.held.extend_from_slice(bytes);
                if output.held.len() > MOST {
                    return self.flush(name, world);
                }
            }
        }
        Ok(())
    }

    /// Writes what a file's output holds.
    fn flush(&mut self, name: &[u8], world: &mut dyn World) -> Result<(), Trouble> {
        let Some(output) = self.outputs.get_mut(name) else { return Ok(()) };
        if output.way != Way::File || output.held.is_empty() {
            return Ok(());
        }
        let held = std::mem::take(&mut output.held);
        world.append(name, &held).map_err(|error| unmodelled(format!("awk could not write to {}: {error}", String::from_utf8_lossy(name))))
    }

    pub(crate) fn flush_named(&mut self, name: &[u8], world: &mut dyn World) -> Result<bool, Trouble> {
        let Some(output) = self.outputs.get(name) else { return Ok(false) };
        match output.way {
            Way::Stdout => self.flush_stdout(world),
            Way::Pipe => return Err(unmodelled("fflush of a pipe is not modelled")),
            _ => self.flush(name, world)?,
        }
        Ok(true)
    }

    pub(crate) fn flush_all(&mut self, world: &mut dyn World) -> Result<(), Trouble> {
        self.flush_stdout(world);
        for name in self.names() {
            self.flush(&name, world)?;
        }
        if self.outputs.values().any(|it| it.way == Way::Pipe && !it.held.is_empty()) {
            // The command may have acted on it by now, or not.
            self.failed = true;
        }
        Ok(())
    }

    fn names(&self) -> Vec<Vec<u8>> {
        let mut names: Vec<_> = self.outputs.iter().map(|(name, output)| (output.number, name.clone())).collect();
        names.sort();
        names.into_iter().map(|it| it.1).collect()
    }

    /// Runs a command whose output is not read.
    pub(crate) fn command(&mut self, text: &[u8], input: Option<&[u8]>, captured: bool, world: &mut dyn World) -> Result<(Vec<u8>, i32), Trouble> {
        if text.contains(&0) {
            return Err(unmodelled("a command of awk with a zero byte in it is not modelled"));
        }
        if input.is_none()
            && let Some(reader) = &self.stdin
            && !reader.met_end
            && reader.text.len() >= BLOCK
        {
            return Err(unmodelled("a command that goes on in the input that awk reads is not modelled"));
        }
        if self.failed {
            return Err(unmodelled("two commands that awk runs at once are not modelled"));
        }
        world.command(Command { text, input, captured }).map_err(unmodelled)
    }

    /// Closes an output or input: the status for awk, none where nothing of this name is open.
    pub(crate) fn close(&mut self, name: &[u8], dialect: Dialect, world: &mut dyn World) -> Result<Option<i32>, Trouble> {
        if let Some(output) = self.outputs.get(name) {
            let way = output.way;
            if way == Way::File {
                self.flush(name, world)?;
            }
            let output = self.outputs.remove(name);
            return match (way, output) {
                (Way::Pipe, Some(output)) => {
                    self.failed = false;
                    if self.outputs.values().any(|it| it.way == Way::Pipe) {
                        return Err(unmodelled("two commands that awk writes to at once are not modelled"));
                    }
                    // What standard output holds comes behind what the command writes.
                    if self.stdout.len() >= BLOCK {
                        return Err(unmodelled("much output of awk beside a command's is not modelled"));
                    }
                    let (_, status) = self.command(name, Some(&output.held), false, world)?;
                    Ok(Some(status))
                }
                (Way::Stderr, _) if dialect == Dialect::Gawk => Err(unmodelled("closing standard error is not modelled for gawk")),
                (Way::Stdout, _) => Err(unmodelled("closing standard output is not modelled")),
                _ => Ok(Some(0)),
            };
        }
        match self.inputs.remove(name) {
            Some(input) => match input.status {
                Some(_) if !input.reader.met_end => Err(unmodelled("the status of a command that awk did not read to its end is not modelled")),
                Some(status) => Ok(Some(status)),
                None => Ok(Some(0)),
            },
            None => Ok(None),
        }
    }

    /// The reader of a file or command; None where it can't be opened.
    pub(crate) fn reader(&mut self, name: &[u8], is_command: bool, dialect: Dialect, world: &mut dyn World) -> Result<Result<&mut Reader, String>, Trouble> {
        if !is_command && (name == b"-" || name == b"/dev/stdin") {
            return Ok(Ok(self.input(world)));
        }
        if !self.inputs.contains_key(name) {
            if self.outputs.contains_key(name) {
                return Err(unmodelled("a file or command that awk reads and writes at once is not modelled"));
            }
            let (text, status) = if is_command {
                self.flush_all(world)?;
                let (text, status) = self.command(name, None, true, world)?;
                (text, Some(status))
            } else {
                match read_file(name, dialect, world)? {
                    Ok(text) => (text, None),
                    Err(error) => return Ok(Err(error)),
                }
            };
            self.inputs.insert(name.to_vec(), Input { reader: Reader::new(text), status });
        }
        match self.inputs.get_mut(name) {
            Some(input) => Ok(Ok(&mut input.reader)),
            None => Ok(Err(String::new())),
        }
    }

    pub(crate) fn input(&mut self, world: &mut dyn World) -> &mut Reader {
        self.stdin.get_or_insert_with(|| Reader::new(world.stdin()))
    }

    /// Closes all at the end of a run.
    pub(crate) fn finish(&mut self, dialect: Dialect, world: &mut dyn World) -> Result<(), Trouble> {
        let names = self.names();
        let pipes = self.outputs.values().filter(|it| it.way == Way::Pipe).count();
        if pipes > 1 {
            return Err(unmodelled("two commands that awk writes to at once are not modelled"));
        }
        if self.stdout.len() >= BLOCK && pipes > 0 {
            return Err(unmodelled("much output of awk beside a command's is not modelled"));
        }
        for name in names {
            let way = self.outputs.get(&name).map(|it| it.way);
            if matches!(way, Some(Way::File | Way::Pipe)) {
                self.close(&name, dialect, world)?;
            }
        }
        self.flush_stdout(world);
        Ok(())
    }
}

/// Reads a file that a script names.
pub(crate) fn read_file(name: &[u8], dialect: Dialect, world: &mut dyn World) -> Result<Result<Vec<u8>, String>, Trouble> {
    if name == b"/dev/null" {
        return Ok(Ok(Vec::new()));
    }
    if name.is_empty() {
        return Ok(Err("No such file or directory".to_owned()));
    }
    if name.contains(&0) {
        return Err(unmodelled("a name with a zero byte in it is not modelled"));
    }
    if name.starts_with(b"/inet") && dialect == Dialect::Gawk {
        return Err(unmodelled("the network of gawk is not modelled"));
    }
    match world.kind(name) {
        Ok(crate::Kind::Directory) => Ok(Err("Is a directory".to_owned())),
        Ok(_) => Ok(world.read(name)),
        Err(error) => Ok(Err(error)),
    }
}

/// A text that is shared.
pub(crate) fn shared(text: &[u8]) -> Rc<[u8]> {
    Rc::from(text)
}
