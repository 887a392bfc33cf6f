//! Commands that write files of their own which are not guessed. Where the tree has those files the run is unproven, and goes on as if the
//! command had succeeded without a word: so a person sees the rest of the fix. Where it has none of them the command is recorded.

use invitro_sdk::command_model::invitro::remediation::types::{EffectKind, Treatment};
use model_support::{Answer, Command, done};

/// One command.
struct Written {
    name: &'static str,
    kind: &'static str,
    /// What it would change, where it is there.
    files: &'static [&'static str],
    /// Words with which it asks: what it prints is not known.
    asks: &'static [&'static str],
}

/// From the man pages: a2enmod(8), aide(1), authselect(8), chkstat(8), fips-mode-setup(8), grub2-editenv(1), grubby(8), postalias(1), postconf(1), postmap(1),
/// update-ca-certificates(8), update-crypto-policies(8).
const WRITTEN: &[Written] = &[
    Written { name: "a2disconf", kind: "apache-conf", files: &["/etc/apache2/conf-available"], asks: &[] },
    Written { name: "a2dismod", kind: "apache-module", files: &["/etc/apache2/mods-available"], asks: &[] },
    Written { name: "a2dissite", kind: "apache-site", files: &["/etc/apache2/sites-available"], asks: &[] },
    Written { name: "a2enconf", kind: "apache-conf", files: &["/etc/apache2/conf-available"], asks: &[] },
    Written { name: "a2enmod", kind: "apache-module", files: &["/etc/apache2/mods-available"], asks: &[] },
    Written { name: "a2ensite", kind: "apache-site", files: &["/etc/apache2/sites-available"], asks: &[] },
    Written { name: "aide", kind: "integrity-database", files: &["/etc/aide.conf", "/etc/aide/aide.conf"], asks: &["--check", "-C", "--compare", "-E", "--version", "-v"] },
    Written { name: "aideinit", kind: "integrity-database", files: &["/etc/aide/aide.conf"], asks: &[] },
    Written {
        name: "authselect",
        kind: "authselect",
        files: &["/etc/authselect", "/usr/share/authselect"],
        asks: &["check", "current", "list", "list-features", "show", "requirements", "test", "backup-list", "is-feature-enabled"],
    },
    Written { name: "chkstat", kind: "permissions", files: &["/etc/permissions", "/usr/share/permissions", "/etc/permissions.local"], asks: &["--warn", "--noset"] },
    Written { name: "fips-mode-setup", kind: "crypto-policy", files: &["/etc/crypto-policies", "/etc/default/grub", "/etc/system-fips"], asks: &["--check", "--is-enabled"] },
    Written { name: "grub2-editenv", kind: "boot-loader", files: &["/boot/grub2/grubenv"], asks: &["list"] },
    Written {
        name: "grubby",
        kind: "boot-loader",
        files: &["/etc/default/grub", "/boot/loader/entries", "/boot/grub2/grubenv", "/boot/grub2/grub.cfg", "/etc/kernel/cmdline"],
        asks: &["--info", "--default-kernel", "--default-index", "--default-title", "--version", "-v"],
    },
    Written { name: "newaliases", kind: "mail-table", files: &["/etc/aliases.db", "/etc/postfix/main.cf", "/etc/mail/sendmail.cf"], asks: &[] },
    Written { name: "postalias", kind: "mail-table", files: &["/etc/postfix"], asks: &["-q", "-s"] },
    Written { name: "postconf", kind: "mail-setting", files: &["/etc/postfix/main.cf"], asks: &[] },
    Written { name: "postmap", kind: "mail-table", files: &["/etc/postfix"], asks: &["-q", "-s"] },
    Written { name: "update-ca-certificates", kind: "certificates", files: &["/etc/ca-certificates.conf", "/etc/ssl/certs"], asks: &[] },
    Written { name: "update-crypto-policies", kind: "crypto-policy", files: &["/etc/crypto-policies"], asks: &["--show", "--check", "--is-applied"] },
];

/// The commands.
pub(crate) fn names() -> impl Iterator<Item = String> {
    WRITTEN.iter().map(|it| it.name.to_owned())
}

/// Records a command, or tells what of it is not known; none where it is none of these.
pub(crate) fn written(command: &Command<'_>) -> Option<Answer> {
    let it = WRITTEN.iter().find(|it| it.name == command.name)?;
    let asks = |word: &String| it.asks.contains(&word.as_str()) || word.split_once('=').is_some_and(|(word, _)| it.asks.contains(&word));
    let asks = command.words.iter().any(asks) || command.words.is_empty() && !matches!(command.name.as_str(), "newaliases" | "update-ca-certificates" | "aideinit") || command.name == "postconf" && !command.words.iter().any(|it| it == "-e");
    if asks {
        command.blind("what it says hangs on files that it alone knows");
    } else if let Some(file) = it.files.iter().find(|it| command.is_there(it)) {
        command.blind(&format!("what it would make of {file} is not modelled"));
    }
    let kind = if it.kind == "boot-loader" { EffectKind::BootLoader } else { EffectKind::Other(it.kind.to_owned()) };
    command.effect(kind, &command.words.join(" "), Treatment::Recorded);
    Some(done())
}
