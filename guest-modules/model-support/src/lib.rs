//! What command models share: words as text, answers, effects, and whole files.

mod machine;

pub use machine::on_machine;

use invitro_sdk::command_model::{
    exports::invitro::remediation::model::ModelError,
    invitro::remediation::{
        commands::{Completion, Invocation},
        files::Workspace,
        ledger,
        types::{Effect, EffectKind, Error, FileType, Treatment},
    },
};

/// What a model answers.
pub type Answer = Result<Completion, ModelError>;

/// One command as its model sees it.
pub struct Command<'a> {
    /// What was asked.
    pub invocation: &'a Invocation,
    /// The base name of the command.
    pub name: String,
    /// The words behind it.
    pub words: Vec<String>,
    /// Where it works.
    pub target: &'a Workspace,
}

impl<'a> Command<'a> {
    /// Reads a command; words that are no text can't be modelled.
    pub fn read(invocation: &'a Invocation, target: &'a Workspace) -> Result<Command<'a>, ModelError> {
        let texts: Result<Vec<String>, _> = invocation.argv.iter().map(|it| String::from_utf8(it.clone())).collect();
        let mut words = texts.map_err(|_| ModelError::Unmodelled("a word is not UTF-8".to_owned()))?;
        if words.is_empty() {
            return Err(ModelError::Other("a command without words".to_owned()));
        }
        let first = words.remove(0);
        let name = first.rsplit('/').next().unwrap_or_default().to_owned();
        Ok(Command { invocation, name, words, target })
    }

    /// Notes an effect.
    pub fn effect(&self, kind: EffectKind, name: &str, treatment: Treatment) {
        let argv = self.invocation.argv.clone();
        ledger::record_effect(&Effect { argv, kind, name: name.to_owned(), treatment, line: self.invocation.line });
    }

    /// Notes that an answer is ours.
    pub fn assume(&self, about: &str, name: &str) {
        ledger::assume(about, name, self.invocation.line);
    }

    /// Says that this form is not modelled.
    pub fn unmodelled<T>(&self, what: &str) -> Result<T, ModelError> {
        Err(ModelError::Unmodelled(format!("{what} of {} is not modelled", self.name)))
    }

    /// Says that something of this command is not known, which makes the run unproven; unlike [`Command::unmodelled`] the command may still answer.
    pub fn blind(&self, why: &str) {
        ledger::unmodelled(&self.invocation.argv, self.invocation.line, why);
    }

    /// Makes a path absolute.
    pub fn path(&self, word: &str) -> String {
        if word.starts_with('/') { word.to_owned() } else { format!("{}/{word}", String::from_utf8_lossy(&self.invocation.cwd).trim_end_matches('/')) }
    }

    /// Reads a whole file as text.
    pub fn text(&self, path: &str) -> Option<String> {
        tree_support::command_model::bytes(self.target, path.as_bytes(), usize::MAX).map(|it| String::from_utf8_lossy(&it).into_owned())
    }

    /// Writes a whole file: one that is there keeps its mode and owner, a new one gets `mode`.
    pub fn write(&self, path: &str, text: &str, mode: u32) -> Result<(), ModelError> {
        let done = self.target.create(path.as_bytes(), mode, false).and_then(|()| {
            text.as_bytes().chunks(1 << 20).enumerate().try_for_each(|(number, piece)| self.target.write(path.as_bytes(), (number as u64) << 20, piece))
        });
        done.map_err(|error| ModelError::Other(format!("{path} can't be written: {error:?}")))
    }

    /// Sorted names in a folder; none where there is no such folder.
    pub fn names(&self, folder: &str) -> Vec<String> {
        tree_support::command_model::names(self.target, folder)
    }

    /// Answers whether a path is there, a link itself counting.
    pub fn is_there(&self, path: &str) -> bool {
        self.target.stat(path.as_bytes(), false).is_ok()
    }

    /// Answers whether a path is a folder.
    pub fn is_folder(&self, path: &str) -> bool {
        self.target.stat(path.as_bytes(), true).is_ok_and(|it| it.type_ == FileType::Directory)
    }

    /// The target of a link.
    pub fn link(&self, path: &str) -> Option<String> {
        self.target.read_link(path.as_bytes()).ok().map(|it| String::from_utf8_lossy(&it).into_owned())
    }

    /// Makes a folder and those on the way.
    pub fn make_folder(&self, path: &str) -> Result<(), ModelError> {
        for (at, _) in path.match_indices('/').skip(1).chain([(path.len(), "")]) {
            match self.target.make_directory(&path.as_bytes()[..at], 0o755) {
                Ok(()) | Err(Error::Exists) => {}
                Err(error) => return Err(ModelError::Other(format!("{path} can't be made: {error:?}"))),
            }
        }
        Ok(())
    }
}

/// Success without a word.
pub fn done() -> Answer {
    said(0, "", "")
}

/// An answer with a status and what is printed.
pub fn said(status: u32, stdout: &str, stderr: &str) -> Answer {
    Ok(Completion { status, stdout: stdout.into(), stderr: stderr.into() })
}
