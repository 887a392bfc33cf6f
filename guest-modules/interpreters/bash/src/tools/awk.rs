//! awk(1), over the workspace: mawk or gawk, as the target has it; where nothing tells which, only what both do.

use std::rc::Rc;

use gnu_awk::{Command, Dialect, Kind, Trouble, World};
use gnu_bash::{Program, Shell, descriptors::Open, text};
use invitro_sdk::interpreter::invitro::remediation::{ledger, surroundings, types::FileType};

use super::{
    call::{absolute, unmodelled},
    date,
};
use crate::{facts, filesystem::failure, kernel::Kernel};

/// The names under which awk is called.
pub(crate) const NAMES: &[&str] = &["awk", "gawk", "mawk", "nawk"];
/// The release of mawk that the dialect was held against.
const MAWK: &str = "1.3.4.20200120";
/// Most links that are followed from a name (MAXSYMLINKS of Linux).
const MOST_LINKS: usize = 40;
/// Conversions of strftime(3) that date(1) has in the same way.
const CONVERSIONS: &str = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%";

/// Runs awk; the status.
pub(crate) fn run(shell: &mut Shell, kernel: &Kernel, name: &str, path: &str, program: &Program) -> i32 {
    let line = kernel.line(&[]);
    let words: Vec<Vec<u8>> = program.argv[1..].iter().map(|it| text::to_bytes(it)).collect();
    let called = program.argv[0].clone();
    let which = which(kernel, name, path);
    let mut site = Site { cwd: shell.cwd().to_owned(), shell, kernel, program, line };
    let done = match which {
        Ok(Some(dialect)) => gnu_awk::read(&called, &words, dialect).and_then(|options| gnu_awk::run(&options, &mut site)),
        Ok(None) => gnu_awk::rehearse(&called, &words, &mut site).and_then(|common| common.perform(&mut site)),
        Err(reason) => Err(Trouble::Unmodelled(reason)),
    };
    match done {
        Ok(done) => {
            if done.part_of_input {
                site.shell.read_a_part(0);
            }
            done.status
        }
        Err(Trouble::Exit(message, status)) => {
            site.complain(format!("{name}: {message}\n").as_bytes());
            status
        }
        Err(Trouble::Unmodelled(reason)) => {
            unmodelled(name, &program.argv[1..], line, &reason);
            2
        }
    }
}

/// Which awk a name leads to; None where that is not known.
fn which(kernel: &Kernel, name: &str, path: &str) -> Result<Option<Dialect>, String> {
    let target = behind(kernel, path.to_owned());
    let target = target.rsplit('/').next().unwrap_or_default();
    let program = if matches!(target, "awk" | "nawk") { name } else { target };
    match program {
        "gawk" => Ok(Some(Dialect::Gawk)),
        "mawk" => Ok(facts::installed(kernel, "mawk").is_some_and(|it| it.starts_with(MAWK)).then_some(Dialect::Mawk)),
        "awk" | "nawk" => Ok(None),
        other => Err(format!("awk is {other} on the target, which is not modelled")),
    }
}

/// The last name that links lead to, whether or not a file is there.
fn behind(kernel: &Kernel, mut path: String) -> String {
    for _ in 0..MOST_LINKS {
        let Ok(target) = kernel.workspace().read_link(path.as_bytes()) else { break };
        let folder = path.rsplit_once('/').map_or("", |it| it.0).to_owned();
        path = absolute(if folder.is_empty() { "/" } else { &folder }, &String::from_utf8_lossy(&target));
    }
    path
}

/// The surroundings of a run.
struct Site<'a> {
    shell: &'a mut Shell,
    kernel: &'a Kernel,
    program: &'a Program,
    cwd: String,
    line: Option<u32>,
}

impl Site<'_> {
    fn path(&self, name: &[u8]) -> Result<String, String> {
        Ok(absolute(&self.cwd, &text::from_bytes(name)))
    }

    fn zone(&self, utc: bool) -> Option<&str> {
        if utc {
            return Some("UTC0");
        }
        self.program.environment.iter().find(|it| it.0 == "TZ").map(|it| it.1.as_str())
    }
}

fn reason(trouble: super::call::Trouble) -> String {
    match trouble {
        super::call::Trouble::Unmodelled(reason) | super::call::Trouble::Exit(reason, _) => reason,
    }
}

