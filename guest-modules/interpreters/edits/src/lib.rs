//! Edits structured files in the host's workspace: the interpreter of the language `edits`.
//!
//! A document that can't be carried out whole changes nothing, says why on standard error, and ends with 1.

use invitro_sdk::interpreter::{
    self,
    exports::invitro::remediation::interpret::{Guest, InterpretError, Outcome},
    invitro::remediation::{
        commands::Invocation,
        files::{InodeFlags, Workspace},
        types::{Error, FileType, Language, Script},
    },
};
use structured_edits::{Tree, apply};

/// Bytes of one read or write.
const PIECE: usize = 1 << 20;
/// Most bytes of a file that is edited.
const MOST: usize = 16 << 20;

struct Edits;

impl Guest for Edits {
    fn interpret(script: Script, _: Invocation, target: &Workspace) -> Result<Outcome, InterpretError> {
        interpreter::log_panics();
        if script.language != Language::Other("edits".to_owned()) {
            return Err(InterpretError::WrongLanguage);
        }
        let done = match apply(&script.text, &mut Target(target)) {
            Ok(done) => done,
            Err(why) => return Ok(Outcome { status: 1, stdout: Vec::new(), stderr: format!("the edits are refused: {why}\n").into_bytes() }),
        };
        for (path, bytes) in &done.writes {
            write(target, path, bytes).map_err(|error| InterpretError::Other(format!("{} can't be written: {error:?}", String::from_utf8_lossy(path))))?;
        }
        let told: String = done.told.iter().map(|it| format!("{it}\n")).collect();
        Ok(Outcome { status: 0, stdout: told.into_bytes(), stderr: Vec::new() })
    }
}

struct Target<'a>(&'a Workspace);

impl Tree for Target<'_> {
    fn read(&mut self, path: &[u8]) -> Result<Option<Vec<u8>>, String> {
        // An edit says what file it means: a link on the way would make it another one.
        for end in (1..path.len()).filter(|it| path[*it] == b'/') {
            if self.0.stat(&path[..end], false).is_ok_and(|it| it.type_ == FileType::Symlink) {
                return Err(format!("`{}` on the way is a link; name the path behind it", String::from_utf8_lossy(&path[..end])));
            }
        }
        let stat = match self.0.stat(path, false) {
            Ok(stat) => stat,
            Err(Error::NoEntry | Error::NotDirectory) => return Ok(None),
            Err(error) => return Err(format!("it can't be looked at ({error:?})")),
        };
        if stat.type_ != FileType::Regular {
            return Err("it is no regular file; name the file that a link leads to".to_owned());
        }
        if stat.size > MOST as u64 {
            return Err(format!("it has {} bytes; a file that is edited has at most {MOST}", stat.size));
        }
        if self.0.get_flags(path, false).is_ok_and(|it| it != InodeFlags::empty()) {
            return Err("it is marked immutable or append-only (lsattr(1))".to_owned());
        }
        let mut bytes = Vec::new();
        loop {
            let piece = self.0.read(path, bytes.len() as u64, PIECE as u32).map_err(|error| format!("it can't be read ({error:?})"))?;
            if piece.is_empty() {
                return Ok(Some(bytes));
            }
            bytes.extend(piece);
        }
    }
}

/// Writes a file anew; it keeps its mode and owner.
fn write(target: &Workspace, path: &[u8], bytes: &[u8]) -> Result<(), Error> {
    let mode = target.stat(path, false)?.mode;
    target.truncate(path, 0)?;
    bytes.chunks(PIECE).enumerate().try_for_each(|(number, piece)| target.write(path, (number * PIECE) as u64, piece))?;
    target.set_mode(path, mode, false)
}

interpreter::export!(Edits with_types_in invitro_sdk::interpreter);
