//! Error numbers: those of preview 1, which CPython's library of C was made with, and those of Linux, which scripts expect.

use invitro_sdk::interpreter::invitro::remediation::types::Error;

/// `errno` of WASI preview 1 (wasi_snapshot_preview1, "errno").
pub(crate) mod wasi {
    pub(crate) const SUCCESS: i32 = 0;
    pub(crate) const ACCES: i32 = 2;
    pub(crate) const BADF: i32 = 8;
    pub(crate) const EXIST: i32 = 20;
    pub(crate) const INVAL: i32 = 28;
    pub(crate) const IO: i32 = 29;
    pub(crate) const ISDIR: i32 = 31;
    pub(crate) const LOOP: i32 = 32;
    pub(crate) const MFILE: i32 = 33;
    pub(crate) const NAMETOOLONG: i32 = 37;
    pub(crate) const NOENT: i32 = 44;
    pub(crate) const NOSPC: i32 = 51;
    pub(crate) const NOTDIR: i32 = 54;
    pub(crate) const NOTEMPTY: i32 = 55;
    pub(crate) const NOTSUP: i32 = 58;
    pub(crate) const PERM: i32 = 63;
    pub(crate) const SPIPE: i32 = 70;
}

/// Says an error of the workspace as preview 1 does.
pub(crate) fn of(error: &Error) -> i32 {
    match error {
        Error::NoEntry => wasi::NOENT,
        Error::NotDirectory => wasi::NOTDIR,
        Error::IsDirectory => wasi::ISDIR,
        Error::TooManyLinks => wasi::LOOP,
        Error::Exists => wasi::EXIST,
        Error::NotEmpty => wasi::NOTEMPTY,
        Error::NoSpace => wasi::NOSPC,
        Error::Access => wasi::ACCES,
        Error::NotPermitted => wasi::PERM,
        Error::Invalid => wasi::INVAL,
        Error::NameTooLong => wasi::NAMETOOLONG,
        Error::Unsupported => wasi::NOTSUP,
        Error::Unreadable | Error::Other(_) => wasi::IO,
    }
}

/// Says an error of the workspace by its number on Linux (errno(3), asm-generic/errno-base.h and errno.h).
pub(crate) fn linux(error: &Error) -> u32 {
    match error {
        Error::NotPermitted => 1,
        Error::NoEntry => 2,
        Error::Unreadable | Error::Other(_) => 5,
        Error::Access => 13,
        Error::Exists => 17,
        Error::NotDirectory => 20,
        Error::IsDirectory => 21,
        Error::Invalid => 22,
        Error::NoSpace => 28,
        Error::NameTooLong => 36,
        Error::NotEmpty => 39,
        Error::TooManyLinks => 40,
        Error::Unsupported => 95,
    }
}
