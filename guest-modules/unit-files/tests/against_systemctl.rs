//! The library against `systemctl --root` of systemd 252 in random folders: links, status, and what is printed.
//!
//! `SYSTEMCTL_CALLS=20000 cargo test -p unit-files --test against_systemctl`; without it, or without such a systemctl, it is skipped aloud.

mod support;

use std::{env, fs, process::Command};

use support::{NO_INSTALL, Root, call};

/// splitmix64: the same seed, the same cases.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((it ^ (it >> 31)) % most as u64) as usize
    }
    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
    fn often(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

const UNITS: [&str; 9] = ["a.service", "b.service", "c.service", "s.socket", "t.timer", "x.target", "m@.service", "n@.service", "odd.service"];
const TARGETS: [&str; 5] = ["multi-user.target", "x.target", "gone.target", "sockets.target", "a.service"];

fn populate(root: &Root, chance: &mut Chance) {
    for folder in ["/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system", "/run/systemd/system"] {
        fs::create_dir_all(root.0.join(&folder[1..])).unwrap();
    }
    root.put("/lib/systemd/system/multi-user.target", "[Unit]\n");
    for unit in UNITS {
        if chance.often(15) {
            continue;
        }
        let folder = chance.one(&["/lib/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system", "/etc/systemd/system", "/run/systemd/system", "/opt"]);
        if chance.often(4) {
            root.put(&format!("{folder}/{unit}"), "");
            continue;
        }
        root.put(&format!("{folder}/{unit}"), &text(chance, unit));
        if chance.often(10) {
            root.put(&format!("/etc/systemd/system/{unit}.d/more.conf"), &text(chance, unit));
        }
    }
    for _ in 0..chance.below(3) {
        // Links as packages ship them, and as people leave them.
        let at = chance.one(&["/etc/systemd/system", "/lib/systemd/system", "/etc/systemd/system/x.target.wants", "/lib/systemd/system/multi-user.target.wants"]);
        let link = chance.one(&["d.service", "a.service", "b.service", "m@1.service"]);
        let to = chance.one(&["/lib/systemd/system/a.service", "a.service", "/dev/null", "/lib/systemd/system/m@.service", "/opt/b.service"]);
        fs::create_dir_all(root.0.join(&at[1..])).unwrap();
        let _ = std::os::unix::fs::symlink(to, root.0.join(format!("{}/{link}", &at[1..])));
    }
    if chance.often(30) {
        let lines: Vec<String> = (0..3).map(|_| format!("{} {}", chance.one(&["enable", "disable"]), chance.one(&["a.*", "*.socket", "b.service", "*", "?.timer"]))).collect();
        root.put("/lib/systemd/system-preset/50-a.preset", &format!("# a\n{}\n", lines.join("\n")));
    }
}

fn text(chance: &mut Chance, unit: &str) -> String {
    let mut text = "[Unit]\nDescription=x\n[Service]\nExecStart=/bin/true\n".to_owned();
    if chance.often(80) {
        text.push_str("[Install]\n");
        for _ in 0..chance.below(3) {
            text.push_str(&format!("{}={}\n", chance.one(&["WantedBy", "WantedBy", "RequiredBy"]), chance.one(&TARGETS)));
        }
        if chance.often(20) && !unit.contains('@') {
            let kind = unit.rsplit('.').next().unwrap();
            text.push_str(&format!("Alias={}.{kind}\n", chance.one(&["alias", "other", "b"])));
        }
        if chance.often(20) {
            text.push_str(&format!("Also={}\n", chance.one(&["s.socket", "t.timer", "b.service", "a.service x.target"])));
        }
        if unit.contains('@') && chance.often(50) {
            text.push_str("DefaultInstance=one\n");
        }
        if chance.often(5) {
            text.push_str("WantedBy=\n");
        }
    }
    text
}

fn words(chance: &mut Chance) -> Vec<String> {
    let verb = chance.one(&["enable", "enable", "enable", "disable", "disable", "mask", "unmask", "reenable", "preset", "is-enabled", "is-enabled", "is-enabled", "link", "set-default", "list-unit-files", "list-unit-files"]);
    let mut words = vec![verb.to_owned()];
    if verb == "set-default" {
        words.push(chance.one(&["x.target", "multi-user.target", "gone.target"]).to_owned());
        return words;
    }
    if verb == "list-unit-files" {
        let option = chance.one(&["", "", "", "--no-legend", "--type=service", "--state=enabled", "--type=socket"]);
        let pattern = chance.one(&["", "", "a.service", "a*", "*.socket", "none.service", "b", "?.timer", "m@*"]);
        words.extend([option, pattern].iter().filter(|it| !it.is_empty()).map(|it| (*it).to_owned()));
        return words;
    }
    for _ in 0..1 + chance.below(2) {
        let unit = chance.one(&["a", "a.service", "b", "c", "s.socket", "t.timer", "x.target", "m@", "m@1", "n@two.service", "d", "alias", "none", "odd"]);
        words.push(if verb == "link" { format!("/opt/{}", unit_files::full(unit)) } else { unit.to_owned() });
    }
    if matches!(verb, "enable" | "mask") && chance.often(10) {
        words.push("--force".to_owned());
    }
    words
}

/// Lines of standard error without what hangs on the root, the order of removals (readdir's) and the long text on `[Install]`.
fn plain(text: &str, root: &str) -> String {
    let text = text.replace(root, "");
    let cut = match (text.find(NO_INSTALL), text.find("instance name specified.\n")) {
        (Some(start), Some(end)) => format!("{}{NO_INSTALL}\n{}", &text[..start], &text[end + "instance name specified.\n".len()..]),
        _ => text,
    };
    let mut lines: Vec<&str> = cut.lines().collect();
    lines.sort_by_key(|it| (!it.starts_with("Removed"), if it.starts_with("Removed") { *it } else { "" }));
    lines.join("\n")
}

#[test]
fn agrees_with_systemctl() {
    let Some(calls) = env::var("SYSTEMCTL_CALLS").ok().and_then(|it| it.parse::<usize>().ok()) else {
        eprintln!("skipped: SYSTEMCTL_CALLS is not set");
        return;
    };
    let version = Command::new("systemctl").arg("--version").output().map(|it| String::from_utf8_lossy(&it.stdout).into_owned()).unwrap_or_default();
    assert!(version.starts_with("systemd 252 "), "the comparison is with systemd 252, not {version}");
    let seed = env::var("SYSTEMCTL_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(1);
    let mut chance = Chance(seed);
    let (mut made, mut unmodelled, mut wrong) = (0, 0, Vec::new());
    let base = env::temp_dir().join(format!("unit-files-{}", std::process::id()));
    while made < calls {
        let (ours, theirs) = (Root(base.join("ours")), Root(base.join("theirs")));
        for root in [&ours, &theirs] {
            let _ = fs::remove_dir_all(&root.0);
        }
        let mut again = Chance(chance.0);
        populate(&ours, &mut chance);
        populate(&theirs, &mut again);
        for _ in 0..6 {
            let words = words(&mut chance);
            made += 1;
            let before = ours.listing();
            let Some(answer) = call(&ours, &words) else {
                unmodelled += 1;
                break;
            };
            let real = Command::new("systemctl").arg(format!("--root={}", theirs.0.display())).args(&words).env("LC_ALL", "C.UTF-8").output().unwrap();
            let shown = theirs.0.display().to_string();
            let real = (real.status.code().unwrap(), String::from_utf8_lossy(&real.stdout).into_owned(), plain(&String::from_utf8_lossy(&real.stderr), &shown));
            // Without a running systemd `disable` of what is not there ends well; over the bus it fails, as the library says.
            let real = if words[0] == "disable" && real.2.contains("does not exist") { (1, real.1, real.2) } else { real };
            let answer = (answer.0, answer.1, plain(&answer.2, &shown));
            if real != answer || ours.listing() != theirs.listing() {
                let units: String = fs::read_dir(ours.0.join("lib/systemd/system")).into_iter().chain(fs::read_dir(ours.0.join("etc/systemd/system"))).chain(fs::read_dir(ours.0.join("opt"))).flatten().flatten().filter(|it| it.path().is_file() && fs::read_link(it.path()).is_err()).map(|it| format!("--- {}\n{}", it.path().display(), fs::read_to_string(it.path()).unwrap_or_default())).collect();
                let (left, right) = (ours.listing(), theirs.listing());
                let only = |a: &str, b: &str| a.lines().filter(|it| !b.lines().any(|other| other == *it)).collect::<Vec<_>>().join("\n  ");
                wrong.push(format!("{words:?}\nbefore:\n{before}\n{units}\nours   {answer:?}\n  {}\ntheirs {real:?}\n  {}\n", only(&left, &right), only(&right, &left)));
                break;
            }
        }
    }
    let _ = fs::remove_dir_all(&base);
    eprintln!("{made} calls, {unmodelled} not modelled, {} differ", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.iter().take(30).cloned().collect::<Vec<_>>().join("\n=====\n"));
}
