//! Between the WIT's records and our values. What a guest sends is data from a stranger.

use super::{
    bindings::wit::{commands, files, log, types},
    ledger::{Effect, Treatment},
    state::{self, Completion, Invocation},
};
use crate::{
    diff::{Change, FileState},
    finding::{Attribute, Finding, Severity},
    tree::{Entry, Errno, FileType, Flags, Stat},
};

pub(crate) fn level(level: log::Level) -> &'static str {
    match level {
        log::Level::Debug => "debug",
        log::Level::Info => "info",
        log::Level::Warn => "warn",
        log::Level::Error => "error",
    }
}

pub(crate) fn errno(error: Errno) -> types::Error {
    match error {
        Errno::NoEntry => types::Error::NoEntry,
        Errno::NotDirectory => types::Error::NotDirectory,
        Errno::IsDirectory => types::Error::IsDirectory,
        Errno::TooManyLinks => types::Error::TooManyLinks,
        Errno::Exists => types::Error::Exists,
        Errno::NotEmpty => types::Error::NotEmpty,
        Errno::NoSpace => types::Error::NoSpace,
        Errno::Access => types::Error::Access,
        Errno::NotPermitted => types::Error::NotPermitted,
        Errno::Busy => types::Error::Other(Errno::Busy.to_string()),
        Errno::Invalid => types::Error::Invalid,
        Errno::NameTooLong => types::Error::NameTooLong,
        Errno::Unsupported => types::Error::Unsupported,
        Errno::Unreadable => types::Error::Unreadable,
        Errno::Other(text) => types::Error::Other(text),
    }
}

pub(crate) fn file_type(kind: FileType) -> types::FileType {
    match kind {
        FileType::Regular => types::FileType::Regular,
        FileType::Directory => types::FileType::Directory,
        FileType::Symlink => types::FileType::Symlink,
        FileType::Fifo => types::FileType::Fifo,
        FileType::Special => types::FileType::Special,
    }
}

pub(crate) fn stat(stat: &Stat) -> types::Stat {
    types::Stat {
        type_: file_type(stat.kind),
        mode: stat.mode,
        uid: stat.uid,
        gid: stat.gid,
        size: stat.size,
        links: stat.links,
        inode: stat.inode,
        mtime_seconds: stat.mtime.0,
        mtime_nanos: stat.mtime.1,
    }
}

pub(crate) fn entry(entry: Entry) -> types::Entry {
    types::Entry { name: entry.name, inode: entry.inode, type_: file_type(entry.kind) }
}

pub(crate) fn to_flags(of: Flags) -> files::InodeFlags {
    let one = |is: bool, flag: files::InodeFlags| if is { flag } else { files::InodeFlags::empty() };
    one(of.immutable, files::InodeFlags::IMMUTABLE) | one(of.append_only, files::InodeFlags::APPEND_ONLY)
}

pub(crate) fn flags(of: files::InodeFlags) -> Flags {
    Flags { immutable: of.contains(files::InodeFlags::IMMUTABLE), append_only: of.contains(files::InodeFlags::APPEND_ONLY) }
}

pub(crate) fn invocation_bytes(it: &commands::Invocation) -> usize {
    let env: usize = it.env.iter().map(|(name, value)| name.len() + value.len()).sum();
    it.argv.iter().map(Vec::len).sum::<usize>() + env + it.stdin.len() + it.cwd.len()
}

pub(crate) fn invocation(it: commands::Invocation) -> Invocation {
    Invocation { argv: it.argv, env: it.env, cwd: it.cwd, umask: it.umask & 0o777, uid: it.uid, gid: it.gid, stdin: it.stdin, line: it.line }
}

pub(crate) fn to_invocation(it: &Invocation) -> commands::Invocation {
    commands::Invocation {
        argv: it.argv.clone(),
        env: it.env.clone(),
        cwd: it.cwd.clone(),
        umask: it.umask,
        uid: it.uid,
        gid: it.gid,
        stdin: it.stdin.clone(),
        line: it.line,
    }
}

pub(crate) fn completion(it: Completion) -> commands::Completion {
    commands::Completion { status: it.status, stdout: it.stdout, stderr: it.stderr }
}

pub(crate) fn from_completion(it: commands::Completion) -> Completion {
    Completion { status: it.status & 0xff, stdout: it.stdout, stderr: it.stderr }
}

