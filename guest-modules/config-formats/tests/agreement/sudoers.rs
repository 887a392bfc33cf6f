//! `visudo -c`: whether a file is accepted.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use config_formats::sudoers::problems;

use crate::{
    Numbers, ask, is_update, memory, record, recorded,
    sudoers_cases::{CASES, PIECES},
};

const VISUDO: &str = "/usr/sbin/visudo";

fn word(accepted: bool) -> &'static str {
    if accepted { "accepted" } else { "refused" }
}

fn ours(text: &str) -> &'static str {
    word(problems(&memory(&[("sudoers".to_owned(), text.to_owned())]), "/t/sudoers").is_empty())
}

/// What visudo says; none where it is not there, or is of another version than the one that is modelled.
struct Real(PathBuf);

impl Real {
    fn find(name: &str) -> Option<Real> {
        let version = ask(&[VISUDO, "-V"]).map(|it| it.1).unwrap_or_default();
        if !version.contains("1.9.13") {
            println!("skipped: the comparison with visudo itself, as sudo 1.9.13 is not installed here ({})", version.lines().next().unwrap_or("no visudo"));
            return None;
        }
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("a folder can be made");
        Some(Real(folder))
    }

    fn said(&self, text: &str) -> (&'static str, String) {
        let path = self.0.join("sudoers");
        let _ = fs::remove_file(&path);
        fs::write(&path, text).expect("a file can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).expect("a mode can be set");
        let (fine, out, err) = ask(&[VISUDO, "-c", "-f", path.to_str().expect("UTF-8")]).expect("visudo starts");
        (word(fine), out + &err)
    }
}

#[test]
fn agrees_with_what_visudo_said() {
    if is_update()
        && let Some(real) = Real::find("visudo")
    {
        let all: Vec<_> = CASES.iter().map(|text| (format!("{text:?}"), format!("{}\n", real.said(text).0))).collect();
        record("sudoers_expect.txt", &all);
    }
    let recorded = recorded("sudoers_expect.txt");
    assert_eq!(recorded.len(), CASES.len(), "every case is recorded");
    let wrong: Vec<_> = CASES.iter().zip(&recorded).filter(|(text, (_, said))| ours(text) != said.trim_end()).map(|it| it.1).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn agrees_with_visudo_itself_on_random_statements() {
    let Some(real) = Real::find("visudo-random") else { return };
    let (mut numbers, mut wrong) = (Numbers(3), Vec::new());
    for number in 0..400 {
        // Half of them are good statements with one piece more or less.
        let mut pieces: Vec<&str> = match number % 4 {
            0 => vec!["root", "ALL", "=", "(ALL)", "NOPASSWD:", "/bin/ls"],
            1 => vec!["Defaults", "use_pty", ",", "logfile=/a"],
            _ => (0..numbers.below(7)).map(|_| PIECES[numbers.below(PIECES.len())]).collect(),
        };
        let at = numbers.below(pieces.len() + 1);
        if numbers.below(3) == 0 && at < pieces.len() {
            pieces.remove(at);
        } else {
            pieces.insert(at, PIECES[numbers.below(PIECES.len())]);
        }
        let text = format!("{}\n", pieces.join(" "));
        let (said, error) = real.said(&text);
        if said != ours(&text) {
            wrong.push(format!("{text:?}: visudo {said}, ours {}: {error}", ours(&text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
