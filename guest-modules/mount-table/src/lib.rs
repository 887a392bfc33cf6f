//! What a machine has mounted, as far as files tell: what the kernel and systemd mount on every machine, and what fstab(5) names.

use std::collections::BTreeMap;

/// Mounted on every machine before any fix can run (systemd's src/shared/mount-setup.c; Debian's initscripts do the same): point, kind, options as
/// the kernel shows them in /proc/mounts.
const ALWAYS: &[(&str, &str, &str)] = &[
    ("/dev", "devtmpfs", "rw,nosuid,relatime"),
    ("/dev/pts", "devpts", "rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000"),
    ("/dev/shm", "tmpfs", "rw,nosuid,nodev"),
    ("/proc", "proc", "rw,nosuid,nodev,noexec,relatime"),
    ("/run", "tmpfs", "rw,nosuid,nodev,mode=755"),
    ("/sys", "sysfs", "rw,nosuid,nodev,noexec,relatime"),
];

/// Kinds that lie on another machine (coreutils' `me_remote` knows them by name or by a source with a colon).
const REMOTE: &[&str] = &["9p", "acfs", "afs", "auristorfs", "ceph", "cifs", "coda", "fhgfs", "gfs", "gfs2", "gpfs", "ibrix", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "smbfs", "vxfs"];

/// Options that no kernel sees (mount(8), fstab(5)).
const OF_TOOLS: &[&str] = &["defaults", "auto", "noauto", "user", "nouser", "users", "owner", "group", "_netdev", "nofail", "async", "dev", "exec", "suid"];

/// One mounted file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Device, or what stands for one; a `UUID=` or `LABEL=` of fstab stays as it is.
    pub source: String,
    /// Folder, absolute, without a slash at its end.
    pub point: String,
    /// Kind of file system.
    pub kind: String,
    /// Options, by commas.
    pub options: String,
    /// Mounted on every machine: nothing is assumed.
    pub always: bool,
    /// Line of fstab among those that are no comment, from 1; 0 for what is not of there.
    pub line: usize,
}

impl Mount {
    /// The device: as fstab has it, else one of many that it might be.
    pub fn device(&self) -> String {
        if self.source.contains('=') { format!("/dev/sda{}", self.line.max(1)) } else { self.source.clone() }
    }

    /// Answers whether it lies on another machine.
    pub fn is_remote(&self) -> bool {
        REMOTE.contains(&self.kind.as_str()) || self.source.contains(':')
    }

    /// Options as the kernel shows them: those of mount(8) and systemd.mount(5) alone are not among them.
    pub fn shown_options(&self) -> String {
        let own = |it: &&str| !OF_TOOLS.contains(it) && !it.starts_with("x-") && !it.starts_with("comment=") && !it.is_empty();
        let options: Vec<&str> = self.options.split(',').filter(own).collect();
        let first = if options.contains(&"ro") { "ro" } else { "rw" };
        let time = if self.always || options.iter().any(|it| it.ends_with("atime")) { None } else { Some("relatime") };
        let rest = options.iter().copied().filter(|it| !matches!(*it, "ro" | "rw"));
        [first].into_iter().chain(rest).chain(time).collect::<Vec<_>>().join(",")
    }
}

/// What is mounted, by the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mounts(BTreeMap<String, Mount>);

impl Mounts {
    /// Takes what /etc/fstab names, as `mount -a` does at the start of a machine: neither swap, nor `noauto`. Without a text nothing is known but
    /// what is always mounted. A later line for the same folder lies over an earlier one.
    pub fn of(fstab: Option<&str>) -> Mounts {
        let mut all = BTreeMap::new();
        all.insert("/".to_owned(), Mount { source: "/dev/root".into(), point: "/".into(), kind: "ext4".into(), options: "rw,relatime".into(), always: true, line: 0 });
        for (point, kind, options) in ALWAYS {
            let mount = Mount { source: (*kind).into(), point: (*point).into(), kind: (*kind).into(), options: (*options).into(), always: true, line: 0 };
            all.insert((*point).to_owned(), mount);
        }
        for (number, line) in fstab.unwrap_or_default().lines().filter(|it| !it.trim_start().starts_with('#')).enumerate() {
            let fields: Vec<String> = line.split([' ', '\t']).filter(|it| !it.is_empty()).map(unescaped).collect();
            let [source, point, kind, rest @ ..] = &fields[..] else { continue };
            let options = rest.first().map_or("defaults", String::as_str);
            if !point.starts_with('/') || kind == "swap" || options.split(',').any(|it| it == "noauto") {
                continue;
            }
            let point = match point.trim_end_matches('/') {
                "" => "/",
                it => it,
            };
            let always = ALWAYS.iter().any(|it| it.0 == point) || point == "/";
            all.insert(point.to_owned(), Mount { source: source.clone(), point: point.to_owned(), kind: kind.clone(), options: options.to_owned(), always, line: number + 1 });
        }
        Mounts(all)
    }

