//! What the options of a call mean together. One file, as nearly each of them changes what another one means.

use crate::{
    date,
    files::{Files, Kind, at},
    glob::Matching,
    mode::Change,
    talk::{Step, Talk, not_modelled, said},
    words::{self, Word},
};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Create,
    Append,
    Update,
    List,
    Extract,
}

/// What becomes of a file that stands where a member goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Old {
    #[default]
    Default,
    NoOverwriteDir,
    Overwrite,
    UnlinkFirst,
    Keep,
    Skip,
    KeepNewer,
}

/// The format that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    V7,
    Ustar,
    Gnu,
    Pax,
}

/// A word that names something, in the order of the line.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Name(Vec<u8>, Matching),
    Folder(Vec<u8>),
    Names {
        file: Vec<u8>,
        nul: bool,
        verbatim: bool,
        how: Matching,
    },
    Exclude(Vec<u8>, Matching, String),
    ExcludeFrom(Vec<u8>, Matching),
    Recursion(bool, &'static str),
    /// An option that changes how later words are read, for the complaint about one that stands behind all names.
    Spelled(&'static str),
}

/// What `--owner` and `--group` say: a name, a number, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) name: Option<Vec<u8>>,
    pub(crate) number: Option<u32>,
}

/// How a run is made.
pub(crate) struct Options {
    pub(crate) deed: Deed,
    pub(crate) archive: Vec<u8>,
    pub(crate) items: Vec<Item>,
    pub(crate) named: bool,
    pub(crate) verbose: u32,
    pub(crate) gzip: bool,
    pub(crate) format: Format,
    pub(crate) record: usize,
    pub(crate) ignore_zeros: bool,
    pub(crate) old: Old,
    pub(crate) recursive_unlink: bool,
    pub(crate) keep_directory_symlink: bool,
    pub(crate) to_stdout: bool,
    pub(crate) same_permissions: bool,
    pub(crate) same_owner: bool,
    pub(crate) numeric_owner: bool,
    pub(crate) touch: bool,
    pub(crate) delay_directories: bool,
    pub(crate) absolute_names: bool,
    pub(crate) dereference: bool,
    pub(crate) hard_dereference: bool,
    pub(crate) strip: u64,
    pub(crate) top_level: Option<Vec<u8>>,
    pub(crate) show_transformed: bool,
    pub(crate) full_time: bool,
    pub(crate) sort: bool,
    pub(crate) owner: Option<Who>,
    pub(crate) group: Option<Who>,
    pub(crate) mode: Option<Change>,
    pub(crate) mtime: Option<(i64, u32)>,
    pub(crate) clamp: bool,
    pub(crate) remove_files: bool,
    pub(crate) ignore_failed_read: bool,
    pub(crate) silent: Vec<Vec<u8>>,
    pub(crate) umask: u32,
    /// Neither `--wildcards` nor `--no-wildcards` was given.
    pub(crate) default_wildcards: bool,
}

impl Options {
    /// Answers whether a kind of warning is printed.
    pub(crate) fn warns(&self, keyword: &str) -> bool {
        let spoken = self
            .silent
            .iter()
            .rev()
            .find(|it| it.as_slice() == b"all" || it.as_slice() == b"none" || it.strip_prefix(b"no-").unwrap_or(it) == keyword.as_bytes());
        match spoken {
            Some(it) => it != b"none" && !it.starts_with(b"no-"),
            None => keyword != "existing-file" || self.verbose > 0,
        }
    }
}

/// The state of matching options, which hold for the words behind them.
struct State {
    wildcards: Option<bool>,
    include_anchored: bool,
    anchored: bool,
    fold: bool,
    slash: bool,
    leading: bool,
    nul: bool,
    verbatim: bool,
    unquote: bool,
}

impl State {
    fn exclusion(&self) -> Matching {
        Matching { wildcards: self.wildcards != Some(false), anchored: self.anchored, fold: self.fold, slash: self.slash, leading: self.leading }
    }

