//! tar(1) as GNU tar 1.34 carries it out for root, over bytes: archives are written byte for byte, listed and unpacked; what is not
//! done truly is said instead. Files are reached through [`Files`], so that the host's rules of modes, owners and links hold.
//!
//! Sources: `info tar`; POSIX.1-2017, XCU pax (the formats ustar and pax); and the answers of GNU tar 1.34 itself, which the tests
//! are compared with.

mod archive;
mod create;
mod date;
mod delayed;
mod extract;
mod files;
mod glob;
mod header;
mod list;
mod mode;
mod names;
mod number;
mod options;
mod pax;
mod read;
mod select;
mod sparse;
mod talk;
mod words;

pub use files::{Errno, Files, Kind, Stat};

use options::Deed;
use talk::{Stop, Talk};

/// What a run printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
    /// Exit status.
    pub status: i32,
}

/// The surroundings of a run.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The working directory.
    pub cwd: &'a [u8],
    /// The locale has UTF-8.
    pub utf8: bool,
}

/// Carries out a call of tar with the words behind its name. The error says what is not modelled.
pub fn run(words: &[Vec<u8>], surroundings: Surroundings<'_>, files: &mut impl Files) -> Result<Done, String> {
    let mut talk = Talk::new("tar", surroundings.utf8);
    let went = options::read(words, surroundings.cwd, files, &mut talk).and_then(|options| match options.deed {
        Deed::List | Deed::Extract => read::read(&options, surroundings.cwd, files, &mut talk),
        Deed::Create | Deed::Append | Deed::Update => create::write(&options, surroundings.cwd, files, &mut talk),
    });
    match went {
        Err(Stop::Unmodelled(reason)) => return Err(reason),
        Err(Stop::Exit(status)) => talk.status = status,
        Err(Stop::Fatal) => {
            talk.warn("Error is not recoverable: exiting now");
            talk.status = 2;
        }
        Ok(()) if talk.status == 2 => talk.warn("Exiting with failure status due to previous errors"),
        Ok(()) => {}
    }
    if talk.doubtful {
        return Err("a name with a letter of which it is not known here whether tar would print it".to_owned());
    }
    Ok(Done { out: talk.out, err: talk.err, status: talk.status })
}
