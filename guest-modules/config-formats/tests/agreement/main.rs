//! What is read here agrees with the programs themselves: `sshd -T -C`, `visudo -c`, `dpkg --compare-versions`.
//!
//! What the programs said is recorded beside the cases and compared on every machine. Where a program is installed it is asked anew,
//! with random cases on top; elsewhere that is skipped aloud. `UPDATE_EXPECT=1` records.

mod sshd;
mod sshd_cases;
mod sudoers;
mod sudoers_cases;
mod versions;

use std::{fs, path::Path, process::Command};

use config_formats::{Memory, State};

/// A tree in memory below `/t`, where `@` is `/t` itself.
fn memory(files: &[(String, String)]) -> Memory {
    let state = State { mode: 0o644, uid: 0, gid: 0, is_folder: false };
    Memory(files.iter().map(|(path, text)| (format!("/t/{path}"), (text.replace("@/", "/t/"), state))).collect())
}

/// The same tree on the disk.
fn lay(root: &Path, files: &[(String, String)]) {
    let _ = fs::remove_dir_all(root);
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text.replace("@/", &format!("{}/", root.display()))).expect("a file can be written");
    }
}

/// Runs a program: success, standard output and error together.
fn ask(words: &[&str]) -> Option<(bool, String, String)> {
    let done = Command::new(words[0]).args(&words[1..]).output().ok()?;
    Some((done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned(), String::from_utf8_lossy(&done.stderr).into_owned()))
}

/// What was recorded, by the names of cases.
fn recorded(name: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement").join(name)).unwrap_or_default();
    text.split("== ").skip(1).filter_map(|it| it.split_once('\n')).map(|(name, said)| (name.to_owned(), said.to_owned())).collect()
}

fn record(name: &str, said: &[(String, String)]) {
    let text: String = said.iter().map(|(name, said)| format!("== {name}\n{said}")).collect();
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement").join(name), text).expect("a file can be written");
}

fn is_update() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}

/// A small generator of numbers, the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }
}
