//! Calls by chance: a seed gives the same calls each time.

use super::Call;

/// A small generator (xorshift64*).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize) % below.max(1)
    }

    pub fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.next(of.len())]
    }

    pub fn some(&mut self, most: usize, of: &[&str]) -> Vec<String> {
        (0..self.next(most + 1)).map(|_| self.pick(of).to_owned()).collect()
    }
}

fn call(words: Vec<String>) -> Call {
    Call { words, stdin: Vec::new() }
}

const RPM_NAMES: &[&str] = &[
    "audit", "audit-libs", "openssl", "kernel-core", "kernel", "glibc", "nope", "tzdata", "firewalld", "empty-meta-package", "empty-meta", "audit-3.0.7", "audit-3.0.7-104.el9",
    "audit-3.0.7-104.el9.x86_64", "audit.x86_64", "audit.noarch", "audit-3.0.7.x86_64", "kernel-core-5.14.0", "kernel-core-5.14.0.1-427.13.1.el9", "kernel-core.x86_64", "tzdata.noarch",
    "-", "audit-", "audit-libs-3.0.8", "Audit", "audi", "", ".x86_64", "audit-libs-3.0.7-104.el9-1", "pam-1.5.1-15.el9.x86_64", "libaudit",
];
const RPM_FILES: &[&str] = &[
    "/etc/audit.conf", "/etc/audit.d", "/etc/audit.d/own.conf", "/usr/bin/audit", "/bin/audit", "/usr/bin/pam-link", "/bin/pam-link", "/etc/passwd", "/nope", "/var/log/audit.log", "/etc//audit.conf", "/etc/./pam.conf",
    "/nope/audit.conf", "audit.conf", "/usr/share/doc/glibc/README", "/usr/share/doc/pam/README", "/etc/kernel-core.conf", "/tmp", "/opt/laid/file", "/sbin/pam", "/lib/../etc/pam.conf",
];
const RPM_FORMATS: &[&str] = &[
    "%{NAME}\\n", "%{name}-%{version}\\n", "%{N} %{V} %{R} %{E}\\n", "%{EPOCH}|", "%{EPOCHNUM}|%{EVR}\\n", "%{NEVRA}\\n", "%{NVRA} %{NEVR} %{NVR}\\n", "[%{FILENAMES}\\n]", "[%{FILEMODES:octal} %{FILENAMES}\\n]",
    "[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILESIZES}\\n]", "[%{=NAME} %{BASENAMES} %{DIRINDEXES}\\n]", "%-20{NAME}|\\n", "%20{NAME}|\\n", "%3{NAME}|", "%{SUMMARY}\\t%{LICENSE}\\n", "%{DESCRIPTION}\\n",
    "%{VENDOR} %{PACKAGER} %{GROUP} %{URL} %{OS} %{ARCH}\\n", "%|EPOCH?{%{EPOCH}:}|%{NAME}\\n", "%|EPOCH?{e%{EPOCH}}:{none}|\\n", "%{SOURCERPM}\\n", "%{INSTALLTIME} %{BUILDTIME} %{SIZE}\\n", "[%{FILEFLAGS:fflags} %{FILENAMES}\\n]",
    "%{FILENAMES}\\n", "%%{NAME}\\n", "a\\tb\\\\c\\q", "%{SIZE:octal} %{SIZE:hex}\\n", "[%{REQUIRENAME}\\n]", "[%{PROVIDENAME} ]\\n", "%{RPMTAG_NAME}\\n", "[%{FILEDIGESTS} %{FILELINKTOS}\\n]", "%{BUILDHOST} %{RPMVERSION}\\n",
    "[%{NAME} %{FILENAMES}\\n]", "%{NAME", "}", "]", "%{FOO}\\n", "[%{FILENAMES}", "%{DISTRIBUTION}\\n", "%-0{NAME}", "%{EPOCH:octal}\\n", "[%{DIRNAMES}\\n]", "%5{EPOCH}|%-9{SIZE}|\\n",
];