    fn inclusion(&self) -> Matching {
        Matching {
            wildcards: self.wildcards == Some(true),
            anchored: self.include_anchored || self.anchored,
            fold: self.fold,
            slash: self.slash,
            leading: self.leading,
        }
    }
}

/// Names of version control (`--exclude-vcs`, tar's manual, "Excluding Some Files").
const VCS: &[&str] = &[
    "CVS",
    ".cvsignore",
    "RCS",
    "SCCS",
    ".svn",
    ".git",
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".arch-ids",
    "{arch}",
    "=RELEASE-ID",
    "=meta-update",
    "=update",
    ".bzr",
    ".bzrignore",
    ".bzrtags",
    ".hg",
    ".hgignore",
    ".hgrags",
    "_darcs",
];

/// Names of backups (`--exclude-backups`).
const BACKUPS: &[&str] = &[".#*", "*~", "#*#"];

/// Keywords of `--warning` (tar's manual, "Warnings").
const WARNINGS: &[&str] = &[
    "all",
    "none",
    "alone-zero-block",
    "bad-dumpdir",
    "cachedir",
    "contiguous-cast",
    "file-changed",
    "file-ignored",
    "file-removed",
    "file-shrank",
    "file-unchanged",
    "filename-with-nuls",
    "ignore-archive",
    "ignore-newer",
    "new-directory",
    "rename-directory",
    "symlink-cast",
    "timestamp",
    "unknown-cast",
    "unknown-keyword",
    "xdev",
    "decompress-program",
    "existing-file",
    "xattr-write",
    "record-size",
    "failed-read",
    "missing-zero-blocks",
];

/// Options that change nothing that is seen here: access times, tape drives, attributes that a tree without `--xattrs` leaves out.
const NOTHING: &[&str] = &[
    "no-seek",
    "seek",
    "check-device",
    "no-check-device",
    "overwrite-dir",
    "ignore-command-error",
    "no-ignore-command-error",
    "atime-preserve",
    "no-acls",
    "no-selinux",
    "no-xattrs",
    "force-local",
    "read-full-records",
    "no-auto-compress",
    "utc",
    "one-file-system",
];

