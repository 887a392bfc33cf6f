//! The Debian root that real scripts run in, and the data streams whose fixes are a corpus: made once from Debian's packages, kept in a cache.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sha2::{Digest as _, Sha256};

/// The release whose bash, GNU tools and daemons are the truth.
const RELEASE: &str = "bookworm";
/// What the root holds: the shell and its tools, and every tool with effects that works without a running system.
const PACKAGES: &[&str] = &[
    "acl",
    "adduser",
    "attr",
    "auditd",
    "bash",
    "ca-certificates",
    "chrony",
    "coreutils",
    "cron",
    "dash",
    "dconf-cli",
    "diffutils",
    "e2fsprogs",
    "findutils",
    "grep",
    "gzip",
    "iptables",
    "kmod",
    "libpam-modules",
    "libpam-pwquality",
    "libpam-runtime",
    "login",
    "logrotate",
    "mawk",
    "mount",
    "nftables",
    "openssh-client",
    "openssh-server",
    "openssl",
    "passwd",
    "patch",
    "perl-base",
    "procps",
    "python3",
    "rpm",
    "rsyslog",
    "sed",
    "sudo",
    "systemd",
    "systemd-sysv",
    "tar",
    "ufw",
    "util-linux",
];
/// Packages that the Red Hat machine says it has: real, and empty.
const RPMS: &[&str] = &[
    "aide",
    "audit",
    "authselect",
    "chrony",
    "crypto-policies",
    "dconf",
    "gdm",
    "grub2",
    "grub2-common",
    "kernel",
    "login",
    "net-snmp",
    "nss-pam-ldapd",
    "ntp",
    "openssh-server",
    "pam",
    "pam_pkcs11",
    "postfix",
    "rsyslog",
    "shadow",
    "shadow-utils",
    "sssd",
    "sssd-common",
    "sudo",
    "systemd",
    "tmux",
    "usbguard",
    "yum",
    "zypper",
];
/// Makes them and their database, where a machine of that family has it.
const MAKE_RPMS: &str = r#"set -e
cd /mnt
mkdir specs
for name; do
  printf 'Name: %s\nVersion: 1.0\nRelease: 1\nSummary: nothing\nLicense: MIT\nBuildArch: noarch\n%%description\nnothing\n%%files\n' "$name" >"specs/$name.spec"
done
rpmbuild -bb --quiet --define '_topdir /mnt/build' specs/*.spec
mkdir -p var/lib/rpm
rpm --dbpath /mnt/var/lib/rpm -i --nodeps --nosignature build/RPMS/noarch/*.rpm
rm -rf specs build var/lib/rpm/rpmdb.sqlite-* var/lib/rpm/.rpm.lock
"#;
/// Debian's packages of the ComplianceAsCode data streams: fixes that none of us wrote.
const STREAMS: &[&str] = &["ssg-debian", "ssg-debderived", "ssg-nondebian"];

/// Where roots and streams are kept.
pub(crate) fn cache() -> PathBuf {
    let home = || std::env::var_os("HOME").map_or_else(|| PathBuf::from("/root"), PathBuf::from).join(".cache");
    let base = std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
    std::env::var_os("INVITRO_FIDELITY_CACHE").map_or_else(|| base.join("invitro-fidelity"), PathBuf::from)
}

/// Returns the root, which is made if it is not there yet.
pub(crate) fn root() -> Result<PathBuf, String> {
    let key = Sha256::digest(format!("{RELEASE} {}", PACKAGES.join(" ")));
    let root = cache().join(format!("root-{:02x}{:02x}{:02x}{:02x}", key[0], key[1], key[2], key[3]));
    if root.join("usr/bin/bash").exists() {
        return Ok(root);
    }
    eprintln!("differential: making a Debian {RELEASE} root in {} (once)", root.display());
    made(&root, |unfinished| {
        // Without it the packages' own pages and the download cache would stay.
        let include = format!("--include={}", PACKAGES.join(","));
        let slim = ["--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/locale/*"];
        run(Command::new("mmdebstrap").args(["--quiet", "--variant=minbase"]).arg(include).args(slim).arg(RELEASE).arg(unfinished))
    })?;
    Ok(root)
}

/// Returns the folder of data streams.
pub(crate) fn streams() -> Result<PathBuf, String> {
    let content = "usr/share/xml/scap/ssg/content";
    let installed = Path::new("/").join(content);
    if STREAMS.iter().all(|it| Path::new("/usr/share/doc").join(it).exists()) && installed.is_dir() {
        return Ok(installed);
    }
    let folder = cache().join("streams");
    if !folder.join(content).is_dir() {
        eprintln!("differential: fetching {} into {} (once)", STREAMS.join(" "), folder.display());
        made(&folder, |unfinished| {
            fs::create_dir_all(unfinished).map_err(|error| error.to_string())?;
            run(Command::new("apt-get").args(["download", "-qq"]).args(STREAMS).current_dir(unfinished))?;
            let files = fs::read_dir(unfinished).map_err(|error| error.to_string())?.filter_map(Result::ok).map(|it| it.path());
            for package in files.filter(|it| it.extension().is_some_and(|it| it == "deb")) {
                run(Command::new("dpkg").arg("-x").arg(&package).arg(unfinished))?;
                fs::remove_file(&package).map_err(|error| error.to_string())?;
            }
            Ok(())
        })?;
    }
    Ok(folder.join(content))
}

/// Returns a folder with the database of the Red Hat machine, made by the root's own rpm.
pub(crate) fn rpms(root: &Path) -> Result<PathBuf, String> {
    let key = Sha256::digest(format!("{MAKE_RPMS} {}", RPMS.join(" ")));
    let folder = cache().join(format!("rpms-{:02x}{:02x}{:02x}{:02x}", key[0], key[1], key[2], key[3]));
    if !folder.is_dir() {
        made(&folder, |unfinished| {
            fs::create_dir_all(unfinished).map_err(|error| error.to_string())?;
            let mut command = Command::new("bwrap");
            command.arg("--ro-bind").arg(root).args(["/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--bind"]);
            command.arg(unfinished).args(["/mnt", "--unshare-net", "--unshare-pid", "--setenv", "HOME", "/mnt", "bash", "-c", MAKE_RPMS, "bash"]).args(RPMS);
            run(&mut command)
        })?;
    }
    Ok(folder)
}

/// Makes a folder under another name first: one that is there is whole.
fn made(folder: &Path, make: impl FnOnce(&Path) -> Result<(), String>) -> Result<(), String> {
    let parent = folder.parent().ok_or("the cache has no folder")?;
    fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
    let unfinished = folder.with_extension(format!("unfinished-{}", std::process::id()));
    let done = make(&unfinished).and_then(|()| fs::rename(&unfinished, folder).map_err(|error| format!("{}: {error}", folder.display())));
    if done.is_err() {
        // What is half made must not stay; that it can't be taken away changes nothing.
        let _ = fs::remove_dir_all(&unfinished);
    }
    done
}

/// Runs a program to its end.
fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.stdin(Stdio::null()).output().map_err(|error| format!("`{name}` could not be started: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    let tail = String::from_utf8_lossy(&done.stderr).lines().last().unwrap_or_default().to_owned();
    Err(format!("`{name}` ended with {}: {tail}", done.status))
}
