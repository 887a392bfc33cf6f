//! What a running kernel would say and a tree does not: the machine, the kernel's release, how it was started. Where it can be one of two
//! things, every even process number gets the other one: a result that hangs on it is not deterministic, and shows.

use invitro_sdk::interpreter::invitro::remediation::{
    files::Workspace,
    ledger, surroundings,
    types::{Error, FileType, Stat},
};

use crate::kernel::Kernel;

/// The kernel's release as a file (proc(5)).
pub(crate) const RELEASE: &[u8] = b"/proc/sys/kernel/osrelease";
/// A folder where firmware of the UEFI kind started the kernel, else nothing (Documentation/ABI/stable/sysfs-firmware-efi-vars of Linux).
const EFI: &[u8] = b"/sys/firmware/efi";
/// Programs whose header tells the machine.
const PROGRAMS: [&str; 6] = ["/bin/sh", "/bin/bash", "/usr/bin/sh", "/usr/bin/bash", "/usr/lib/systemd/systemd", "/bin/busybox"];

/// A machine as uname(2) names it, as Debian names its kernels, and as the kernels of the Red Hat family end.
type Machine = (&'static str, &'static str, &'static str);

const X86_64: Machine = ("x86_64", "-amd64", ".x86_64");
const AARCH64: Machine = ("aarch64", "-arm64", ".aarch64");

/// Whether this run gets the other one of two answers.
fn is_other() -> bool {
    surroundings::process_id().is_multiple_of(2)
}

/// The machine that a program was made for: `e_ident` and `e_machine` of its header (elf(5), elf.h). None where a kernel of another machine
/// may run it.
fn of_program(header: &[u8]) -> Option<Machine> {
    let [0x7f, b'E', b'L', b'F', class, data, ..] = *header else { return None };
    let number = header.get(18..20)?;
    let number = if data == 1 { u16::from_le_bytes([number[0], number[1]]) } else { u16::from_be_bytes([number[0], number[1]]) };
    match (class, data, number) {
        (2, 1, 62) => Some(X86_64),
        (2, 1, 183) => Some(AARCH64),
        (2, 1, 21) => Some(("ppc64le", "-powerpc64le", ".ppc64le")),
        (2, 2, 22) => Some(("s390x", "-s390x", ".s390x")),
        (2, 1, 243) => Some(("riscv64", "-riscv64", ".riscv64")),
        (2, 1, 258) => Some(("loongarch64", "-loong64", ".loongarch64")),
        _ => None,
    }
}

fn machine_of(workspace: &Workspace) -> Option<Machine> {
    PROGRAMS.iter().find_map(|it| of_program(&workspace.read(it.as_bytes(), 0, 20).ok()?))
}

/// Answers whether what the machine can run is what the tree has: it has the program of a shell, and no package came or went since.
pub(crate) fn has_its_programs(kernel: &Kernel) -> bool {
    kernel.has_programs() && kernel.workspace().get_state("host:packages-changed").is_none()
}

/// Answers whether a tree has the program of a shell.
pub(crate) fn has_programs(workspace: &Workspace) -> bool {
    PROGRAMS.iter().any(|it| workspace.read(it.as_bytes(), 0, 20).is_ok_and(|it| it.len() == 20 && it.starts_with(b"\x7fELF")))
}

fn machine_or_guess(workspace: &Workspace) -> (Machine, bool) {
    match machine_of(workspace) {
        Some(it) => (it, true),
        None => (if is_other() { AARCH64 } else { X86_64 }, false),
    }
}

/// The machine, as `uname -m` has it: out of the target's programs, else one of two.
pub(crate) fn machine(workspace: &Workspace, line: Option<u32>) -> &'static str {
    let (it, known) = machine_or_guess(workspace);
    if !known {
        ledger::assume("host-facts", "uname -m", line);
    }
    it.0
}

/// The version of the target's bash and what it was made for: as dpkg(1) has it, else one of two that are in use.
pub(crate) fn bash(kernel: &Kernel, line: Option<u32>) -> ([u32; 3], String) {
    let machine = machine(kernel.workspace(), line);
    let debian = if machine == "x86_64" { "x86_64-pc-linux-gnu".to_owned() } else { format!("{machine}-unknown-linux-gnu") };
    let version = installed(kernel, "bash").unwrap_or_default();
    let numbers: Vec<u32> = version.split('-').next().unwrap_or_default().split('.').map_while(|it| it.parse().ok()).collect();
    if let [major, minor, patch] = numbers[..] {
        return ([major, minor, patch], debian);
    }
    ledger::assume("host-facts", "BASH_VERSION", line);
    match numbers[..] {
        // Some packages don't have the patch level in their version.
        [major, minor] => ([major, minor, if is_other() { 8 } else { 16 }], debian),
        _ if is_other() => ([5, 1, 8], format!("{machine}-redhat-linux-gnu")),
        _ => ([5, 2, 15], debian),
    }
}

