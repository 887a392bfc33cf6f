//! date(1) as GNU coreutils 9.1 carries it out with glibc 2.36: the dates that people write, the formats, and zones.
//! Clock and files are reached through [`World`], so that what hangs on the clock can be told apart from what does not.
//!
//! Sources: the coreutils manual ("date invocation", "Date input formats"); POSIX.1-2017 (XBD 8.3, XCU date and touch); RFC 9636
//! (TZif); and the answers of GNU date itself, which the tests are compared with.

mod civil;
mod format;
mod interpret;
mod lex;
mod mktime;
mod options;
mod parse;
mod quote;
mod run;
mod stamp;
mod words;
mod zone;
mod zone_file;

pub use civil::Moment;
pub use quote::Locale;
pub use run::run;
pub use zone::Zone;

/// Why a call ends before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The words are wrong: what is said, whole, and the status.
    Exit(String, i32),
    /// It can't be carried out truly here, and why.
    Unsure(String),
}

/// What a look for a zone's data found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneData {
    /// The file.
    Found(Vec<u8>),
    /// There is a database, and this is not in it.
    Missing,
    /// There is no database at all.
    NoDatabase,
}

/// The surroundings of a call. Errors are the words of strerror(3).
pub trait World {
    /// What the clock shows.
    fn clock(&mut self) -> Moment;
    /// The answer hangs on the clock: it is called at least once in a call where it does.
    fn clock_matters(&mut self);
    /// Reads zone data by its absolute path.
    fn zone_data(&mut self, path: &str) -> ZoneData;
    /// A zone was taken from the data that comes with this library.
    fn zone_was_bundled(&mut self, name: &str);
    /// When a file was last changed, links followed.
    fn modified(&mut self, name: &[u8]) -> Result<Moment, String>;
    /// Reads a file, whole; `-` is standard input.
    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String>;
}

/// What a call finds in its environment.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// `TZ`.
    pub zone: Option<String>,
    /// How messages are quoted.
    pub locale: Locale,
    /// Whether `POSIXLY_CORRECT` is set: options end at the first operand.
    pub options_first: bool,
}

/// What a call printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: String,
    /// Exit status.
    pub status: i32,
}

/// Reads a date as `date -d` and `touch -d` do. `Ok(None)`: it is no date.
///
/// # Errors
/// When the zone can't be known here.
pub fn read_date(text: &[u8], zone: Option<&str>, world: &mut dyn World) -> Result<Option<Moment>, Trouble> {
    let local = Zone::load(zone, world)?;
    interpret::moment(text, &local, &mktime::Guess::default(), world)
}

/// Reads a stamp of POSIX touch, `[[CC]YY]MMDDhhmm[.ss]`. `None`: it is none.
///
/// # Errors
/// When the zone can't be known here.
pub fn read_stamp(text: &[u8], zone: Option<&str>, world: &mut dyn World) -> Result<Option<Moment>, Trouble> {
    let local = Zone::load(zone, world)?;
    Ok(stamp::touch(text, &local, world))
}

/// Writes a moment with a format of date(1), without a new line. `None`: its year is out of range.
///
/// # Errors
/// When the zone or a part of the format can't be known here.
pub fn write(format: &[u8], moment: Moment, zone: Option<&str>, world: &mut dyn World) -> Result<Option<Vec<u8>>, Trouble> {
    let local = Zone::load(zone, world)?;
    match local.broken_down(moment.seconds) {
        Some(tm) => format::write(format, &tm, moment).map(Some),
        None => Ok(None),
    }
}
