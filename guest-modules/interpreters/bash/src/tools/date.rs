//! date(1), over the workspace and the virtual clock, and the dates of other tools.

use gnu_date::{Done, Locale, Moment, Surroundings, Trouble as Lack, World, ZoneData};
use invitro_sdk::interpreter::invitro::remediation::{
    ledger, surroundings,
    types::{Error, FileType},
};

use super::call::{Answer, Call, absolute, not_modelled};
use crate::{filesystem::failure, kernel::Kernel};

/// Where a zone's database lies.
const DATABASE: &str = "/usr/share/zoneinfo";

/// date(1), as GNU coreutils 9.1 is.
pub(crate) fn date(call: &mut Call<'_>) -> Answer {
    let locale = Locale::of(|name| call.env.get(name).cloned()).map_err(not_modelled)?;
    if call.env.contains_key("TZDIR") {
        return Err(not_modelled("a zone database by TZDIR is not modelled"));
    }
    let around = Surroundings { zone: call.env.get("TZ").cloned(), locale, options_first: call.env.contains_key("POSIXLY_CORRECT") };
    let words: Vec<Vec<u8>> = call.args.iter().map(|it| it.as_bytes().to_vec()).collect();
    let mut target = Target { kernel: call.kernel, cwd: &call.cwd, stdin: call.stdin, line: call.line, name: "date", doubt: None };
    let done = gnu_date::run(&words, &around, &mut target);
    let doubt = target.doubt;
    let Done { out, err, status } = done.map_err(lack)?;
    if let Some(doubt) = doubt {
        return Err(not_modelled(doubt));
    }
    if !out.is_empty() && !err.is_empty() {
        // Both may go to one file, and only one after the other is held here.
        return Err(not_modelled("dates between complaints are not modelled"));
    }
    call.out = out;
    call.err.push_str(&err);
    call.status = status;
    Ok(())
}

/// The moment that a date of another tool means; `None` where it is none.
pub(crate) fn moment(kernel: &Kernel, tool: &str, zone: Option<&str>, text: &str, line: Option<u32>) -> Answer<Option<(i64, u32)>> {
    let mut target = Target { kernel, cwd: "/", stdin: b"", line, name: tool, doubt: None };
    let moment = gnu_date::read_date(text.as_bytes(), zone, &mut target).map_err(lack)?;
    Ok(moment.map(|it| (it.seconds, it.nanos)))
}

/// The moment that a stamp of `touch -t` means.
pub(crate) fn stamp(call: &Call<'_>, text: &str) -> Answer<Option<(i64, u32)>> {
    let mut target = Target { kernel: call.kernel, cwd: "/", stdin: b"", line: call.line, name: call.name, doubt: None };
    let moment = gnu_date::read_stamp(text.as_bytes(), call.env.get("TZ").map(String::as_str), &mut target).map_err(lack)?;
    Ok(moment.map(|it| (it.seconds, it.nanos)))
}

/// Writes a moment as another tool does.
pub(crate) fn written(kernel: &Kernel, tool: &str, zone: Option<&str>, format: &str, moment: (i64, u32)) -> Answer<String> {
    let mut target = Target { kernel, cwd: "/", stdin: b"", line: None, name: tool, doubt: None };
    let text = gnu_date::write(format.as_bytes(), Moment { seconds: moment.0, nanos: moment.1 }, zone, &mut target).map_err(lack)?;
    let text = text.ok_or_else(|| not_modelled("a time whose year is out of range is not modelled"))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn lack(lack: Lack) -> super::call::Trouble {
    match lack {
        Lack::Exit(said, status) => super::call::Trouble::Exit(said, status),
        Lack::Unsure(reason) => not_modelled(reason),
    }
}

/// The target as date sees it.
struct Target<'a> {
    kernel: &'a Kernel,
    cwd: &'a str,
    stdin: &'a [u8],
    line: Option<u32>,
    name: &'a str,
    /// What could not be looked at as on the target.
    doubt: Option<String>,
}

impl World for Target<'_> {
    fn clock(&mut self) -> Moment {
        let nanos = surroundings::now();
        Moment { seconds: (nanos / 1_000_000_000) as i64, nanos: (nanos % 1_000_000_000) as u32 }
    }

    fn clock_matters(&mut self) {
        ledger::assume("clock", self.name, self.line);
    }

    fn zone_data(&mut self, path: &str) -> ZoneData {
        match self.kernel.stat(path, true) {
            Ok(stat) if stat.type_ == FileType::Regular => match self.kernel.read(path) {
                Ok(data) => ZoneData::Found(data),
                Err(error) => {
                    self.doubt = Some(format!("{path}: {}", failure(error)));
                    ZoneData::Missing
                }
            },
            // A tree without date(1) itself is a part of a machine, whose base has the database.
            Err(Error::NoEntry) if [DATABASE, "/usr/bin/date", "/bin/date"].iter().all(|it| self.kernel.stat(it, true).is_err()) => ZoneData::NoDatabase,
            _ => ZoneData::Missing,
        }
    }

    fn zone_was_bundled(&mut self, name: &str) {
        ledger::assume("zone-data", &format!("{DATABASE}/{name}"), self.line);
    }

    fn modified(&mut self, name: &[u8]) -> Result<Moment, String> {
        let path = String::from_utf8_lossy(name);
        if path.is_empty() {
            return Err(failure(Error::NoEntry).to_string());
        }
        let stat = self.kernel.stat(&absolute(self.cwd, &path), true).map_err(|error| failure(error).to_string())?;
        Ok(Moment { seconds: stat.mtime_seconds, nanos: stat.mtime_nanos })
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        let path = String::from_utf8_lossy(name);
        if matches!(&*path, "-" | "/dev/stdin") {
            return Ok(self.stdin.to_vec());
        }
        if path.is_empty() {
            return Err(failure(Error::NoEntry).to_string());
        }
        let full = absolute(self.cwd, &path);
        match self.kernel.stat(&full, true).map_err(|error| failure(error).to_string())?.type_ {
            FileType::Regular => self.kernel.read(&full).map_err(|error| failure(error).to_string()),
            _ => {
                self.doubt = Some(format!("dates out of {path}, which is no regular file, are not modelled"));
                Ok(Vec::new())
            }
        }
    }
}
