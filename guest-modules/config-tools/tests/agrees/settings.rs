//! Keyfiles and locks by chance for `dconf update`.

use super::{Case, chance::Chance};

const GROUPS: &[&str] = &["org/gnome/login-screen", "org/gnome/desktop/session", "org/gnome/desktop/screensaver", "org/gnome/desktop/media-handling", "org/gnome", "a", "a/b", "system/proxy", "x.y/z_1"];
const KEYS: &[&str] = &["banner-message-enable", "banner-message-text", "idle-delay", "lock-enabled", "lock-delay", "automount", "automount-open", "disable-user-list", "logout", "b", "Key_2", "c.d"];
const VALUES: &[&str] = &[
    "true", "false", "uint32 900", "uint32 0", "0", "-17", "5", "int64 -3", "uint64 9", "byte 7", "int16 -2", "uint16 3", "double 2", "1.5", "-0.25", "'text'", "''", "\"it's\"", "'a\\nb'", "'é'", "@as []",
    "['a']", "['a', 'bc', '']", "[1, 2,3]", "[true]", "[uint32 1, uint32 2]", "('xkb', 'us')", "[('xkb', 'us'), ('ibus', 'x')]", "(1, 'a', true)", "('a', 1, uint64 3)", "(1, true)", "[(1, true), (2, false)]", "@u 5",
    "'<Primary><Alt>Delete'", "[['a'], ['b', 'c']]", "string", "[]", "uint32", "nothing", "'open", "[1, 'a']", "0x10", "[1.5, 2.0]", "1e3", "('a',)", "@ai [1, 2]", "()", "'\\''", "2147483648", "uint32 -1", "{'a': 1}",
];

/// Makes files and calls.
pub fn case(chance: &mut Chance) -> Case {
    let mut files = Vec::new();
    let database = |it: &mut Chance| it.one(&["local", "local", "gdm", "site"]).to_owned();
    for _ in 0..1 + chance.below(4) {
        let mut text = String::new();
        for _ in 0..1 + chance.below(4) {
            text += &format!("{}[{}]{}\n", if chance.in_ten(2) { "# c\n\n" } else { "" }, chance.one(GROUPS), if chance.in_ten(1) { " " } else { "" });
            let most = if chance.in_ten(2) { 12 } else { 4 };
            for _ in 0..chance.below(most) {
                // Most values are such that a whole file can be held.
                let most = if chance.in_ten(1) { VALUES.len() } else { 35 };
                let numbered = if chance.in_ten(4) { chance.below(40).to_string() } else { String::new() };
                text += &format!("{}{numbered}{}{}\n", chance.one(KEYS), chance.one(&["=", "=", "=", " = "]), chance.one(&VALUES[..most]));
            }
        }
        if chance.in_ten(1) {
            text += chance.one(&["odd line\n", "k[de]=1\n", "=1\n", " [a]\n", "x=true \n", "x=true\r\n"]);
        }
        files.push((format!("/etc/dconf/db/{}.d/{}", database(chance), chance.one(&["00-a", "10-b", "zz", ".hidden", "k~", "A"])), text));
    }
    let first = database(chance);
    files.push((format!("/etc/dconf/db/{first}.d/05"), format!("[{}]\n{}={}\n", chance.one(GROUPS), chance.one(KEYS), chance.one(&VALUES[..35]))));
    for _ in 0..chance.below(4) {
        let mut text = String::new();
        for _ in 0..chance.below(5) {
            text += &format!("{}/{}/{}\n", chance.one(&["", "", "", " ", "#"]), chance.one(GROUPS), chance.one(KEYS));
        }
        // A database with locks alone has bytes of chance: that is rare here.
        let at = if chance.in_ten(1) { "site" } else { &first };
        files.push((format!("/etc/dconf/db/{at}.d/locks/{}", chance.one(&["00-l", "l2", ".h"])), text));
    }
    Case { files, calls: vec![("dconf".to_owned(), vec!["update".to_owned()])], watched: "etc/dconf" }
}