/// Reads the words behind `tar`.
pub(crate) fn read(words: &[Vec<u8>], cwd: &[u8], files: &mut impl Files, talk: &mut Talk) -> Step<Options> {
    let umask = files.set_umask(0o022);
    files.set_umask(umask);
    let mut options = blank(umask);
    let (mut deed, mut archives, mut o, mut auto) = (None, Vec::new(), false, false);
    let (mut pax, mut format, mut mtime_text) = (Vec::new(), None, None);
    let mut state =
        State { wildcards: None, include_anchored: true, anchored: false, fold: false, slash: true, leading: true, nul: false, verbatim: false, unquote: true };
    let mut colon_means_host = true;
    for word in words::read(words, talk)? {
        let (name, value) = match word {
            Word::Option(name, value) => (name, value),
            Word::Plain(name) => {
                take_name(&mut options, &state, name)?;
                continue;
            }
        };
        let had_value = value.is_some();
        let value = value.unwrap_or_default();
        let shown = String::from_utf8_lossy(&value).into_owned();
        match name {
            "create" | "append" | "update" | "list" | "extract" => {
                let new = match name {
                    "create" => Deed::Create,
                    "append" => Deed::Append,
                    "update" => Deed::Update,
                    "list" => Deed::List,
                    _ => Deed::Extract,
                };
                if deed.is_some_and(|it| it != new) {
                    return talk.usage("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option", 2);
                }
                deed = Some(new);
            }
            "file" => archives.push(value),
            "verbose" => options.verbose += 1,
            "gzip" => options.gzip = true,
            "directory" => options.items.push(Item::Folder(value)),
            "add-file" => take_name(&mut options, &state, value)?,
            "files-from" => {
                options.named = true;
                if options.items.iter().any(|it| matches!(it, Item::Names { file, .. } if *file == value)) {
                    return not_modelled("a list of names that is read twice is not modelled");
                }
                let (nul, verbatim, how) = (state.nul, state.verbatim || state.nul, state.inclusion());
                options.items.push(Item::Names { file: value, nul, verbatim, how });
            }
            "exclude" => options.items.push(Item::Exclude(value, state.exclusion(), String::new())),
            "exclude-from" => options.items.push(Item::ExcludeFrom(value, state.exclusion())),
            "exclude-vcs" => {
                let how = Matching { wildcards: false, ..state.exclusion() };
                options.items.extend(VCS.iter().map(|it| Item::Exclude(it.as_bytes().to_vec(), how, "exclude-vcs".to_owned())));
            }
            "exclude-backups" => {
                let how = Matching { wildcards: true, ..state.exclusion() };
                options.items.extend(BACKUPS.iter().map(|it| Item::Exclude(it.as_bytes().to_vec(), how, "exclude-backups".to_owned())));
            }
            "recursion" | "no-recursion" => {
                state.leading = name == "recursion";
                options.items.push(Item::Recursion(state.leading, name));
            }
            "null" | "no-null" => {
                (state.nul, state.verbatim) = (name == "null", name == "null");
                options.items.push(Item::Spelled(name));
            }
            "unquote" | "no-unquote" => {
                state.unquote = name == "unquote";
                options.items.push(Item::Spelled(name));
            }
            "verbatim-files-from" | "no-verbatim-files-from" => {
                state.verbatim = name == "verbatim-files-from";
                options.items.push(Item::Spelled(name));
            }
            "anchored" | "no-anchored" => {
                state.anchored = name == "anchored";
                state.include_anchored &= state.anchored;
                options.items.push(Item::Spelled(name));
            }
            "ignore-case" | "no-ignore-case" => {
                state.fold = name == "ignore-case";
                options.items.push(Item::Spelled(name));
            }
            "wildcards" | "no-wildcards" => {
                state.wildcards = Some(name == "wildcards");
                options.items.push(Item::Spelled(name));
            }
            "wildcards-match-slash" | "no-wildcards-match-slash" => {
                state.slash = name == "wildcards-match-slash";
                options.items.push(Item::Spelled(name));
            }
            "keep-directory-symlink" => options.keep_directory_symlink = true,
            "recursive-unlink" => options.recursive_unlink = true,
            "keep-newer-files" | "keep-old-files" | "no-overwrite-dir" | "overwrite" | "skip-old-files" | "unlink-first" => {
                let new = match name {
                    "keep-newer-files" => Old::KeepNewer,
                    "keep-old-files" => Old::Keep,
                    "no-overwrite-dir" => Old::NoOverwriteDir,
                    "overwrite" => Old::Overwrite,
                    "skip-old-files" => Old::Skip,
                    _ => Old::UnlinkFirst,
                };
                if options.old != Old::Default && options.old != new {
                    return not_modelled(format!("two options of tar that tell what becomes of old files, the second of them `--{name}`, are not modelled"));
                }
                options.old = new;
            }
            "one-top-level" => options.top_level = Some(value),
            "remove-files" => options.remove_files = true,
            "to-stdout" => options.to_stdout = true,
            "clamp-mtime" => options.clamp = true,
            "delay-directory-restore" => options.delay_directories = true,
            "no-delay-directory-restore" => options.delay_directories = false,
            "touch" => options.touch = true,
            "same-owner" => options.same_owner = true,
            "no-same-owner" => options.same_owner = false,
            "same-permissions" => options.same_permissions = true,
            "no-same-permissions" => options.same_permissions = false,
            "numeric-owner" => options.numeric_owner = true,
            "owner" => options.owner = Some(who(&value, |it| files.user_number(it), talk)?),
            "group" => options.group = Some(who(&value, |it| files.group_number(it), talk)?),
            "mode" => match Change::read(&value) {
                Some(change) => options.mode = Some(change),
                None => return talk.fatal("Invalid mode given on option"),
            },
            "mtime" => {
                options.mtime = Some(mtime_of(&value, cwd, files, talk)?);
                mtime_text = (!value.starts_with(b"/") && !value.starts_with(b".")).then_some(value);
            }
            "sort" => match shown.as_str() {
                "name" => options.sort = true,
                "none" => options.sort = false,
                _ => return not_modelled(format!("the order `--sort={shown}` of tar is not modelled")),
            },
            "format" => format = Some(format_of(&shown, talk)?),
            "old-archive" => format = Some(Format::V7),
            "posix" => format = Some(Format::Pax),
            "pax-option" => pax.extend(value.split(|it| *it == b',').map(<[u8]>::to_vec)),
            "o" => o = true,
            "dereference" => options.dereference = true,
            "hard-dereference" => options.hard_dereference = true,
            "absolute-names" => options.absolute_names = true,
            "strip-components" => match shown.parse() {
                Ok(number) => options.strip = number,
                Err(_) => return talk.usage(format!("{shown}: Invalid number of elements"), 2),
            },
            "show-transformed-names" => options.show_transformed = true,
            "full-time" => options.full_time = true,
            "ignore-failed-read" => options.ignore_failed_read = true,
            "ignore-zeros" => options.ignore_zeros = true,
            "auto-compress" => auto = true,
            "warning" => {
                let known = WARNINGS.iter().any(|it| it.as_bytes() == value.strip_prefix(b"no-").unwrap_or(&value));
                if !known {
                    return not_modelled(format!("the keyword `--warning={shown}` of tar is not modelled"));
                }
                options.silent.push(value);
            }
            "blocking-factor" => match shown.parse::<usize>() {
                Ok(blocks) if (1..=2048).contains(&blocks) => options.record = blocks * 512,
                Ok(0) => return talk.usage(format!("{shown}: Invalid blocking factor"), 2),
                _ => return not_modelled(format!("the blocking factor {shown} of tar is not modelled")),
            },
            "sparse" if deed.is_none_or(|it| it == Deed::Extract || it == Deed::List) => options.items.push(Item::Spelled("")),
            _ if NOTHING.contains(&name) => colon_means_host &= name != "force-local",
            _ => {
                let dash = if had_value { "=…" } else { "" };
                return not_modelled(format!("the option `--{name}{dash}` of tar is not modelled"));
            }
        }
    }
    let Some(deed) = deed else {
        return talk.usage("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options", 2);
    };
    options.deed = deed;
    options.default_wildcards = state.wildcards.is_none();
    if deed == Deed::Extract && options.dereference {
        return not_modelled("the option `--dereference` of tar is not modelled when an archive is unpacked");
    }
    let writes = matches!(deed, Deed::Create | Deed::Append | Deed::Update);
    if writes && options.items.iter().any(|it| matches!(it, Item::Spelled(""))) {
        return not_modelled("the option `--sparse` of tar is not modelled when an archive is written");
    }
    if o {
        if writes {
            format = Some(Format::V7);
        } else {
            options.same_owner = false;
        }
    }
    if options.clamp && options.mtime.is_none() {
        return talk.usage("--clamp-mtime needs a date specified using --mtime", 2);
    }
    options.format = format.unwrap_or(if pax.is_empty() { Format::Gnu } else { Format::Pax });
    if !pax.is_empty() && options.format != Format::Pax && writes {
        return talk.usage("--pax-option can be used only on POSIX archives", 2);
    }
    check_pax(&options, &pax, writes)?;
    if archives.len() > 1 {
        return talk.usage("Multiple archive files require '-M' option", 2);
    }
    options.archive = archives.pop().unwrap_or_else(|| b"-".to_vec());
    let host = options.archive.iter().position(|it| *it == b':').filter(|at| !options.archive[..*at].contains(&b'/'));
    if host.is_some_and(|at| at > 0) && colon_means_host {
        return not_modelled("an archive on another host is not modelled");
    }
    if deed == Deed::Create && !options.named {
        return talk.usage("Cowardly refusing to create an empty archive", 2);
    }
    if options.top_level.is_some() && options.absolute_names {
        return talk.usage("'--one-top-level' cannot be used with '--absolute-names'", 2);
    }
    if options.recursive_unlink {
        options.old = Old::UnlinkFirst;
    }
    if let Some(folder) = &mut options.top_level
        && folder.is_empty()
    {
        *folder = base_of(&options.archive);
        if folder.is_empty() {
            return not_modelled("the option `--one-top-level` of tar without a name to take it from is not modelled");
        }
    }
    if writes && (options.gzip || auto && !is_plain(&options.archive)) {
        if deed != Deed::Create {
            return talk.usage("Cannot update compressed archives", 2);
        }
        if !options.gzip && !is_gzip(&options.archive) {
            return not_modelled("writing an archive with this compression is not modelled");
        }
        options.gzip = true;
    }
    if writes
        && options.verbose > 0
        && let (Some(text), Some(mtime)) = (mtime_text, options.mtime)
        && date::print(mtime, true) != text
    {
        let shown = [b"Option --mtime: Treating date '", &text[..], b"' as ", &date::print(mtime, true)].concat();
        talk.warn(shown);
    }
    if matches!(deed, Deed::List | Deed::Extract) && options.format == Format::Pax && !pax.is_empty() {
        return not_modelled("the option `--pax-option` of tar is not modelled when an archive is read");
    }
    Ok(options)
}

