//! Kinds of file systems that a target can't be: a tree is what lies on the machine's own disks, as it was taken from there.

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::{ledger, types::Error};
use mount_table::Mounts;

use crate::kernel::Kernel;

/// Over a network or in a cluster (mount(8), fstab(5) of such systems).
const REMOTE: &[&str] = &[
    "9p", "afs", "ceph", "cifs", "coda", "davfs", "fuse.davfs", "fuse.glusterfs", "fuse.sshfs", "gfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncp", "ncpfs", "nfs", "nfs4",
    "ocfs2", "pvfs2", "smb3", "smbfs", "sshfs",
];

/// Made by the kernel (/proc/filesystems, those with `nodev`).
const OF_KERNEL: &[&str] = &[
    "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl", "hugetlbfs", "mqueue", "nfsd", "proc", "pstore",
    "rpc_pipefs", "securityfs", "selinuxfs", "sysfs", "tracefs",
];

/// Answers whether nothing of a target lies on a file system of this kind.
pub(crate) fn is_elsewhere(kind: &str) -> bool {
    REMOTE.contains(&kind) || OF_KERNEL.contains(&kind)
}

/// What the kernel says of the root of a file system that is to be removed or moved (EBUSY).
pub(crate) fn busy() -> Error {
    Error::Other("device or resource busy".to_owned())
}

/// Where one file system ends and another begins.
pub(crate) struct Borders(Mounts);

impl Borders {
    /// As the kernel, systemd and /etc/fstab before the fix have it.
    pub(crate) fn of(kernel: &Kernel) -> Borders {
        let fstab = kernel.workspace().get_state("host:fstab").map(|it| String::from_utf8_lossy(&it).into_owned());
        Borders(Mounts::of(fstab.as_deref()))
    }

    /// Answers whether a folder is the root of a file system: what lies in it is on another one than the folder above. The answer is an assumption
    /// where fstab gave it.
    pub(crate) fn is_at(&self, kernel: &Kernel, path: &str, line: Option<u32>) -> bool {
        let real = kernel.workspace().real_path(&to_bytes(path)).unwrap_or_else(|_| path.into());
        let Some(mount) = self.0.at(&String::from_utf8_lossy(&real)) else { return false };
        if !mount.always {
            ledger::assume("mounts", &mount.point, line);
        }
        true
    }

    /// Answers whether two paths lie on two file systems, so that no hard link can join them (EXDEV of link(2)).
    pub(crate) fn part(&self, kernel: &Kernel, one: &str, other: &str, line: Option<u32>) -> bool {
        let over = |path: &str| {
            let real = kernel.workspace().real_path(&to_bytes(path)).unwrap_or_else(|_| path.into());
            self.0.over(&String::from_utf8_lossy(&real))
        };
        let (one, other) = (over(one), over(other));
        for it in [one, other].into_iter().filter(|it| !it.always && one != other) {
            ledger::assume("mounts", &it.point, line);
        }
        one != other
    }
}
