//! The tree of every case: databases that were made for it.

use super::Memory;

/// Made by rpm 4.18.0 out of packages that were made for this: `rpmbuild -bb`, `rpm -i --justdb`, and one taken away again.
const RPM: &[u8] = include_bytes!("../recorded/rpmdb.sqlite.gz");

/// Written for this, in the form that dpkg writes.
const STATUS: &[u8] = include_bytes!("../recorded/status");

/// Answers, in the form that debconf writes.
const CONFIG: &[u8] = b"Name: auditd/question\nTemplate: auditd/question\nValue: false\nOwners: auditd\nFlags: seen\n\nName: libpam-runtime/profiles\nTemplate: libpam-runtime/profiles\nValue: unix\nOwners: libpam-runtime\nVariables:\n profile_names = Unix authentication\n profiles = unix\n\nName: zed/title\nTemplate: zed/title\nOwners: zed\n\n";

/// Their questions.
const TEMPLATES: &[u8] = b"Name: auditd/question\nDefault: true\nDescription: Do it?\nExtended_description: Long\nType: boolean\nOwners: auditd/question\n\nName: libpam-runtime/profiles\nDescription: Profiles\nType: multiselect\nOwners: libpam-runtime/profiles\n\nName: zed/title\nDescription: T\nType: title\nOwners: zed/title\n\n";

/// The same packages in a hash of Berkeley DB 5.3, made with its `db5.3_load`.
const BERKELEY: &[u8] = include_bytes!("../recorded/Packages.gz");

/// The tree with rpm's database of before.
pub fn laid_berkeley() -> Memory {
    let mut memory = laid();
    memory.nodes.borrow_mut().remove("/var/lib/rpm/rpmdb.sqlite");
    memory.lay_file("/var/lib/rpm/Packages", 0o644, &gnu_gzip::unpack(BERKELEY).expect("a whole archive").bytes);
    memory
}

pub fn laid() -> Memory {
    let mut memory = Memory::default();
    let rpm = gnu_gzip::unpack(RPM).expect("a whole archive").bytes;
    memory.lay_file("/var/lib/rpm/rpmdb.sqlite", 0o644, &rpm);
    for folder in ["/tmp", "/etc", "/opt", "/usr/bin"] {
        memory.lay(folder, super::Node::Folder);
    }
    memory.lay_file("/usr/bin/rpm", 0o755, b"\x7fELF");
    memory.lay_file("/var/lib/dpkg/status", 0o644, STATUS);
    memory.lay_file("/var/lib/dpkg/arch", 0o644, b"amd64\ni386\n");
    memory.lay_file("/var/lib/dpkg/info/format", 0o644, b"1\n");
    for folder in ["updates", "triggers", "alternatives", "parts"] {
        memory.lay(&format!("/var/lib/dpkg/{folder}"), super::Node::Folder);
    }
    let names = ["acl", "auditd", "base-files", "dpkg", "gone-conf", "held-one", "half-conf", "libacl1:amd64", "libc6:amd64", "libc6:i386", "openssh-server", "reinst", "wine32", "zlib1g-dev:amd64"];
    for name in names {
        let plain = name.split(':').next().expect("a name");
        let list = if name == "reinst" { String::new() } else { format!("/.\n/etc\n/etc/{plain}.conf\n/usr\n/usr/bin\n/usr/bin/{name}\n") };
        memory.lay_file(&format!("/var/lib/dpkg/info/{name}.list"), 0o644, list.as_bytes());
    }
    memory.lay_file("/var/lib/dpkg/info/openssh-server-with-an-exceptionally-long-name-of-a-package.list", 0o644, b"/.\n");
    memory.lay_file("/etc/passwd", 0o644, b"root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\ngames:x:5:60:games:/usr/games:/usr/sbin/nologin\n");
    memory.lay_file("/etc/group", 0o644, b"root:x:0:\ndaemon:x:1:\nadm:x:4:\n");
    memory.lay_file("/var/lib/dpkg/statoverride", 0o644, b"games adm 2755 /opt/laid/other\nroot daemon 640 /opt/laid/nope\n");
    memory.lay_file("/var/lib/dpkg/diversions", 0o644, b"/opt/laid/d\n/opt/laid/d.distrib\n:\n/usr/bin/gone\n/usr/bin/gone.by-acl\nacl\n");
    for name in ["one", "two", "three", "four", "one.1", "two.1", "three.1"] {
        memory.lay_file(&format!("/opt/laid/{name}"), 0o755, name.as_bytes());
    }
    let link = |target: &str| super::Node::Link(target.to_owned());
    memory.lay("/opt/laid/bin/thing", link("/etc/alternatives/thing"));
    memory.lay("/opt/laid/bin/thing.1", link("/etc/alternatives/thing.1"));
    memory.lay("/etc/alternatives/thing", link("/opt/laid/two"));
    memory.lay("/etc/alternatives/thing.1", link("/opt/laid/two.1"));
    let thing = b"auto\n/opt/laid/bin/thing\nthing.1\n/opt/laid/bin/thing.1\n\n/opt/laid/one\n10\n\n/opt/laid/two\n20\n/opt/laid/two.1\n\n";
    memory.lay_file("/var/lib/dpkg/alternatives/thing", 0o644, thing);
    memory.lay("/opt/laid/bin/plain", link("/etc/alternatives/plain"));
    memory.lay("/etc/alternatives/plain", link("/opt/laid/three"));
    memory.lay_file("/var/lib/dpkg/alternatives/plain", 0o644, b"manual\n/opt/laid/bin/plain\n\n/opt/laid/four\n50\n/opt/laid/three\n-5\n\n");
    let at = |it: &str| format!("Filename: /var/cache/debconf/{it}.dat\n");
    memory.lay_file("/etc/debconf.conf", 0o644, [at("config"), at("passwords"), at("templates")].concat().as_bytes());
    memory.lay_file("/var/cache/debconf/config.dat", 0o644, CONFIG);
    memory.lay_file("/var/cache/debconf/templates.dat", 0o644, TEMPLATES);
    memory.lay_file("/opt/laid/d.distrib", 0o600, b"d\n");
    memory.lay_file("/opt/laid/g", 0o755, b"g\n");
    memory.lay_file("/opt/laid/file", 0o644, b"x\n");
    memory
}
