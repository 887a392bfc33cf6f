//! Variables that awk itself reads or sets.

/// Their names, and whether each is an array; the place here is the place among all variables.
pub(crate) const NAMES: &[(&str, bool)] = &[
    ("NF", false),
    ("NR", false),
    ("FNR", false),
    ("FS", false),
    ("RS", false),
    ("OFS", false),
    ("ORS", false),
    ("SUBSEP", false),
    ("CONVFMT", false),
    ("OFMT", false),
    ("RSTART", false),
    ("RLENGTH", false),
    ("FILENAME", false),
    ("ARGC", false),
    ("IGNORECASE", false),
    ("RT", false),
    ("FPAT", false),
    ("FIELDWIDTHS", false),
    ("ERRNO", false),
    ("BINMODE", false),
    ("LINT", false),
    ("ARGIND", false),
    ("TEXTDOMAIN", false),
    ("ENVIRON", true),
    ("ARGV", true),
    ("PROCINFO", true),
];

pub(crate) const NF: usize = 0;
pub(crate) const NR: usize = 1;
pub(crate) const FNR: usize = 2;
pub(crate) const FS: usize = 3;
pub(crate) const RS: usize = 4;
pub(crate) const OFS: usize = 5;
pub(crate) const ORS: usize = 6;
pub(crate) const SUBSEP: usize = 7;
pub(crate) const CONVFMT: usize = 8;
pub(crate) const OFMT: usize = 9;
pub(crate) const RSTART: usize = 10;
pub(crate) const RLENGTH: usize = 11;
pub(crate) const FILENAME: usize = 12;
pub(crate) const ARGC: usize = 13;
pub(crate) const IGNORECASE: usize = 14;
pub(crate) const RT: usize = 15;
pub(crate) const FPAT: usize = 16;
pub(crate) const FIELDWIDTHS: usize = 17;
pub(crate) const ERRNO: usize = 18;
pub(crate) const BINMODE: usize = 19;
pub(crate) const LINT: usize = 20;
pub(crate) const ARGIND: usize = 21;
pub(crate) const ENVIRON: usize = 23;
pub(crate) const ARGV: usize = 24;
pub(crate) const PROCINFO: usize = 25;
