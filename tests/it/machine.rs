//! What tests share: a tree laid in a scratch folder, and a run of the program on it.

use std::{fs, path::Path, process::Command};

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a readable folder").map(|it| it.expect("a readable entry")) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).expect("a file can be copied");
        }
    }
}

/// Runs the program: exit status, standard output, standard error.
pub(crate) fn run(words: &[&str]) -> (i32, String, String) {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let done = Command::new(env!("CARGO_BIN_EXE_invitro")).args(words).env("INVITRO_CACHE", cache).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (done.status.code().expect("an exit status"), text(done.stdout), text(done.stderr))
}

/// Says all names and contents below a folder: equal texts are equal folders.
pub(crate) fn digest_of(folder: &Path) -> String {
    let mut names: Vec<_> = fs::read_dir(folder).expect("a readable folder").map(|it| it.expect("an entry").path()).collect();
    names.sort();
    names.iter().map(|it| if it.is_dir() { digest_of(it) } else { format!("{}={:?};", it.display(), fs::read(it).expect("a readable file")) }).collect()
}