    /// The file system that is mounted at a folder. The path is canonical: absolute, without links.
    pub fn at(&self, path: &str) -> Option<&Mount> {
        self.0.get(path)
    }

    /// The file system on which a path lies: the mount with the longest folder above it. The path is canonical.
    pub fn over(&self, path: &str) -> &Mount {
        let mut at = path;
        loop {
            if let Some(found) = self.0.get(if at.is_empty() { "/" } else { at }) {
                return found;
            }
            at = at.rsplit_once('/').map_or("", |it| it.0);
        }
    }

    /// All, by their folders.
    pub fn all(&self) -> impl Iterator<Item = &Mount> {
        self.0.values()
    }

    /// The lines of /proc/mounts (proc(5)), as far as they can be told: the kernel's own first, then by folder.
    pub fn shown(&self) -> String {
        let (always, others): (Vec<&Mount>, Vec<&Mount>) = self.0.values().partition(|it| it.always && it.point != "/");
        always.iter().chain(&others).map(|it| format!("{} {} {} {} 0 0\n", escaped(&it.device()), escaped(&it.point), it.kind, it.shown_options())).collect()
    }

    /// Mounts something by hand, or takes it away.
    pub fn set(&mut self, point: &str, mount: Option<Mount>) {
        match mount {
            Some(it) => self.0.insert(point.to_owned(), it),
            None => self.0.remove(point),
        };
    }
}

/// A field of fstab: blanks and backslashes stand there as `\040` and the like (fstab(5)).
fn unescaped(field: &str) -> String {
    let mut out = Vec::new();
    let bytes = field.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'\\').then(|| field.get(at + 1..at + 4)).flatten().and_then(|it| u8::from_str_radix(it, 8).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 4 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The way back.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\134").replace(' ', "\\040").replace('\t', "\\011").replace('\n', "\\012")
}

#[cfg(test)]
mod tests {
    use super::Mounts;

    const FSTAB: &str = "# a comment\nUUID=0a / ext4 defaults 0 1\n/dev/sda2\t/home/ xfs nodev 0 2\n/dev/sda3 none swap sw 0 0\n/dev/cdrom /media noauto noauto 0 0\n\
                         nas:/a /mnt/with\\040blank nfs\n/dev/cdrom /media/cd iso9660 user,noauto 0 0\nbroken\n";

    #[test]
    fn what_fstab_names_is_mounted() {
        let mounts = Mounts::of(Some(FSTAB));
        let points: Vec<&str> = mounts.all().map(|it| it.point.as_str()).collect();
        assert_eq!(points, ["/", "/dev", "/dev/pts", "/dev/shm", "/home", "/mnt/with blank", "/proc", "/run", "/sys"]);
        let over = |path: &str| mounts.over(path).point.as_str();
        assert_eq!([over("/home/a/b"), over("/homes"), over("/"), over("/mnt/with blank"), over("/dev/shm/x")], ["/home", "/", "/", "/mnt/with blank", "/dev/shm"]);
        assert_eq!(mounts.at("/home").map(|it| (it.source.as_str(), it.always)), Some(("/dev/sda2", false)));
        assert!(mounts.at("/mnt/with blank").is_some_and(super::Mount::is_remote));
        assert!(mounts.at("/").is_some_and(|it| it.source == "UUID=0a" && it.always));
        assert_eq!(mounts.at("/media"), None);
    }

    #[test]
    fn without_fstab_only_what_always_is() {
        let shown = Mounts::of(Some("UUID=0a / ext4 errors=remount-ro,defaults 0 1\n/dev/sda2 /a\\040b xfs nofail,nodev\n")).shown();
        let lines: Vec<&str> = shown.lines().filter(|it| it.contains("sda1") || it.contains("sda2") || it.starts_with("proc")).collect();
        assert_eq!(lines, ["proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0", "/dev/sda1 / ext4 rw,errors=remount-ro 0 0", "/dev/sda2 /a\\040b xfs rw,nodev,relatime 0 0"]);
        let points: Vec<String> = Mounts::of(None).all().map(|it| it.point.clone()).collect();
        assert_eq!(points, ["/", "/dev", "/dev/pts", "/dev/shm", "/proc", "/run", "/sys"]);
    }
}