/// The version of a package of Debian's database, without its epoch.
pub(crate) fn installed(kernel: &Kernel, package: &str) -> Option<String> {
    let status = kernel.read("/var/lib/dpkg/status").ok()?;
    let status = String::from_utf8_lossy(&status);
    let head = format!("Package: {package}");
    let paragraph = status.split("\n\n").find(|it| it.lines().next() == Some(head.as_str()))?;
    let version = paragraph.lines().find_map(|it| it.strip_prefix("Version: "))?;
    paragraph.lines().any(|it| it.starts_with("Status: ") && it.ends_with(" ok installed")).then(|| version.split_once(':').map_or(version, |it| it.1).to_owned())
}

/// The kernel's release, as `uname -r` has it: nobody knows it, but it names the machine as kernels of its kind do; the seed is in it.
pub(crate) fn release(workspace: &Workspace, asked: &str, line: Option<u32>) -> String {
    ledger::assume("host-facts", asked, line);
    let seed = surroundings::random(1).first().copied().unwrap_or_default();
    let (machine, _) = machine_or_guess(workspace);
    if is_other() { format!("5.14.0-{seed}.el9{}", machine.2) } else { format!("6.1.0-{seed}{}", machine.1) }
}

/// Folders in which the kernel shows itself.
const OF_KERNEL: [&[u8]; 3] = [b"/proc/", b"/sys/", b"/dev/"];
/// More links than this no path goes through (path_resolution(7)).
const MOST_LINKS: u32 = 40;

/// Answers whether a path is the kernel's.
pub(crate) fn is_of_kernel(path: &[u8]) -> bool {
    OF_KERNEL.iter().any(|it| path.starts_with(it))
}

/// Where a path leads that can't be found, through links such as Debian's `/etc/mtab`: what a link shows of the kernel is the kernel's.
pub(crate) fn leads_to(workspace: &Workspace, path: &[u8]) -> Vec<u8> {
    if is_of_kernel(path) {
        return path.to_vec();
    }
    if let Ok(it) = workspace.real_path(path) {
        return it;
    }
    let mut left: Vec<Vec<u8>> = path.split(|it| *it == b'/').rev().filter(|it| !it.is_empty()).map(<[u8]>::to_vec).collect();
    let (mut at, mut links) = (Vec::new(), 0);
    while let Some(name) = left.pop() {
        match name.as_slice() {
            b"." => continue,
            b".." => {
                at.truncate(at.iter().rposition(|it| *it == b'/').unwrap_or(0));
                continue;
            }
            _ => {}
        }
        let below = [&at[..], b"/", &name].concat();
        let Ok(target) = workspace.read_link(&below) else {
            at = below;
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            return path.to_vec();
        }
        if target.first() == Some(&b'/') {
            at.clear();
        }
        left.extend(target.split(|it| *it == b'/').rev().filter(|it| !it.is_empty()).map(<[u8]>::to_vec));
    }
    at
}

/// Files in which the kernel tells what is mounted (proc(5)).
const MOUNTS: [&[u8]; 2] = [b"/proc/mounts", b"/proc/self/mounts"];

/// What is mounted, as far as fstab tells: the run is unproven.
fn mounts(workspace: &Workspace, path: &[u8], line: Option<u32>) -> Vec<u8> {
    ledger::unmodelled(&[path.to_vec()], line, "what is mounted, and how, only the kernel knows");
    let fstab = workspace.get_state("host:fstab").map(|it| String::from_utf8_lossy(&it).into_owned());
    mount_table::Mounts::of(fstab.as_deref()).shown().into_bytes()
}

/// What a file of the kernel would hold, where it is known how.
pub(crate) fn content(workspace: &Workspace, path: &[u8], line: Option<u32>) -> Option<Vec<u8>> {
    match path {
        RELEASE => Some(format!("{}\n", release(workspace, "/proc/sys/kernel/osrelease", line)).into_bytes()),
        path if MOUNTS.contains(&path) => Some(mounts(workspace, path, line)),
        _ => None,
    }
}

/// What a path of the kernel would be; none where nothing is known of it.
pub(crate) fn stat(path: &[u8], line: Option<u32>) -> Option<Result<Stat, Error>> {
    let of = |type_, mode| Stat { type_, mode, uid: 0, gid: 0, size: 0, links: 1, inode: u64::MAX, mtime_seconds: 0, mtime_nanos: 0 };
    match path {
        RELEASE => Some(Ok(of(FileType::Regular, 0o444))),
        path if MOUNTS.contains(&path) => Some(Ok(of(FileType::Regular, 0o444))),
        EFI => {
            ledger::assume("host-facts", "/sys/firmware/efi", line);
            Some(if is_other() { Ok(of(FileType::Directory, 0o755)) } else { Err(Error::NoEntry) })
        }
        _ => None,
    }
}
