//! The account tools of Debian 12 (shadow 4.13) over a world that is given: what useradd(8), usermod(8), passwd(1) and their like
//! leave in passwd(5), shadow(5), group(5), gshadow(5), subuid(5), in back-up files and in homes.
//!
//! A form that was not held against the real tools is an `Err` with its name: the caller reports it as unmodelled. That holds for
//! account files with anything unusual in them too (comments, NIS lines, doubled names), as the tools' ways with those are many.

mod aging;
mod home;
mod home_helper;
mod ids;
mod members;
mod options;
mod settings;
mod table;
mod user_new;
mod user_change;
mod user_gone;
mod group;

/// The kind of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// Anything else.
    Other,
}

/// What a world says of a path.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// The kind.
    pub kind: Kind,
    /// The twelve permission bits.
    pub mode: u32,
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// The number of names.
    pub links: u32,
}

/// Where the tools work, as root with umask 022. Paths are absolute.
pub trait World {
    /// Metadata of a path.
    fn stat(&self, path: &str, follow: bool) -> Option<Meta>;
    /// A whole file.
    fn read(&self, path: &str) -> Option<Vec<u8>>;
    /// Names in a folder, in any order; none where one of them is no text.
    fn list(&self, path: &str) -> Option<Vec<String>>;
    /// The target of a link.
    fn read_link(&self, path: &str) -> Option<String>;
    /// Makes or empties a file (a new one with mode 0600) and writes it.
    fn write(&self, path: &str, bytes: &[u8]) -> Done;
    /// mkdir(2) with mode 0700.
    fn make_folder(&self, path: &str) -> Done;
    /// symlink(2).
    fn make_link(&self, target: &str, path: &str) -> Done;
    /// link(2).
    fn make_name(&self, existing: &str, path: &str) -> Done;
    /// unlink(2).
    fn remove(&self, path: &str) -> Done;
    /// rmdir(2).
    fn remove_folder(&self, path: &str) -> Done;
    /// rename(2).
    fn rename(&self, from: &str, to: &str) -> Done;
    /// chmod(2).
    fn set_mode(&self, path: &str, mode: u32) -> Done;
    /// lchown(2).
    fn set_owner(&self, path: &str, uid: u32, gid: u32) -> Done;
    /// Days since the epoch.
    fn days(&self) -> i64;
    /// Notes that an answer is ours.
    fn assume(&self, about: &str, name: &str);
    /// Says what is not known of a result: it is shown, and unproven.
    fn blind(&self, why: &str);
}

/// Whether something was done; the text says what was not.
pub type Done = Result<(), String>;

/// What a command printed and its status.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Said {
    /// Exit status.
    pub status: u32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Said {
    pub(crate) fn error(status: u32, text: String) -> Said {
        Said { status, stdout: String::new(), stderr: text + "\n" }
    }

    pub(crate) fn out(text: String) -> Said {
        Said { status: 0, stdout: text, stderr: String::new() }
    }
}

/// An answer; an error is a form that is not modelled.
pub type Answer = Result<Said, String>;

/// Commands that are modelled, each with its options. The page `docs/models/accounts.md` says the same, and a test compares them.
pub const MODELLED: &[(&str, &str)] = &[
    ("chage", "-d -E -I -m -M -W"),
    ("chpasswd", "-e"),
    ("chsh", "-s"),
    ("gpasswd", "-a -d -M -A -r -R"),
    ("groupadd", "-f -g -o -r"),
    ("groupdel", "-f"),
    ("groupmod", "-g -n -o"),
    ("mkhomedir_helper", ""),
    ("passwd", "-d -e -i -l -n -q -S -u -w -x"),
    ("useradd", "-b -c -d -D -e -f -F -g -G -k -K -l -m -M -N -o -p -r -s -u -U"),
    ("userdel", "-f -r"),
    ("usermod", "-a -c -d -e -f -g -G -L -p -r -s -U"),
];

/// Commands of the family that are named here so that they are told as unmodelled with a reason.
pub const UNMODELLED: &[(&str, &str)] = &[
    ("addgroup", "Debian's adduser(8) with its own configuration"),
    ("adduser", "Debian's adduser(8) with its own configuration"),
    ("chfn", "the form of the field is asked of login.defs(5)"),
    ("delgroup", "Debian's deluser(8) with its own configuration"),
    ("deluser", "Debian's deluser(8) with its own configuration"),
    ("faillock", "the records lie in /run"),
    ("grpck", "it asks"),
    ("grpconv", "it moves passwords between files"),
    ("grpunconv", "it moves passwords between files"),
    ("newusers", "it hashes passwords with a random salt"),
    ("pam-auth-update", "profiles of packages decide what it writes"),
    ("pwck", "it asks"),
    ("pwconv", "it moves passwords between files"),
    ("pwunconv", "it moves passwords between files"),
    ("vigr", "an editor"),
    ("vipw", "an editor"),
];

/// Carries out a command.
pub fn run(world: &dyn World, name: &str, words: &[String], stdin: &[u8]) -> Answer {
    if let Some(it) = UNMODELLED.iter().find(|it| it.0 == name) {
        return Err(format!("any form ({})", it.1));
    }
    if let Some(word) = words.iter().find(|it| it.chars().any(|c| c == ':' || !c.is_ascii() || c.is_ascii_control())) {
        return Err(format!("the word `{}` with a colon, a control character or beyond ASCII", word.escape_default()));
    }
    settings::fits(world, name)?;
    match name {
        "useradd" => user_new::useradd(world, words),
        "usermod" => user_change::usermod(world, words),
        "userdel" => user_gone::userdel(world, words),
        "groupadd" => group::groupadd(world, words),
        "groupmod" => group::groupmod(world, words),
        "groupdel" => group::groupdel(world, words),
        "gpasswd" => members::gpasswd(world, words),
        "mkhomedir_helper" => home_helper::mkhomedir_helper(world, words),
        "passwd" => aging::passwd(world, words),
        "chage" => aging::chage(world, words),
        "chpasswd" => aging::chpasswd(world, words, stdin),
        "chsh" => user_change::chsh(world, words),
        other => Err(format!("the command {other}")),
    }
}
