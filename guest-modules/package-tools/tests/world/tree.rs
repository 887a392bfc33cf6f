//! The tree of every case: databases that were made for it.

use super::Memory;

/// Made by rpm 4.18.0 out of packages that were made for this: `rpmbuild -bb`, `rpm -i --justdb`, and one taken away again.
const RPM: &[u8] = include_bytes!("../recorded/rpmdb.sqlite.gz");

/// Written for this, in the form that dpkg writes.
const STATUS: &[u8] = include_bytes!("../recorded/status");

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
    memory.lay_file("/opt/laid/file", 0o644, b"x\n");
    memory
}
