//! A plan as a commit on a new branch of a git work tree: by git's plumbing, with an index of its own. Work tree, index and HEAD stay.

use std::{
    ffi::OsStr,
    io::Write as _,
    os::unix::ffi::OsStrExt as _,
    path::Path,
    process::{Command, Stdio},
};

use super::lost::{git_mode, no_secret, to_git};
use crate::{
    apply::{Error, Plan, Planned},
    diff::FileState,
    digest::Digest,
    tree::FileType,
};

/// What a commit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Subject and body.
    pub text: String,
    /// Name and address of author and committer; without them git takes those of its configuration.
    pub author: Option<(String, String)>,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// The branch.
    pub branch: String,
    /// What it can't hold, in words.
    pub lost: Vec<String>,
}

/// A work tree, and the index that is used beside its own.
struct Git<'a> {
    tree: &'a Path,
    index: &'a Path,
}

/// Makes a branch with one commit on what HEAD is: the changes of a plan. Each path must be committed as it was tried; secrets are refused.
pub fn branch(plan: &Plan, tree: &Path, name: &str, message: &Message) -> Result<Commit, Error> {
    let scratch = tempfile::tempdir().map_err(Error::own("make a folder for the index", Path::new("/tmp")))?;
    let git = Git { tree, index: &scratch.path().join("index") };
    let refused = |what: String| Error::Place { place: tree.into(), what };
    let top = git.run(&["rev-parse", "--show-toplevel"], b"")?;
    let is_top = |it: &Path| it.canonicalize().ok().zip(tree.canonicalize().ok()).is_some_and(|(a, b)| a == b);
    if !is_top(Path::new(OsStr::from_bytes(&top))) {
        return Err(refused("it is no root of a git work tree; export a patch instead".into()));
    }
    git.run(&["check-ref-format", "--branch", name], b"").map_err(|_| refused(format!("`{name}` is no name for a branch")))?;
    let head = git.word(&["rev-parse", "--verify", "HEAD^{commit}"])?;
    git.run(&["read-tree", &head], b"")?;
    let mut entries: Vec<u8> = Vec::new();
    for it in &plan.changes {
        entries.extend(entry(&git, plan, it, &head)?.unwrap_or_default());
    }
    git.run(&["update-index", "-z", "--index-info"], &entries)?;
    let made = git.word(&["write-tree"])?;
    if made == git.word(&["rev-parse", "--verify", &format!("{head}^{{tree}}")])? {
        return Err(refused("nothing of this change can be held by git; apply it, or export a bundle or a playbook".into()));
    }
    let commit =
        String::from_utf8_lossy(&git.with_author(&["commit-tree", &made, "-p", &head], message.text.as_bytes(), message.author.as_ref())?).into_owned();
    // Only where no such branch is there.
    git.run(&["update-ref", "-m", "invitro: a tried change", &format!("refs/heads/{name}"), &commit, ""], b"")
        .map_err(|_| refused(format!("the branch `{name}` is there already; give another name")))?;
    Ok(Commit { id: commit, branch: name.into(), lost: to_git(plan) })
}

/// The line of a path for `update-index --index-info`; none where git holds nothing of it.
fn entry(git: &Git<'_>, plan: &Plan, it: &Planned, head: &str) -> Result<Option<Vec<u8>>, Error> {
    let path = it.path.strip_prefix(b"/").unwrap_or(&it.path);
    let committed = git.blob(head, path)?;
    let was = it.before.as_ref().filter(|it| git_mode(it).is_some());
    let tried = was.map(content_digest);
    if committed.as_ref().map(|it| Digest::of(it)) != tried.flatten() {
        let what = "it is not committed as it was tried; commit or undo what is there first".to_owned();
        return Err(Error::Unfit { path: it.path.clone(), what });
    }
    let zero = "0".repeat(head.len());
    let Some((is, mode)) = it.after.as_ref().and_then(|it| Some((it, git_mode(it)?))) else {
        // A removal, or a folder in a file's place.
        return Ok(was.map(|_| [format!("0 {zero}\t").as_bytes(), path, b"\0"].concat()));
    };
    let content = match is.kind {
        FileType::Symlink => is.target.clone().unwrap_or_default(),
        _ => plan.content_of(is)?,
    };
    no_secret(it, &[&content, committed.as_deref().unwrap_or_default()], "a commit")?;
    let blob = git.run(&["hash-object", "-w", "--no-filters", "--stdin"], &content)?;
    Ok(Some([format!("{mode} {} 0\t", String::from_utf8_lossy(&blob)).as_bytes(), path, b"\0"].concat()))
}

fn content_digest(state: &FileState) -> Option<Digest> {
    match state.kind {
        FileType::Symlink => state.target.as_deref().map(Digest::of),
        _ => state.sha256,
    }
}

impl Git<'_> {
    fn run(&self, words: &[&str], input: &[u8]) -> Result<Vec<u8>, Error> {
        self.with_author(words, input, None)
    }

    fn word(&self, words: &[&str]) -> Result<String, Error> {
        Ok(String::from_utf8_lossy(&self.run(words, b"")?).into_owned())
    }

    /// What is committed at a path; none where nothing is.
    fn blob(&self, head: &str, path: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let listed = self.raw(&[b"ls-tree", b"-z", head.as_bytes(), b"--", path], b"", None)?;
        let Some(oid) = listed.split(|it| *it == b'\t').next().and_then(|it| it.split(|it| *it == b' ').nth(2)) else { return Ok(None) };
        let is_blob = listed.split(|it| *it == b' ').nth(1) == Some(b"blob");
        if is_blob { self.raw(&[b"cat-file", b"blob", oid], b"", None).map(Some) } else { Ok(None) }
    }

    fn with_author(&self, words: &[&str], input: &[u8], author: Option<&(String, String)>) -> Result<Vec<u8>, Error> {
        let words: Vec<&[u8]> = words.iter().map(|it| it.as_bytes()).collect();
        let out = self.raw(&words, input, author)?;
        Ok(out.strip_suffix(b"\n").map(<[u8]>::to_vec).unwrap_or(out))
    }

    fn raw(&self, words: &[&[u8]], input: &[u8], author: Option<&(String, String)>) -> Result<Vec<u8>, Error> {
        let fail = |what: String| Error::Place { place: self.tree.into(), what };
        let mut command = Command::new("git");
        // Nothing that the repository's configuration names is run, and pathspecs are names.
        command.args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--literal-pathspecs", "-C"]);
        command.arg(self.tree).args(words.iter().map(|it| OsStr::from_bytes(it)));
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE"] {
            command.env_remove(name);
        }
        command.env("GIT_INDEX_FILE", self.index).env("LC_ALL", "C.UTF-8");
        if let Some((name, address)) = author {
            for who in ["AUTHOR", "COMMITTER"] {
                command.env(format!("GIT_{who}_NAME"), name).env(format!("GIT_{who}_EMAIL"), address);
            }
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| fail(format!("git could not be run: {error}; install it, or export a patch")))?;
        if let Some(mut to) = child.stdin.take() {
            // Git may end before it has read all; its status tells.
            let _ = to.write_all(input);
        }
        let done = child.wait_with_output().map_err(|error| fail(format!("git could not be waited for: {error}")))?;
        if done.status.success() {
            return Ok(done.stdout);
        }
        let name = String::from_utf8_lossy(words.first().copied().unwrap_or_default()).into_owned();
        Err(fail(format!("git {name} failed: {}", String::from_utf8_lossy(&done.stderr).trim())))
    }
}