/// Words of the effect kinds, in the WIT's order.
const KINDS: [&str; 18] = [
    "service-start",
    "service-stop",
    "service-restart",
    "service-reload",
    "service-enable",
    "service-disable",
    "service-mask",
    "daemon-reload",
    "package-install",
    "package-upgrade",
    "package-remove",
    "kernel-setting",
    "kernel-module",
    "user-change",
    "boot-loader",
    "audit-rules",
    "firewall",
    "mount",
];

pub(crate) fn kind(kind: &types::EffectKind) -> String {
    use types::EffectKind as K;
    let at = match kind {
        K::ServiceStart => 0,
        K::ServiceStop => 1,
        K::ServiceRestart => 2,
        K::ServiceReload => 3,
        K::ServiceEnable => 4,
        K::ServiceDisable => 5,
        K::ServiceMask => 6,
        K::DaemonReload => 7,
        K::PackageInstall => 8,
        K::PackageUpgrade => 9,
        K::PackageRemove => 10,
        K::KernelSetting => 11,
        K::KernelModule => 12,
        K::UserChange => 13,
        K::BootLoader => 14,
        K::AuditRules => 15,
        K::Firewall => 16,
        K::Mount => 17,
        K::Other(name) => return name.clone(),
    };
    KINDS[at].to_owned()
}

pub(crate) fn to_kind(word: &str) -> types::EffectKind {
    use types::EffectKind as K;
    match word {
        "service-start" => K::ServiceStart,
        "service-stop" => K::ServiceStop,
        "service-restart" => K::ServiceRestart,
        "service-reload" => K::ServiceReload,
        "service-enable" => K::ServiceEnable,
        "service-disable" => K::ServiceDisable,
        "service-mask" => K::ServiceMask,
        "daemon-reload" => K::DaemonReload,
        "package-install" => K::PackageInstall,
        "package-upgrade" => K::PackageUpgrade,
        "package-remove" => K::PackageRemove,
        "kernel-setting" => K::KernelSetting,
        "kernel-module" => K::KernelModule,
        "user-change" => K::UserChange,
        "boot-loader" => K::BootLoader,
        "audit-rules" => K::AuditRules,
        "firewall" => K::Firewall,
        "mount" => K::Mount,
        other => K::Other(other.to_owned()),
    }
}

pub(crate) fn effect(it: types::Effect) -> Effect {
    Effect { argv: it.argv, kind: kind(&it.kind), name: it.name, treatment: state::treatment(it.treatment), line: it.line }
}

pub(crate) fn to_effect(it: &Effect) -> types::Effect {
    let treatment = match it.treatment {
        Treatment::Modelled => types::Treatment::Modelled,
        Treatment::Recorded => types::Treatment::Recorded,
        Treatment::Refused => types::Treatment::Refused,
    };
    types::Effect { argv: it.argv.clone(), kind: to_kind(&it.kind), name: it.name.clone(), treatment, line: it.line }
}

pub(crate) fn to_change(it: &Change) -> types::Change {
    let state = |it: &FileState| types::FileState {
        type_: file_type(it.kind),
        mode: it.mode,
        uid: it.uid,
        gid: it.gid,
        size: it.size,
        sha256: it.sha256.as_ref().map(crate::digest::Digest::hex).unwrap_or_default(),
        target: it.target.clone(),
        linked: it.linked.clone(),
    };
    types::Change { path: it.path.clone(), before: it.before.as_ref().map(state), after: it.after.as_ref().map(state) }
}

pub(crate) fn to_finding(it: &Finding) -> types::Finding {
    let attributes = |of: &[Attribute]| of.iter().map(|it| types::Attribute { name: it.name.clone(), value: it.value.clone() }).collect();
    types::Finding {
        id: it.id.clone(),
        rule: it.rule.clone(),
        title: it.title.clone(),
        message: it.message.clone(),
        severity: match it.severity {
            Severity::Info => types::Severity::Info,
            Severity::Low => types::Severity::Low,
            Severity::Medium => types::Severity::Medium,
            Severity::High => types::Severity::High,
            Severity::Critical => types::Severity::Critical,
        },
        source: it.source.clone(),
        locations: it.locations.iter().map(|it| types::Location { path: it.path.clone(), line: it.line }).collect(),
        package: it.package.as_ref().map(|it| types::AffectedPackage {
            name: it.name.clone(),
            installed: it.installed.clone(),
            fixed: it.fixed.clone(),
            ecosystem: it.ecosystem.clone(),
        }),
        parameters: attributes(&it.parameters),
        aliases: it.aliases.clone(),
        attributes: attributes(&it.attributes),
    }
}
