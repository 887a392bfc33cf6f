//! Kinds of file systems that a target can't be: a tree is what lies on the machine's own disks, as it was taken from there.

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