impl World for Site<'_> {
    fn stdin(&mut self) -> Vec<u8> {
        self.shell.read_all(0).unwrap_or_default()
    }

    fn kind(&mut self, name: &[u8]) -> Result<Kind, String> {
        let stat = self.kernel.stat(&self.path(name)?, true).map_err(|error| failure(error).to_string())?;
        Ok(match stat.type_ {
            FileType::Regular => Kind::Regular,
            FileType::Directory => Kind::Directory,
            _ => Kind::Other,
        })
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        let path = self.path(name)?;
        self.kernel.read(&path).map_err(|error| failure(error).to_string())
    }

    fn open(&mut self, name: &[u8], truncate: bool) -> Result<(), String> {
        let path = self.path(name)?;
        if !truncate && self.kernel.stat(&path, true).is_ok_and(|it| it.type_ == FileType::Regular) {
            return Ok(());
        }
        self.kernel.overwrite(&path, 0o666, b"").map_err(|error| failure(error).to_string())
    }

    fn append(&mut self, name: &[u8], bytes: &[u8]) -> Result<(), String> {
        let path = self.path(name)?;
        let size = self.kernel.stat(&path, true).map_err(|error| failure(error).to_string())?.size;
        self.kernel.append(&path, size, bytes).map_err(|error| failure(error).to_string())
    }

    fn out(&mut self, bytes: &[u8]) -> bool {
        !self.shell.emit(1, bytes)
    }

    fn err(&mut self, bytes: &[u8]) {
        self.shell.emit(2, bytes);
    }

    fn complain(&mut self, bytes: &[u8]) {
        self.shell.tell(bytes);
    }

    fn command(&mut self, command: Command<'_>) -> Result<(Vec<u8>, i32), String> {
        let argv = ["sh".to_owned(), "-c".to_owned(), text::from_bytes(command.text)];
        let (input, output) = (self.shell.open_file(0), self.shell.open_file(1));
        if let Some(bytes) = command.input {
            self.shell.put_file(0, Open::pipe(bytes.to_vec()));
        }
        let sink = command.captured.then(Open::sink);
        if let Some(sink) = &sink {
            self.shell.put_file(1, sink.clone());
        }
        let status = self.shell.run_changed(&argv, None, false, &[], &self.program.environment);
        for (number, held) in [(0, input), (1, output)] {
            if let Some(held) = held {
                self.shell.put_file(number, held);
            }
        }
        let bytes = sink.map(|it| it.borrow_mut().take()).unwrap_or_default();
        Ok((bytes, (status & 0xff) << 8))
    }

    fn environment(&mut self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.program.environment.iter().map(|(name, value)| (text::to_bytes(name), text::to_bytes(value))).collect()
    }

    fn now(&mut self) -> i64 {
        ledger::assume("clock", "awk", self.line);
        (surroundings::now() / 1_000_000_000) as i64
    }

    fn written(&mut self, format: &[u8], moment: i64, utc: bool) -> Result<Vec<u8>, String> {
        let format = std::str::from_utf8(format).map_err(|_| "a format of strftime that is not UTF-8 is not modelled".to_owned())?;
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            if letter == '%' && !letters.next().is_some_and(|it| CONVERSIONS.contains(it)) {
                return Err("such a conversion of strftime is not modelled".to_owned());
            }
        }
        date::written(self.kernel, "awk", self.zone(utc), format, (moment, 0)).map(String::into_bytes).map_err(reason)
    }

    fn moment(&mut self, parts: [i64; 6], utc: bool) -> Result<i64, String> {
        let [year, month, day, hour, minute, second] = parts;
        let plain = (1000..=9999).contains(&year) && (1..=12).contains(&month) && (1..=28).contains(&day);
        if !plain || !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60).contains(&second) {
            return Err("such a date for mktime is not modelled".to_owned());
        }
        let words = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
        let found = date::moment(self.kernel, "awk", self.zone(utc), &words, self.line).map_err(reason)?;
        found.map(|it| it.0).ok_or_else(|| "a moment that a zone does not have is not modelled".to_owned())
    }

    fn is_mixed(&mut self) -> bool {
        match (self.shell.open_file(1), self.shell.open_file(2)) {
            (Some(one), Some(other)) => Rc::ptr_eq(&one, &other),
            _ => false,
        }
    }
}