fn blank(umask: u32) -> Options {
    Options {
        deed: Deed::List,
        archive: Vec::new(),
        items: Vec::new(),
        named: false,
        verbose: 0,
        gzip: false,
        format: Format::Gnu,
        record: 20 * 512,
        ignore_zeros: false,
        old: Old::Default,
        recursive_unlink: false,
        keep_directory_symlink: false,
        to_stdout: false,
        // The actor of a fix is root, whose default both are.
        same_permissions: true,
        same_owner: true,
        numeric_owner: false,
        touch: false,
        delay_directories: false,
        absolute_names: false,
        dereference: false,
        hard_dereference: false,
        strip: 0,
        top_level: None,
        show_transformed: false,
        full_time: false,
        sort: false,
        owner: None,
        group: None,
        mode: None,
        mtime: None,
        clamp: false,
        remove_files: false,
        ignore_failed_read: false,
        silent: Vec::new(),
        umask,
        default_wildcards: true,
    }
}

fn take_name(options: &mut Options, state: &State, name: Vec<u8>) -> Step {
    options.named = true;
    if name.is_empty() || name.contains(&b'\\') && state.unquote {
        return not_modelled("an empty name, or one with a backslash that tar would unquote, is not modelled");
    }
    options.items.push(Item::Name(name, state.inclusion()));
    Ok(())
}

