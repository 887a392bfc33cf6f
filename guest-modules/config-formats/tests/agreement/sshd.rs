//! `sshd -T -C`: whether a configuration is accepted, and what holds for a connection.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use config_formats::sshd::{Connection, effective, reading};

use crate::{
    Numbers, ask, is_update, lay, memory, record, recorded,
    sshd_cases::{CASES, CONNECTIONS, LINES},
};

const SSHD: &str = "/usr/sbin/sshd";

/// Not compared: what is resolved to addresses, and what names the host key of the test.
const LEFT_OUT: [&str; 2] = ["listenaddress", "hostkey"];

type Dump = BTreeMap<String, Vec<String>>;

fn dump(text: &str) -> Dump {
    let mut all = Dump::new();
    for (key, value) in text.lines().filter_map(|it| it.split_once(' ')).filter(|it| !LEFT_OUT.contains(&it.0)) {
        all.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    all
}

/// Keywords whose values are not the usual ones.
fn differing(of: &Dump, usual: &Dump) -> String {
    let mut out = String::new();
    for (key, values) in of.iter().filter(|(key, values)| usual.get(*key) != Some(values) && !LEFT_OUT.contains(&key.as_str())) {
        values.iter().for_each(|it| writeln!(out, "{key} {it}").expect("a string takes it"));
    }
    out
}

fn usual() -> Dump {
    dump(&recorded("sshd_default.txt").first().expect("recorded").1)
}

/// A connection as `-C` has it. Groups are those of Debian's base.
fn connection(spec: &str) -> Connection {
    let mut it = Connection::default();
    for (key, value) in spec.split(',').filter_map(|it| it.split_once('=')) {
        let value = value.to_owned();
        match key {
            "user" => (it.groups, it.user) = (vec![value.clone()], Some(value)),
            "host" => it.host = Some(value),
            "addr" => it.address = Some(value),
            "laddr" => it.local_address = Some(value),
            _ => it.local_port = value.parse().ok(),
        }
    }
    it
}

/// What we say of a configuration.
fn ours(files: &[(String, String)], spec: &str, usual: &Dump) -> String {
    let read = reading(&memory(files), "/t/sshd_config").expect("a main file");
    if !read.problems.is_empty() {
        return "refused\n".to_owned();
    }
    let default = |key: &str| usual.get(key).map(|it| it.join("\n")).unwrap_or_default();
    let set = effective(&read.settings, &connection(spec), &default);
    format!("accepted\n{}", differing(&set, usual))
}

/// What sshd says of it; none where it is not there, or is another version than the one that is modelled.
struct Real {
    folder: PathBuf,
    key: String,
    usual: Dump,
}

impl Real {
    fn find(name: &str) -> Option<Real> {
        let version = ask(&[SSHD, "-V"]).map(|it| it.2).unwrap_or_default();
        if !version.contains("OpenSSH_9.2") {
            println!("skipped: the comparison with sshd itself, as OpenSSH 9.2 is not installed here ({})", version.lines().next().unwrap_or("no sshd"));
            return None;
        }
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("a folder can be made");
        let key = folder.join("key").display().to_string();
        if !folder.join("key").exists() {
            ask(&["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", &key]).expect("ssh-keygen comes with sshd");
        }
        let _ = fs::create_dir_all("/run/sshd");
        let mut real = Real { folder, key, usual: Dump::new() };
        let (said, _) = real.run(&[("sshd_config".into(), String::new())], CONNECTIONS[0]);
        real.usual = dump(&said.expect("sshd accepts an empty configuration"));
        Some(real)
    }

    fn run(&self, files: &[(String, String)], spec: &str) -> (Option<String>, String) {
        let tree = self.folder.join("tree");
        lay(&tree, files);
        let main = tree.join("sshd_config").display().to_string();
        let (fine, out, err) = ask(&[SSHD, "-T", "-f", &main, "-h", &self.key, "-C", spec]).expect("sshd starts");
        (fine.then(|| out.replace(&tree.display().to_string(), "@")), err)
    }

    fn said(&self, files: &[(String, String)], spec: &str) -> (String, String) {
        let (out, err) = self.run(files, spec);
        (out.map_or("refused\n".to_owned(), |it| format!("accepted\n{}", differing(&dump(&it), &self.usual))), err)
    }
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect()
}

#[test]
fn agrees_with_what_sshd_said() {
    if is_update()
        && let Some(real) = Real::find("sshd")
    {
        let all: Vec<_> = CASES.iter().map(|(name, spec, files)| ((*name).to_owned(), real.said(&owned(files), spec).0)).collect();
        record("sshd_expect.txt", &all);
        let usual: String = real.usual.iter().flat_map(|(key, values)| values.iter().map(move |it| format!("{key} {it}\n"))).collect();
        record("sshd_default.txt", &[("OpenSSH 9.2p1, Debian 12".into(), usual)]);
    }
    let (recorded, usual) = (recorded("sshd_expect.txt"), usual());
    assert_eq!(recorded.len(), CASES.len(), "every case is recorded");
    let mut wrong = String::new();
    for ((name, spec, files), (_, said)) in CASES.iter().zip(&recorded) {
        let ours = ours(&owned(files), spec, &usual);
        if ours != *said {
            write!(wrong, "== {name}\nsshd: {said}ours: {ours}").expect("a string takes it");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn agrees_with_sshd_itself_on_random_configurations() {
    let Some(real) = Real::find("sshd-random") else { return };
    let (mut numbers, mut wrong, usual) = (Numbers(7), String::new(), usual());
    for _ in 0..150 {
        let mut text = |most: usize| -> String {
            let lines = (0..numbers.below(most)).map(|_| LINES[numbers.below(LINES.len())]);
            lines.map(|it| format!("{it}\n")).collect()
        };
        let plain = |text: String| text.replace("Frobnicate", "Compression");
        // Most lines that no configuration has would only show that it is refused.
        let mut files =
            vec![("sshd_config".to_owned(), text(14)), ("a.conf".to_owned(), text(5)), ("b1.conf".to_owned(), text(4)), ("b2.conf".to_owned(), text(4))];
        files.iter_mut().for_each(|it| it.1 = plain(std::mem::take(&mut it.1)));
        for file in &mut files[1..] {
            file.1 = file.1.replace("Include @/b*.conf\n", "").replace("Include @/a.conf\n", "");
        }
        let spec = CONNECTIONS[numbers.below(2)];
        let (said, error) = real.said(&files, spec);
        let ours = ours(&files, spec, &usual);
        if said != ours {
            write!(wrong, "== {spec}\n{files:#?}\nsshd: {said}{error}ours: {ours}").expect("a string takes it");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
