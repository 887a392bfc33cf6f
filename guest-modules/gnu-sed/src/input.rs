//! Lines of the input files, with a look ahead: `$` is the last line of them all, or of each file.

use crate::{Kind, Options, World};

struct Open {
    name: Vec<u8>,
    bytes: Vec<u8>,
    at: usize,
}

/// A line, and whether it had its end.
pub(crate) struct Line {
    pub(crate) text: Vec<u8>,
    pub(crate) ended: bool,
    /// True where this is the first line of a file.
    pub(crate) begins: bool,
}

pub(crate) struct Input {
    files: std::collections::VecDeque<Vec<u8>>,
    open: Option<Open>,
    separate: bool,
    in_place: bool,
    end: u8,
    begins: bool,
    /// A second `-` finds nothing left.
    stdin_was_read: bool,
    /// Messages and the status of files that could not be read.
    pub(crate) err: Vec<u8>,
    pub(crate) status: i32,
    /// Files that are done, with nothing left to read.
    pub(crate) closed: Vec<Vec<u8>>,
}

impl Input {
    pub(crate) fn of(options: &Options) -> Input {
        Input {
            files: options.files.iter().cloned().collect(),
            open: None,
            separate: options.separate,
            in_place: options.in_place.is_some(),
            end: if options.zero { 0 } else { b'\n' },
            begins: false,
            err: Vec::new(),
            status: 0,
            closed: Vec::new(),
            stdin_was_read: false,
        }
    }

    /// The name of the file whose line was read last.
    pub(crate) fn name(&self) -> Vec<u8> {
        self.open.as_ref().map_or_else(|| b"-".to_vec(), |it| it.name.clone())
    }

    fn tell(&mut self, message: &str, status: i32) {
        self.err.extend_from_slice(b"sed: ");
        self.err.extend_from_slice(message.as_bytes());
        self.err.push(b'\n');
        self.status = status;
    }

    /// Opens the next file that can be read.
    fn open_next(&mut self, world: &mut impl World) -> bool {
        while let Some(name) = self.files.pop_front() {
            let shown = String::from_utf8_lossy(&name).into_owned();
            if name == b"-" && !self.in_place {
                let bytes = world.stdin();
                self.open = Some(Open { name, bytes, at: 0 });
                self.begins = true;
                return true;
            }
            match world.kind(&name) {
                Err(error) => self.tell(&format!("can't read {shown}: {error}"), 2),
                Ok(Kind::Regular) => match world.read(&name) {
                    Ok(bytes) => {
                        self.open = Some(Open { name, bytes, at: 0 });
                        self.begins = true;
                        return true;
                    }
                    Err(error) => self.tell(&format!("can't read {shown}: {error}"), 2),
                },
                Ok(_) if self.in_place => {
                    // What comes behind it stays as it is.
                    self.tell(&format!("couldn't edit {shown}: not a regular file"), 4);
                    self.files.clear();
                }
                Ok(Kind::Directory) => self.tell(&format!("read error on {shown}: Is a directory"), 4),
                Ok(Kind::Other) => match world.read(&name) {
                    Ok(bytes) => {
                        self.open = Some(Open { name, bytes, at: 0 });
                        self.begins = true;
                        return true;
                    }
                    Err(error) => self.tell(&format!("can't read {shown}: {error}"), 2),
                },
            }
        }
        false
    }

    /// Makes the open file one that has a line left. Files that are done are noted.
    fn advance(&mut self, world: &mut impl World) -> bool {
        loop {
            if let Some(open) = &self.open {
                if open.at < open.bytes.len() {
                    return true;
                }
                self.closed.push(open.name.clone());
                self.open = None;
            }
            if !self.open_next(world) {
                return false;
            }
            if self.open.as_ref().is_some_and(|it| it.name == b"-") && !self.in_place && std::mem::replace(&mut self.stdin_was_read, true) {
                self.open = None;
            }
        }
    }

    /// Leaves a file that has no line left.
    pub(crate) fn close(&mut self) {
        if let Some(open) = self.open.take_if(|it| it.at >= it.bytes.len()) {
            self.closed.push(open.name);
        }
    }

    pub(crate) fn read(&mut self, world: &mut impl World) -> Option<Line> {
        if !self.advance(world) {
            return None;
        }
        let open = self.open.as_mut()?;
        let rest = &open.bytes[open.at..];
        let length = rest.iter().position(|it| *it == self.end);
        let text = rest[..length.unwrap_or(rest.len())].to_vec();
        open.at += text.len() + usize::from(length.is_some());
        Some(Line { text, ended: length.is_some(), begins: std::mem::take(&mut self.begins) })
    }

    /// Answers whether the line that was read is the last: of all files, or of its own where each has lines of its own.
    pub(crate) fn is_last(&mut self, world: &mut impl World) -> bool {
        if self.open.as_ref().is_some_and(|it| it.at < it.bytes.len()) {
            return false;
        }
        if self.separate {
            return true;
        }
        // Looks ahead without leaving the file: what follows is opened, and read later.
        let held = self.open.take();
        let begins = self.begins;
        let mut last = true;
        while self.open_next(world) {
            let empty = self.open.as_ref().is_none_or(|it| it.bytes.is_empty() || it.name == b"-" && self.stdin_was_read);
            if let Some(open) = self.open.take()
                && !empty
            {
                last = false;
                self.ahead(open);
                break;
            }
        }
        self.open = held;
        self.begins = begins;
        last
    }

    /// Puts a file that was looked at back in front.
    fn ahead(&mut self, open: Open) {
        self.files.push_front(open.name);
    }

    /// Answers whether there is no further line, in any file.
    pub(crate) fn is_at_end(&mut self, world: &mut impl World) -> bool {
        self.is_last(world)
    }

    /// Leaves what is not read unread.
    pub(crate) fn quit(&mut self) {
        if let Some(open) = self.open.take() {
            self.closed.push(open.name);
        }
        self.files.clear();
    }
}