fn format_of(shown: &str, talk: &mut Talk) -> Step<Format> {
    match shown {
        "gnu" => Ok(Format::Gnu),
        "ustar" => Ok(Format::Ustar),
        "v7" => Ok(Format::V7),
        "pax" | "posix" => Ok(Format::Pax),
        "oldgnu" => not_modelled("the format `oldgnu` of tar is not modelled"),
        _ => talk.usage(format!("{shown}: Invalid archive format"), 2),
    }
}

/// Access and change times stand in each pax header unless they are left out, and they are not known here.
fn check_pax(options: &Options, words: &[Vec<u8>], writes: bool) -> Step {
    if !writes || options.format != Format::Pax {
        return Ok(());
    }
    let known: [&[u8]; 3] = [b"delete=atime", b"delete=ctime", b"exthdr.name=%d/PaxHeaders/%f"];
    if let Some(word) = words.iter().find(|it| !known.contains(&it.as_slice())) {
        return not_modelled(format!("the option `--pax-option={}` of tar is not modelled", String::from_utf8_lossy(word)));
    }
    if known[..2].iter().all(|it| words.iter().any(|word| word == it)) {
        return Ok(());
    }
    not_modelled("a pax archive holds access and change times, which are not modelled: --pax-option=delete=atime,delete=ctime leaves them out")
}

