//! Where a secret comes from: the environment, a file, or a command. Never from the settings themselves.

use std::{
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::secret::Secret;

/// No credential is longer.
const LONGEST: u64 = 64 * 1024;

/// How long a command may take to hand out a secret.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where a secret comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A variable of the environment.
    Env(String),
    /// A file that nobody but its owner may read.
    File {
        /// The file.
        path: PathBuf,
        /// The operator says that others may read it (secrets that a container's host mounts).
        shared: bool,
    },
    /// What a program prints, called without a shell.
    Command(Vec<String>),
}

/// A secret that can't be had. Names where it should come from, never what is there.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set.
    #[error("the environment has no {0}; export it for the process that delivers")]
    NoVariable(String),
    /// The file can't be read.
    #[error("the secret file {} can't be read: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// Others may read the file.
    #[error("others may read the secret file {}; `chmod 600` it, or say `shared = true` where the system mounts it so", .0.display())]
    Open(PathBuf),
    /// The command failed.
    #[error("the secret command `{program}` {reason}")]
    Command {
        /// The program.
        program: String,
        /// What happened.
        reason: String,
    },
    /// There is nothing in it.
    #[error("the secret from {0} is empty")]
    Empty(String),
}

/// Reads a variable of the environment; only `config` really does.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Source {
    /// Gets the secret.
    pub fn resolve(&self, environment: Environment<'_>) -> Result<Secret, SecretError> {
        let value = match self {
            Source::Env(name) => environment(name).ok_or_else(|| SecretError::NoVariable(name.clone()))?,
            Source::File { path, shared } => file(path, *shared)?,
            Source::Command(words) => command(words)?,
        };
        if value.trim().is_empty() { Err(SecretError::Empty(self.name())) } else { Ok(Secret::new(&value)) }
    }

    /// Returns what people call it.
    pub fn name(&self) -> String {
        match self {
            Source::Env(name) => format!("the variable {name}"),
            Source::File { path, .. } => format!("the file {}", path.display()),
            Source::Command(words) => format!("the command {}", words.first().map_or("", String::as_str)),
        }
    }
}

/// Answers whether anybody but the owner may read or write a file, links followed.
pub(super) fn is_open(path: &Path) -> std::io::Result<bool> {
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

fn file(path: &Path, shared: bool) -> Result<String, SecretError> {
    let wrong = |error: std::io::Error| SecretError::File { path: path.into(), reason: error.to_string() };
    // The file that is looked at is the one that is read: both by the same descriptor.
    let file = std::fs::File::open(path).map_err(wrong)?;
    let mode = file.metadata().map_err(wrong)?.permissions().mode();
    if mode & 0o077 != 0 && !shared {
        return Err(SecretError::Open(path.into()));
    }
    text(file).map_err(|reason| SecretError::File { path: path.into(), reason })
}

fn text(from: impl std::io::Read) -> Result<String, String> {
    let mut bytes = Vec::new();
    from.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LONGEST {
        return Err("it is longer than any credential (64 KiB)".into());
    }
    String::from_utf8(bytes).map_err(|_| "it is no UTF-8".into())
}

fn command(words: &[String]) -> Result<String, SecretError> {
    let (program, arguments) = words.split_first().ok_or_else(|| SecretError::Empty("an empty command".into()))?;
    let wrong = |reason: String| SecretError::Command { program: program.clone(), reason };
    // What it says on its standard error may be the secret too: it is shown to nobody.
    let started = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = started.map_err(|error| wrong(format!("could not be started: {error}")))?;
    let output = child.stdout.take();
    let reader = std::thread::spawn(move || output.map_or_else(|| Ok(String::new()), text));
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(wrong(format!("did not end within {} s", PATIENCE.as_secs())));
            }
            Err(error) => return Err(wrong(error.to_string())),
        }
    };
    if !status.success() {
        return Err(wrong(format!("ended with {status}; run it by hand to see why")));
    }
    reader.join().map_err(|_| wrong("could not be read".into()))?.map_err(wrong)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::{SecretError, Source};

    fn check(source: &Source) -> Result<String, String> {
        let environment = |name: &str| (name == "TOKEN").then(|| "from-env\n".to_owned());
        source.resolve(&environment).map(|it| it.expose().to_owned()).map_err(|it| it.to_string())
    }

    #[test]
    fn each_source_gives_its_secret_or_says_why_not() {
        assert_eq!(check(&Source::Env("TOKEN".into())), Ok("from-env".into()));
        assert_eq!(check(&Source::Env("NONE".into())), Err("the environment has no NONE; export it for the process that delivers".into()));
        let command = |words: &[&str]| Source::Command(words.iter().map(|it| (*it).to_owned()).collect());
        assert_eq!(check(&command(&["printf", "from-command"])), Ok("from-command".into()));
        assert_eq!(check(&command(&["true"])), Err("the secret from the command true is empty".into()));
        assert_eq!(check(&command(&["false"])), Err("the secret command `false` ended with exit status: 1; run it by hand to see why".into()));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        std::fs::write(&path, "from-file\n").expect("written");
        let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
        let source = |shared| Source::File { path: path.clone(), shared };
        mode(0o640);
        assert_eq!(source(false).resolve(&|_| None).expect_err("open"), SecretError::Open(path.clone()));
        assert_eq!(check(&source(true)), Ok("from-file".into()));
        mode(0o600);
        assert_eq!(check(&source(false)), Ok("from-file".into()));
    }
}