/// A question to rpm.
pub fn rpm(of: &mut Chance) -> Call {
    let mut words = vec!["rpm".to_owned()];
    words.extend(of.some(1, &["--quiet", "--nosignature"]));
    match of.next(10) {
        0 => {
            words.push(of.pick(&["-qa", "-q -a", "--query --all", "-aq"]).to_owned());
            words.extend(of.some(2, &["audit", "*", "a*", "kernel-core", "*-libs", "[a-k]*", "nope", "tzdata-2024a-1.el9.noarch", "t?data", "*x86_64", "audit-3.0.7"]));
        }
        1 | 2 => {
            words.push(of.pick(&["-qf", "-q --file", "-q -f"]).to_owned());
            words.push(of.pick(RPM_FILES).to_owned());
            words.extend(of.some(1, RPM_FILES));
        }
        3 => {
            words.push(of.pick(&["-ql", "-qc", "-qd", "-qlc", "-qs", "-qcd", "-q --list", "-q --configfiles", "-q --docfiles", "-qla", "-qfl", "-qlf"]).to_owned());
            words.extend(of.some(2, RPM_NAMES));
            words.extend(of.some(1, RPM_FILES));
        }
        4 => {
            words.push("-q --whatprovides".to_owned());
            words.push(of.pick(&["libaudit", "kernel", "audit", "nope", "config(audit)", "glibc"]).to_owned());
        }
        _ => {
            words.push(of.pick(&["-q", "--query"]).to_owned());
            words.extend(of.some(3, RPM_NAMES));
        }
    }
    let mut words: Vec<String> = words.iter().flat_map(|it| if it.starts_with('-') { it.split(' ').map(str::to_owned).collect() } else { vec![it.clone()] }).collect();
    if of.next(3) == 0 {
        words.push(of.pick(&["--qf", "--queryformat"]).to_owned());
        words.push(format!("{}{}", of.pick(RPM_FORMATS), if of.next(3) == 0 { of.pick(RPM_FORMATS) } else { "" }));
    }
    if of.next(12) == 0 {
        words.push("--quiet".to_owned());
    }
    call(words)
}

const NAMES: &[&str] = &[
    "acl", "auditd", "base-files", "dpkg", "held-one", "gone-conf", "half-conf", "libacl1", "libacl1:amd64", "libacl1:i386", "libc6", "libc6:amd64", "libc6:i386", "openssh-server",
    "openssh-server-with-an-exceptionally-long-name-of-a-package", "purge-me", "reinst", "wine32", "wine32:i386", "zlib1g-dev", "nope", "awk", "mawk", "gawk", "debconf", "acl:all", "held-one:all", "held-one:amd64", "Acl",
    "a", "tar", "ssh-server", "acl:any", "acl:",
];
const PATTERNS: &[&str] = &["*", "a*", "*c*", "lib*", "openssh-server*", "?cl", "[a-d]*", "*:i386", "z*", "nope*", "*-conf", "[!a-z]*", "lib*:amd64", "g*"];
const FORMATS: &[&str] = &[
    "${Package}\\n", "${binary:Package}\\t${Version}\\n", "${Status}\\n", "${db:Status-Status}\\n", "${db:Status-Abbrev}|", "${db:Status-Want} ${db:Status-Eflag}\\n", "${Package;-30}|${Version;20}|\\n", "${Package;3}|",
    "${Version;-3}|\\n", "${Depends}\\n", "${Conffiles}\\n", "${Description}\\n", "${binary:Summary}\\n", "${source:Package} ${source:Version} ${source:Upstream-Version}\\n", "${Essential} ${Multi-Arch} ${Protected}\\n",
    "${Maintainer}\\n", "${Maintainer;40}|\\n", "${Installed-Size}\\n", "${Architecture} ${Priority} ${Section}\\n", "${X-Own} ${x-own} ${status} ${PACKAGE}\\n", "${Homepage}\\n", "${foo}|", "a\\tb\\rc\\qd\\\\\\n", "${Package",
    "$Package {x}\\n", "${Source}\\n", "${Config-Version}\\n", "${Provides}${Replaces}${Pre-Depends}${Recommends}${Suggests}${Breaks}${Conflicts}${Enhances}\\n", "${db-fsys:Files}", "${Origin}${Bugs}\\n", "${Version}", "${binary:Synopsis}\\n", "$", "%s\\n",
    "${Triggers-Pending}", "${}", "${Package;}", "${Package;x}", "ok installed\\n",
];
const FILES: &[&str] = &["/etc/acl.conf", "/etc", "/usr/bin/auditd", "/usr/bin/libc6:amd64", "/nope", "/etc/wine32.conf", "/etc/libc6.conf", "/usr/bin/wine32/", "/.", "/etc/dpkg.conf", "/usr/bin/held-one", "/bin/acl", "etc/acl.conf", "*acl*"];