/// What `--owner=NAME[:NUMBER]` means.
fn who(text: &[u8], mut number_of: impl FnMut(&[u8]) -> Option<u32>, talk: &mut Talk) -> Step<Who> {
    let digits = |text: &[u8]| {
        std::str::from_utf8(text).ok().filter(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit())).and_then(|it| it.parse::<u32>().ok())
    };
    if let Some(at) = text.iter().position(|it| *it == b':') {
        let Some(number) = digits(&text[at + 1..]) else {
            return talk.fatal(said(&[&text[at + 1..], b": Invalid owner or group ID"]));
        };
        return Ok(Who { name: (at > 0).then(|| text[..at].to_vec()), number: Some(number) });
    }
    if let Some(number) = number_of(text) {
        return Ok(Who { name: Some(text.to_vec()), number: Some(number) });
    }
    if text.first().is_some_and(u8::is_ascii_digit) {
        return match digits(text) {
            Some(number) => Ok(Who { name: None, number: Some(number) }),
            None => not_modelled("an owner that begins like a number is not modelled"),
        };
    }
    Ok(Who { name: Some(text.to_vec()), number: None })
}

fn mtime_of(text: &[u8], cwd: &[u8], files: &mut impl Files, talk: &mut Talk) -> Step<(i64, u32)> {
    if text.starts_with(b"/") || text.starts_with(b".") {
        return match files.stat(&at(cwd, text), true) {
            Ok(stat) => Ok(stat.mtime),
            Err(error) => {
                let name = talk.colon(text);
                talk.fatal(said(&[&name, b": Cannot stat: ", error.to_string().as_bytes()]))
            }
        };
    }
    match date::read(text) {
        Some(time) => Ok(time),
        None => not_modelled(format!("the date `--mtime={}` of tar is not modelled", String::from_utf8_lossy(text))),
    }
}

/// The name of an archive without its folder and its suffixes, as `--one-top-level` takes it.
fn base_of(archive: &[u8]) -> Vec<u8> {
    let base = archive.rsplit(|it| *it == b'/').next().unwrap_or_default();
    for suffix in [".tar", ".tgz", ".taz", ".tz2", ".tbz2", ".tbz", ".tlz", ".txz", ".tzst", ".tZ"] {
        if let Some(base) = base.strip_suffix(suffix.as_bytes()).filter(|it| !it.is_empty()) {
            return base.to_vec();
        }
    }
    for suffix in [".gz", ".z", ".Z", ".bz2", ".lz", ".lzma", ".xz", ".lzo", ".zst"] {
        if let Some(base) = base.strip_suffix(suffix.as_bytes()) {
            return base.strip_suffix(b".tar").unwrap_or(base).to_vec();
        }
    }
    Vec::new()
}

fn is_gzip(archive: &[u8]) -> bool {
    [&b".gz"[..], b".tgz", b".taz"].iter().any(|it| archive.ends_with(it))
}

fn is_plain(archive: &[u8]) -> bool {
    let suffixes: [&[u8]; 17] =
        [b".gz", b".z", b".tgz", b".taz", b".Z", b".taZ", b".bz2", b".tbz", b".tbz2", b".tz2", b".lz", b".lzma", b".tlz", b".lzo", b".xz", b".txz", b".zst"];
    !suffixes.iter().any(|it| archive.ends_with(it)) && !archive.ends_with(b".tzst")
}

/// The lines of a file of names or patterns, from standard input if it is `-`.
pub(crate) fn lines(file: &[u8], nul: bool, cwd: &[u8], files: &mut impl Files) -> Result<Vec<Vec<u8>>, crate::files::Errno> {
    let text = if file == b"-" {
        files.stdin()
    } else if file == b"/dev/null" {
        Vec::new()
    } else {
        let path = at(cwd, file);
        match files.stat(&path, true)?.kind {
            Kind::Directory => return Err(crate::files::Errno::IsDirectory),
            _ => files.read(&path)?,
        }
    };
    let end = if nul { 0 } else { b'\n' };
    Ok(text.split(|it| *it == end).map(<[u8]>::to_vec).filter(|it| !it.is_empty()).collect())
}
