//! Account files and commands by chance, from a seed.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, lchown, symlink},
    path::Path,
};

use super::disk::{WATCHED, is_watched};

/// A stream of numbers (splitmix64).
pub struct Chance(u64);

impl Chance {
    /// The stream of a seed.
    pub fn of(seed: u64) -> Chance {
        let mut mixed = Chance(seed);
        Chance(mixed.next() ^ seed << 32)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let it = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    fn in_ten(&mut self, times: u64) -> bool {
        self.below(10) < times
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

/// The files of a small machine: path, mode, owner, group, content.
pub struct Files(Vec<(String, u32, u32, u32, String)>);

const USERS: &[&str] = &["root", "daemon", "mail", "alice", "bob", "carol", "svc", "www-data", "games"];
const NEW: &[&str] = &["dave", "erin", "frank", "app", "a.b", "_x", "Zoe", "srv_1", "tls$"];
const GROUPS: &[&str] = &["root", "users", "mail", "sudo", "adm", "alice", "bob", "shadow", "games"];
const SHELLS: &[&str] = &["/bin/sh", "/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/bin/nosuch", "/bin", "/etc/passwd", ""];
const DAYS: &[&str] = &["0", "1", "7", "30", "45", "90", "365", "99999", "-1"];
const DATES: &[&str] = &["2030-01-01", "1999-02-28", "2024-12-30", "0", "1", "20000", "", "-1", "2099-07-15"];

/// Makes the files.
pub fn files(it: &mut Chance) -> Files {
    let (mut passwd, mut shadow, mut group, mut gshadow) = (String::from("root:x:0:0:root:/root:/bin/bash\n"), String::new(), String::from("root:x:0:\n"), String::new());
    let hash = ["*", "!", "!!", "!*", "$6$salt$hash", "!$6$salt$hash", "", "$y$j9T$a$b"];
    shadow += &format!("root:{}:19000:0:99999:7:::\n", it.one(&hash));
    gshadow += "root:*::\n";
    for (at, name) in USERS.iter().enumerate().skip(1) {
        if it.in_ten(7) {
            let system = matches!(*name, "daemon" | "mail" | "svc" | "www-data" | "games");
            let uid = if system { [1, 8, 999, 33, 5, 101, 998][it.below(7) as usize] + at as u64 * 10 } else { 1000 + it.below(6) * 3 };
            let home = if it.in_ten(8) { format!("/home/{name}") } else { "/nonexistent".to_owned() };
            let gid = if it.in_ten(6) { uid } else { it.one(&["100", "8", "0", "1000"]).parse().expect("a number") };
            passwd += &format!("{name}:x:{uid}:{gid}:{}:{home}:{}\n", it.one(&["", "Some One", "a,b,,"]), it.one(SHELLS));
            shadow += &format!("{name}:{}:{}:{}:{}:{}:{}:{}:\n", it.one(&hash), it.one(&["19000", "0", "", "15"]), it.one(&["0", "7", ""]), it.one(&["99999", "90", ""]), it.one(&["7", ""]), it.one(&["", "30"]), it.one(&["", "20000"]));
        }
    }
    let members = |it: &mut Chance| {
        let mut all: Vec<&str> = USERS.to_vec();
        all.retain(|_| it.in_ten(2));
        all.join(",")
    };
    for (at, name) in GROUPS.iter().enumerate().skip(1) {
        if it.in_ten(8) {
            let gid = match *name {
                "users" => 100,
                "mail" => 8,
                "alice" | "bob" => 1000 + it.below(5) * 3 + at as u64,
                _ => 900 + it.below(9) * 11 + at as u64 * 100 % 99,
            };
            let (list, admins) = (members(it), if it.in_ten(2) { members(it) } else { String::new() });
            if !group.contains(&format!(":{gid}:")) {
                group += &format!("{name}:x:{gid}:{list}\n");
                gshadow += &format!("{name}:{}:{admins}:{list}\n", it.one(&["!", "*", ""]));
            }
        }
    }
    if it.in_ten(1) {
        passwd.pop();
    }
    let mut defs = String::from("MAIL_DIR /var/mail\nUMASK\t\t022\n");
    defs += it.one(&["", "HOME_MODE 0700\n", "HOME_MODE\t0750\n", "UMASK 027\n"]);
    defs += it.one(&["PASS_MAX_DAYS 99999\nPASS_MIN_DAYS 0\nPASS_WARN_AGE 7\n", "PASS_MAX_DAYS\t90\nPASS_MIN_DAYS\t1\nPASS_WARN_AGE\t14\n", ""]);
    defs += it.one(&["UID_MIN 1000\nUID_MAX 60000\nGID_MIN 1000\nGID_MAX 60000\n", "UID_MIN 1000\nUID_MAX 1012\n", "SYS_UID_MIN 100\nSYS_UID_MAX 999\nSYS_GID_MIN 100\nSYS_GID_MAX 999\n", ""]);
    defs += it.one(&["USERGROUPS_ENAB yes\n", "USERGROUPS_ENAB yes\n", "USERGROUPS_ENAB no\n"]);
    defs += it.one(&["", "", "CREATE_HOME yes\n"]);
    let defaults = it.one(&["SHELL=/bin/sh\n", "GROUP=100\nHOME=/home\nINACTIVE=-1\nEXPIRE=\nSHELL=/bin/bash\nSKEL=/etc/skel\nCREATE_MAIL_SPOOL=yes\n", "# INACTIVE=-1\nSHELL=/bin/sh\nINACTIVE=30\n", "INACTIVE=35\nINACTIVE=40\nno newline"]);
    let own = |path: &str, mode: u32, gid: u32, text: String| (path.to_owned(), mode, 0, gid, text);
    let mut all = vec![
        own("etc/passwd", 0o644, 0, passwd),
        own("etc/shadow", [0o640, 0o600, 0o000, 0o666][it.below(4) as usize], [42, 0][it.below(2) as usize], shadow),
        own("etc/group", 0o644, 0, group),
        own("etc/login.defs", 0o644, 0, defs),
        own("etc/shells", 0o644, 0, "# shells\n/bin/sh\n/bin/bash\n/usr/sbin/nologin\n".to_owned()),
        own("etc/skel/.profile", 0o644, 0, "a profile\n".to_owned()),
        own("etc/skel/bin/tool", 0o755, 0, "#!/bin/sh\n".to_owned()),
    ];
    if it.in_ten(8) {
        all.push(own("etc/gshadow", 0o640, 42, gshadow));
    }
    if it.in_ten(9) {
        all.push(own("etc/default/useradd", 0o644, 0, defaults.to_owned()));
    }
    if it.in_ten(7) {
        let ranges = it.one(&["", "alice:100000:65536\n", "bob:165536:65536\nalice:100000:65536\n", "zed:400000:10\nbob:100000:1\n"]).to_owned();
        all.push(own("etc/subuid", 0o644, 0, ranges.clone()));
        all.push(own("etc/subgid", 0o644, 0, ranges));
    }
    if it.in_ten(3) {
        all.push(own("etc/passwd-", 0o600, 0, "old\n".to_owned()));
        all.push(own("etc/.pwd.lock", 0o600, 0, String::new()));
    }
    if it.in_ten(3) {
        all.push(own("var/log/lastlog", 0o664, 43, "l".repeat(292 * 1004)));
        all.push(own("var/log/faillog", 0o644, 0, "f".repeat(32 * 1004)));
    }
    for (name, uid) in [("alice", 1003), ("bob", 1006)] {
        if it.in_ten(4) {
            all.push((format!("home/{name}/file"), 0o600, uid, uid, "mine\n".to_owned()));
            all.push((format!("var/mail/{name}"), 0o660, uid, 8, String::new()));
        }
    }
    Files(all)
}

impl Files {
    /// Takes away what was there of these and lays them into a root.
    pub fn lay(&self, root: &Path) {
        for folder in ["etc", "home", "srv", "var/mail", "var/log", "etc/default", "bin", "sbin", "usr/bin", "usr/sbin"] {
            fs::create_dir_all(root.join(folder)).expect("a folder is made");
        }
        for entry in fs::read_dir(root.join("etc")).expect("it was made").flatten() {
            if entry.file_name().to_str().is_some_and(is_watched) {
                fs::remove_file(entry.path()).expect("a file");
            }
        }
        for folder in WATCHED.into_iter().chain(["etc/skel"]) {
            let _ = fs::remove_dir_all(root.join(folder));
            fs::create_dir_all(root.join(folder)).expect("a folder is made");
        }
        for (path, mode, uid, gid, text) in &self.0 {
            let place = root.join(path);
            fs::create_dir_all(place.parent().expect("it has one")).expect("a folder is made");
            if path.starts_with("home/") {
                lchown(place.parent().expect("it has one"), Some(*uid), Some(*gid)).expect("root may");
            }
            fs::write(&place, text).expect("a file is written");
            lchown(&place, Some(*uid), Some(*gid)).expect("root may");
            fs::set_permissions(&place, fs::Permissions::from_mode(*mode)).expect("root may");
        }
        fs::set_permissions(root.join("etc/skel/bin"), fs::Permissions::from_mode(0o2775)).expect("root may");
        for (target, path) in [("bin/tool", "etc/skel/short"), ("/etc/skel/.profile", "etc/skel/long"), ("../gone", "etc/skel/broken")] {
            symlink(target, root.join(path)).expect("a link is made");
        }
        // The shells of the root and of the small world are the same to a look.
        for (path, mode, gid) in [("bin/sh", 0o755, 0), ("bin/bash", 0o755, 0), ("bin/false", 0o755, 0), ("usr/sbin/nologin", 0o755, 0), ("usr/bin/chage", 0o2755, 42)] {
            if !root.join(path).exists() {
                fs::write(root.join(path), "").expect("a file is written");
                lchown(root.join(path), Some(0), Some(gid)).expect("root may");
                fs::set_permissions(root.join(path), fs::Permissions::from_mode(mode)).expect("root may");
            }
        }
    }
}

/// A command with its words and what it reads.
pub fn command(it: &mut Chance) -> (String, Vec<String>, String) {
    let mut words: Vec<String> = Vec::new();
    let user = |it: &mut Chance| if it.in_ten(8) { it.one(USERS) } else { it.one(NEW) };
    let group = |it: &mut Chance| if it.in_ten(9) { it.one(GROUPS) } else { it.one(&["nogroup9", "100", "0", "8", "tls$"]) };
    let list = |it: &mut Chance| {
        let many = it.below(3) + 1;
        (0..many).map(|_| group(it)).collect::<Vec<_>>().join(",")
    };
    let mut stdin = String::new();
    let mut put = |of: &[&str]| words.extend(of.iter().map(|it| (*it).to_owned()));
    let name = it.one(&["useradd", "useradd", "useradd", "usermod", "usermod", "usermod", "userdel", "groupadd", "groupmod", "groupdel", "gpasswd", "gpasswd", "passwd", "passwd", "chage", "chpasswd", "chsh"]);
    match name {
        "useradd" if it.in_ten(1) => {
            put(&["-D"]);
            match it.below(4) {
                0 => {}
                1 => put(&["-f", it.one(DAYS)]),
                2 => put(&["-s", it.one(SHELLS)]),
                _ => put(&["-b", it.one(&["/srv", "/home/", "rel"])]),
            }
        }
        "useradd" => {
            let system = it.in_ten(3);
            if system {
                put(&[it.one(&["-r", "--system"])]);
            }
            match it.below(5) {
                0 => put(&["-m"]),
                1 => put(&["-M"]),
                2 => put(&["--create-home", "-k", it.one(&["/etc/skel", "/etc/none"])]),
                _ => {}
            }
            match it.below(6) {
                0 => put(&["-g", group(it)]),
                1 => put(&["-N"]),
                2 => put(&["-U"]),
                _ => {}
            }
            if it.in_ten(2) {
                put(&["-G", &list(it)]);
            }
            if it.in_ten(2) {
                put(&["-u", it.one(&["1500", "0", "1", "999", "70000", "1003", "1012", "101"])]);
                if it.in_ten(3) {
                    put(&["-o"]);
                }
            }
            for (letter, of) in [("-s", SHELLS), ("-d", &["/home/here", "/srv/a/b", "/home/alice", "rel", "/srv/x/"]), ("-c", &["A B", "x,y", ""]), ("-e", DATES), ("-f", DAYS), ("-p", &["$6$a$b", "*", ""]), ("-K", &["UID_MIN=1200", "UMASK=077", "HOME_MODE=0711", "PASS_MAX_DAYS=60"]), ("-b", &["/srv", "/srv/deep/er"])] {
                if it.in_ten(1) {
                    put(&[letter, it.one(of)]);
                }
            }
            if it.in_ten(1) {
                put(&["-l"]);
            }
            if it.in_ten(1) {
                put(&["-F"]);
            }
            let name = if it.in_ten(8) { it.one(NEW) } else { it.one(&["alice", "users", "-bad", "wi th", "+x", "~y", "a23456789012345678901234567890123", "dot.", "9num"]) };
            put(&[name]);
        }
        "usermod" => {
            let many = it.below(2) + 1;
            for _ in 0..many {
                match it.below(12) {
                    0 => put(&["-L"]),
                    1 => put(&["-U"]),
                    2 => put(&["-p", it.one(&["*", "!", "$6$new$hash", ""])]),
                    3 => put(&["-aG", &list(it)]),
                    4 => put(&["-G", &list(it)]),
                    5 => put(&["-rG", &list(it)]),
                    6 => put(&["-s", it.one(SHELLS)]),
                    7 => put(&["-e", it.one(DATES)]),
                    8 => put(&["-f", it.one(DAYS)]),
                    9 => put(&["-c", it.one(&["New Name", "", "Some One"])]),
                    10 => put(&["-d", it.one(&["/srv/new", "/", "/home/alice", "/srv/x/"])]),
                    _ => put(&["-g", group(it)]),
                }
            }
            put(&[user(it)]);
        }
        "userdel" => {
            if it.in_ten(5) {
                put(&["-r"]);
            }
            if it.in_ten(2) {
                put(&["-f"]);
            }
            put(&[user(it)]);
        }
        "groupadd" => {
            match it.below(6) {
                0 => put(&["-r"]),
                1 => put(&["-f"]),
                2 => put(&["-g", it.one(&["100", "1500", "999", "0"])]),
                3 => put(&["-f", "-g", it.one(&["100", "1501"])]),
                4 => put(&["-o", "-g", "100"]),
                _ => {}
            }
            put(&[if it.in_ten(7) { it.one(NEW) } else { it.one(&["users", "-x", "a b", "sudo", "a23456789012345678901234567890123"]) }]);
        }
        "groupmod" => {
            if it.in_ten(5) {
                put(&["-n", it.one(&["newname", "users", "adm", "-x", "a b"])]);
            }
            if it.in_ten(5) {
                put(&["-g", it.one(&["100", "1700", "8", "0"])]);
                if it.in_ten(2) {
                    put(&["-o"]);
                }
            }
            put(&[group(it)]);
        }
        "groupdel" => {
            if it.in_ten(2) {
                put(&["-f"]);
            }
            put(&[group(it)]);
        }
        "gpasswd" => {
            match it.below(6) {
                0 | 1 => put(&["-a", user(it)]),
                2 => put(&["-d", user(it)]),
                3 => put(&["-M", it.one(&["", "root", "alice,bob", "root,root", "carol,daemon,root"])]),
                4 => put(&["-A", it.one(&["root", "alice", "", "root,mail"])]),
                _ => put(&[it.one(&["-r", "-R"])]),
            }
            put(&[group(it)]);
        }
        "passwd" => {
            let many = it.below(2) + 1;
            for _ in 0..many {
                match it.below(10) {
                    0 | 1 => put(&["-l"]),
                    2 | 3 => put(&["-u"]),
                    4 => put(&["-d"]),
                    5 => put(&["-e"]),
                    6 => put(&["-S"]),
                    7 => put(&["-q", "-l"]),
                    _ => put(&[it.one(&["-x", "-n", "-w", "-i"]), it.one(DAYS)]),
                }
            }
            put(&[user(it)]);
        }
        "chage" => {
            let many = it.below(3) + 1;
            for _ in 0..many {
                match it.below(4) {
                    0 => put(&["-E", it.one(DATES)]),
                    1 => put(&["-d", it.one(DATES)]),
                    2 => put(&["--maxdays", it.one(DAYS)]),
                    _ => put(&[it.one(&["-I", "-m", "-M", "-W"]), it.one(DAYS)]),
                }
            }
            put(&[user(it)]);
        }
        "chpasswd" => {
            put(&[it.one(&["-e", "--encrypted"])]);
            let many = it.below(3) + 1;
            for _ in 0..many {
                stdin += &format!("{}:{}\n", user(it), it.one(&["$6$s$h", "*", "!x"]));
            }
        }
        _ => put(&["-s", it.one(&["/bin/sh", "/bin/nosuch", "/etc/passwd", "/usr/sbin/nologin"]), user(it)]),
    }
    (name.to_owned(), words, stdin)
}