/// A question to dpkg or dpkg-query.
pub fn dpkg(of: &mut Chance) -> Call {
    let tool = of.pick(&["dpkg", "dpkg-query", "dpkg-query"]);
    let mut words = vec![tool.to_owned()];
    let either = |of: &mut Chance| if of.next(4) == 0 { of.pick(PATTERNS).to_owned() } else { of.pick(NAMES).to_owned() };
    match of.next(10) {
        0..4 if tool == "dpkg-query" => {
            let format = format!("{}{}", of.pick(FORMATS), if of.next(2) == 0 { of.pick(FORMATS) } else { "" });
            match of.next(7) {
                0 => words.extend(["-W".into(), format!("-f={format}")]),
                1 => words.extend(["-W".into(), "-f".into(), format]),
                2 => words.extend([format!("--showformat={format}"), "--show".into()]),
                3 => words.extend(["-f".into(), format, "-W".into()]),
                4 => words.extend(["-Wf".into(), format]),
                5 => words.extend([format!("-Wf{format}")]),
                _ => words.push("-W".into()),
            }
            for _ in 0..of.next(4) {
                words.push(either(of));
            }
        }
        0..4 if of.next(2) == 0 => {
            let versions = ["1.0", "1:1.0", "1.0-1", "1.0~rc1", "1.0+b1", "2", "", "1.0-1~deb12u1", "1.10", "1.9", "0:1.0", "1.0.0", "a", "1.0-", "1.0a", "1.0-1+deb12u1"];
            words.push("--compare-versions".into());
            words.push(of.pick(&versions).into());
            words.push(of.pick(&["lt", "le", "eq", "ne", "ge", "gt", "<<", "<=", "=", ">=", ">>", "<", ">", "lt-nl", "le-nl", "ge-nl", "gt-nl"]).into());
            words.push(of.pick(&versions).into());
        }
        4 | 5 => {
            words.push(of.pick(&["-l", "--list"]).into());
            for _ in 0..of.next(3) {
                words.push(either(of));
            }
        }
        6 => {
            words.push(of.pick(&["-S", "--search"]).into());
            words.push(of.pick(FILES).into());
            words.extend(of.some(1, FILES));
        }
        7 => words.push(of.pick(&["--print-architecture", "--print-foreign-architectures"]).into()),
        other => {
            words.push(of.pick(&["-s", "--status", "-L", "--listfiles"]).into());
            words.push(of.pick(NAMES).into());
            words.extend(of.some(1 + other % 2, NAMES));
        }
    }
    call(words)
}

/// A change of Debian's databases.
pub fn change(of: &mut Chance) -> Call {
    let paths = ["/opt/laid/file", "/opt/laid/g", "/opt/laid/d", "/opt/laid/nope", "/opt/laid/other", "/etc/acl.conf", "/opt/laid/d.distrib", "/usr/bin/gone", "/opt/laid/new", "/opt/laid/a-longer-name"];
    let mut words = Vec::new();
    let mut stdin = String::new();
    match of.next(7) {
        6 if of.next(5) == 0 => words.extend(["debconf-show".into(), of.pick(&["auditd", "zed", "nope", "libpam-runtime"]).into()]),
        6 => {
            words.push("debconf-set-selections".to_owned());
            words.extend(of.some(1, &["-u", "-c", "--unseen", "--checkonly"]));
            for _ in 0..=of.next(3) {
                let line = [
                    of.pick(&["auditd", "postfix", "libpam-runtime", "d-i"]), of.pick(&[" ", "\t", "  "]), of.pick(&["auditd/question", "postfix/mode", "libpam-runtime/profiles", "zed/title", "aa/first", "postfix/secret"]), " ",
                    of.pick(&["boolean", "string", "multiselect", "select", "password", "title", "note"]), of.pick(&["", " ", " true", " a b", "  spaced ", " unix, sss"]), "\n",
                ];
                stdin.push_str(&line.concat());
                if of.next(4) == 0 {
                    stdin.push_str(of.pick(&["\n", "# a comment\n", "bad\n", " # c\n", "two words\n"]));
                }
            }
        }
        4 | 5 => {
            words.push("update-alternatives".to_owned());
            words.extend(of.some(1, &["--quiet"]));
            let names = ["thing", "plain", "thing", "plain", "nothing", "fresh"];
            let choices = ["/opt/laid/one", "/opt/laid/two", "/opt/laid/three", "/opt/laid/four", "/opt/laid/missing"];
            match of.next(8) {
                0 => words.extend(["--set".into(), of.pick(&names).into(), of.pick(&choices).into()]),
                1 => words.extend(["--auto".into(), of.pick(&names).into()]),
                2 => words.extend(["--remove".into(), of.pick(&names).into(), of.pick(&choices).into()]),
                3 => words.extend([of.pick(&["--display", "--query", "--list"]).into(), of.pick(&names).into()]),
                4 => words.push("--get-selections".into()),
                _ => {
                    let name = of.pick(&names);
                    words.extend(["--install".into(), format!("/opt/laid/bin/{name}"), name.into(), of.pick(&choices).into(), of.pick(&["1", "10", "15", "20", "50", "100", "-7"]).into()]);
                    if of.next(2) == 0 {
                        words.extend(["--slave".into(), format!("/opt/laid/bin/{name}.1"), format!("{name}.1"), of.pick(&["/opt/laid/one.1", "/opt/laid/two.1", "/opt/laid/three.1"]).into()]);
                    }
                    if of.next(4) == 0 {
                        words.extend(["--slave".into(), format!("/opt/laid/bin/{name}-a"), format!("{name}-a"), "/opt/laid/three.1".into()]);
                    }
                }
            }
        }
        0 => {
            words.push("dpkg-statoverride".to_owned());
            words.extend(of.some(1, &["--quiet", "--update", "--force-all", "--force"]));
            match of.next(4) {
                0 => {
                    words.push("--list".into());
                    words.extend(of.some(1, &["*", "/opt/*", "/opt/laid/nope", "/nope", "*file", "/opt/laid/[n-o]*"]));
                }
                1 => words.extend(["--remove".into(), of.pick(&paths).into()]),
                _ => {
                    words.push("--add".into());
                    words.extend([of.pick(&["root", "daemon", "games", "nobodyx"]).into(), of.pick(&["root", "daemon", "adm", "nox"]).into(), of.pick(&["0644", "600", "4755", "02755", "0", "1777", "9", "17777"]).into(), of.pick(&paths).into()]);
                }
            }
        }
        1 => {
            words.push("dpkg-divert".to_owned());
            words.extend(of.some(1, &["--quiet", "--local"]));
            words.extend(of.some(2, &["--rename", "--no-rename"]));
            match of.next(6) {
                0 => {
                    words.push("--list".into());
                    words.extend(of.some(1, &["*", "/opt/*", "acl", "/usr/bin/gone*", "/nope", "*distrib"]));
                }
                1 => words.extend([of.pick(&["--truename", "--listpackage"]).into(), of.pick(&paths).into()]),
                2 => {
                    words.extend(of.some(1, &["--package=acl", "--divert=/opt/laid/d.distrib"]));
                    words.extend(["--remove".into(), of.pick(&paths).into()]);
                }
                other => {
                    if of.next(3) == 0 {
                        words.extend(["--divert".into(), of.pick(&["/opt/laid/to", "/opt/laid/g", "/opt/laid/d", "/opt/laid/g.mine"]).into()]);
                    }
                    words.extend(of.some(1, &["--package=acl", "--package=auditd"]));
                    if other > 3 {
                        words.push("--add".into());
                    }
                    words.push(of.pick(&paths).into());
                }
            }
        }
        2 => {
            words.extend(["dpkg".into(), of.pick(&["--get-selections", "--set-selections"]).into()]);
            if words[1] == "--get-selections" {
                words.extend(of.some(2, NAMES));
                words.extend(of.some(1, PATTERNS));
            } else {
                for _ in 0..=of.next(3) {
                    let space = of.pick(&[" ", "\t", "\t\t", "  "]);
                    stdin.push_str(&format!("{}{space}{}\n", of.pick(NAMES), of.pick(&["install", "hold", "deinstall", "purge"])));
                    if of.next(4) == 0 {
                        stdin.push_str(of.pick(&["\n", "# a comment\n", "  \n"]));
                    }
                }
            }
        }
        _ => {
            words.extend(["apt-mark".into(), of.pick(&["hold", "hold", "unhold", "showhold"]).into()]);
            if words[1] != "showhold" {
                words.extend(of.some(3, NAMES));
            }
        }
    }
    Call { words, stdin: stdin.into_bytes() }
}

/// A call of a kind.
pub fn call_of(kind: &str, of: &mut Chance) -> Call {
    match kind {
        "rpm" => rpm(of),
        "dpkg" => dpkg(of),
        "change" => change(of),
        other => panic!("no kind: {other}"),
    }
}
