//! The keywords of sshd_config(5): of OpenSSH 9.2 as Debian builds it, of later versions to 10.0, and of Red Hat's.

/// What may stand behind a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of these words, whatever their case; the second of a pair is what it is called.
    Word(&'static [(&'static str, &'static str)]),
    /// One of these words in this case.
    Exact(&'static [&'static str]),
    /// A number from 0 on.
    Number,
    /// A time (TIME FORMATS).
    Time,
    /// A time, or `none`.
    TimeOrNone,
    /// One word.
    Text,
    /// The rest of the line.
    Rest,
    /// The rest of the line, which is an absolute path with arguments, or `none`.
    Command,
    /// Ports; all of them count.
    Port,
    /// Addresses; all of them count.
    Address,
    /// Files; all of them count.
    Files,
    /// Words of which all lines count.
    Names,
    /// Users, perhaps at a host, of which all lines count.
    Users,
    /// Names of variables, of which all lines count.
    Variables,
    /// Settings of variables, in one line.
    Settings,
    /// Words of which the first line counts.
    Words,
    /// Method lists of which the first line counts.
    Methods,
    /// Hosts with ports.
    Opens,
    /// Ports, perhaps with hosts.
    Listens,
    /// A name and a command.
    Subsystem,
    /// `start:rate:full`.
    Startups,
    /// A number, or `none`.
    NumberOrNone,
    /// `bits4:bits6`.
    Netblock,
    /// Bytes and time.
    Rekey,
    /// One or two classes of service.
    Quality,
    /// Names of algorithms of this family.
    Algorithms(super::algorithm::Family),
    /// A mask in octal.
    Mask,
    /// Nothing is asked of it any more.
    Gone,
    /// Known, and not looked into.
    Unchecked,
    /// `Match`.
    Match,
    /// `Include`.
    Include,
}

/// One keyword.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keyword {
    /// What it is called in effect, in lower case.
    pub name: &'static str,
    /// Whether it may stand in a `Match` block.
    pub in_match: bool,
    /// What may stand behind it.
    pub kind: Kind,
    /// Whether a later line counts instead of the first.
    pub last_wins: bool,
}

const FLAG: Kind = Kind::Word(&[("yes", "yes"), ("no", "no")]);
const FORWARDING: Kind = Kind::Word(&[("yes", "yes"), ("all", "yes"), ("no", "no"), ("remote", "remote"), ("local", "local")]);
const ROOT: Kind = Kind::Word(&[
    ("without-password", "without-password"),
    ("prohibit-password", "without-password"),
    ("forced-commands-only", "forced-commands-only"),
    ("yes", "yes"),
    ("no", "no"),
]);
const FACILITY: Kind = Kind::Word(&[
    ("daemon", "DAEMON"),
    ("user", "USER"),
    ("auth", "AUTH"),
    ("authpriv", "AUTHPRIV"),
    ("local0", "LOCAL0"),
    ("local1", "LOCAL1"),
    ("local2", "LOCAL2"),
    ("local3", "LOCAL3"),
    ("local4", "LOCAL4"),
    ("local5", "LOCAL5"),
    ("local6", "LOCAL6"),
    ("local7", "LOCAL7"),
]);
const LEVEL: Kind = Kind::Word(&[
    ("silent", "QUIET"),
    ("quiet", "QUIET"),
    ("fatal", "FATAL"),
    ("error", "ERROR"),
    ("info", "INFO"),
    ("verbose", "VERBOSE"),
    ("debug", "DEBUG"),
    ("debug1", "DEBUG"),
    ("debug2", "DEBUG2"),
    ("debug3", "DEBUG3"),
]);

/// Keyword, name in effect where it differs, `m` where it may stand in a `Match` block, kind.
type Row = (&'static str, &'static str, bool, Kind);

#[rustfmt::skip]
const KEYWORDS: &[Row] = &[
    ("usepam", "", false, FLAG),
    ("port", "", false, Kind::Port),
    ("hostkey", "", false, Kind::Files), ("hostdsakey", "hostkey", false, Kind::Files), ("hostcertificate", "", false, Kind::Files),
    ("hostkeyagent", "", false, Kind::Text), ("pidfile", "", false, Kind::Text), ("modulifile", "", false, Kind::Text), ("xauthlocation", "", false, Kind::Text),
    ("securitykeyprovider", "", false, Kind::Text),
    ("logingracetime", "", false, Kind::Time),
    ("permitrootlogin", "", true, ROOT),
    ("syslogfacility", "", false, FACILITY), ("loglevel", "", true, LEVEL),
    ("hostbasedauthentication", "", true, FLAG), ("hostbasedusesnamefrompacketonly", "", true, FLAG),
    ("pubkeyauthentication", "", true, FLAG), ("dsaauthentication", "pubkeyauthentication", false, FLAG), ("passwordauthentication", "", true, FLAG),
    ("kbdinteractiveauthentication", "", true, FLAG), ("challengeresponseauthentication", "kbdinteractiveauthentication", true, FLAG), ("skeyauthentication", "kbdinteractiveauthentication", true, FLAG),
    ("kerberosauthentication", "", true, FLAG), ("kerberosorlocalpasswd", "", false, FLAG), ("kerberosticketcleanup", "", false, FLAG),
    ("gssapiauthentication", "", true, FLAG), ("gssapicleanupcredentials", "", false, FLAG), ("gssapicleanupcreds", "gssapicleanupcredentials", false, FLAG),
    ("gssapistrictacceptorcheck", "", false, FLAG), ("gssapikeyexchange", "", false, FLAG), ("gssapistorecredentialsonrekey", "", false, FLAG),
    ("printmotd", "", false, FLAG), ("printlastlog", "", false, FLAG), ("ignoreuserknownhosts", "", false, FLAG),
    ("ignorerhosts", "", true, Kind::Word(&[("yes", "yes"), ("no", "no"), ("shosts-only", "shosts-only")])),
    ("x11forwarding", "", true, FLAG), ("x11displayoffset", "", true, Kind::Number), ("x11uselocalhost", "", true, FLAG),
    ("strictmodes", "", false, FLAG), ("permitemptypasswords", "", true, FLAG), ("permituserrc", "", true, FLAG), ("permittty", "", true, FLAG),
    ("permituserenvironment", "", false, Kind::Text),
    ("compression", "", false, Kind::Word(&[("yes", "yes"), ("delayed", "yes"), ("no", "no")])),
    ("rekeylimit", "", true, Kind::Rekey),
    ("tcpkeepalive", "", false, FLAG), ("keepalive", "tcpkeepalive", false, FLAG),
    ("allowtcpforwarding", "", true, FORWARDING), ("allowstreamlocalforwarding", "", true, FORWARDING), ("allowagentforwarding", "", true, FLAG), ("disableforwarding", "", true, FLAG),
    ("gatewayports", "", true, Kind::Word(&[("clientspecified", "clientspecified"), ("yes", "yes"), ("no", "no")])),
    ("allowusers", "", true, Kind::Users), ("denyusers", "", true, Kind::Users), ("allowgroups", "", true, Kind::Names), ("denygroups", "", true, Kind::Names),
    ("listenaddress", "", false, Kind::Address),
    ("addressfamily", "", false, Kind::Word(&[("inet", "inet"), ("inet6", "inet6"), ("any", "any")])),
    ("subsystem", "", false, Kind::Subsystem),
    ("maxstartups", "", false, Kind::Startups), ("persourcemaxstartups", "", false, Kind::NumberOrNone), ("persourcenetblocksize", "", false, Kind::Netblock),
    ("maxauthtries", "", true, Kind::Number), ("maxsessions", "", true, Kind::Number), ("clientalivecountmax", "", true, Kind::Number), ("clientaliveinterval", "", true, Kind::Time),
    ("requiredrsasize", "", true, Kind::Number),
    ("banner", "", true, Kind::Text), ("usedns", "", false, FLAG),
    ("authorizedkeysfile", "", true, Kind::Words), ("authorizedprincipalsfile", "", true, Kind::Text), ("chrootdirectory", "", true, Kind::Text),
    ("revokedkeys", "", true, Kind::Text), ("trustedusercakeys", "", true, Kind::Text), ("rdomain", "", true, Kind::Unchecked),
    ("authorizedkeyscommand", "", true, Kind::Command), ("authorizedprincipalscommand", "", true, Kind::Command),
    ("authorizedkeyscommanduser", "", true, Kind::Text), ("authorizedprincipalscommanduser", "", true, Kind::Text),
    ("forcecommand", "", true, Kind::Rest), ("versionaddendum", "", false, Kind::Rest), ("debianbanner", "", false, FLAG),
    ("acceptenv", "", true, Kind::Variables), ("setenv", "", true, Kind::Settings),
    ("permittunnel", "", true, Kind::Exact(&["no", "point-to-point", "ethernet", "yes"])),
    ("permitopen", "", true, Kind::Opens), ("permitlisten", "", true, Kind::Listens),
    ("ipqos", "", true, Kind::Quality), ("streamlocalbindmask", "", true, Kind::Mask), ("streamlocalbindunlink", "", true, FLAG), ("exposeauthinfo", "", true, FLAG),
    ("fingerprinthash", "", false, Kind::Word(&[("md5", "MD5"), ("sha1", "SHA1"), ("sha256", "SHA256"), ("sha384", "SHA384"), ("sha512", "SHA512")])),
    ("authenticationmethods", "", true, Kind::Methods), ("pubkeyauthoptions", "", true, Kind::Unchecked),
    ("channeltimeout", "", true, Kind::Unchecked), ("unusedconnectiontimeout", "", true, Kind::TimeOrNone),
    ("ciphers", "", false, Kind::Algorithms(super::algorithm::Family::Cipher)), ("macs", "", false, Kind::Algorithms(super::algorithm::Family::Mac)),
    ("kexalgorithms", "", false, Kind::Algorithms(super::algorithm::Family::Kex)), ("gssapikexalgorithms", "", false, Kind::Unchecked),
    ("hostkeyalgorithms", "", false, Kind::Algorithms(super::algorithm::Family::Key)), ("hostbasedacceptedalgorithms", "", true, Kind::Algorithms(super::algorithm::Family::Key)),
    ("hostbasedacceptedkeytypes", "hostbasedacceptedalgorithms", true, Kind::Algorithms(super::algorithm::Family::Key)),
    ("pubkeyacceptedalgorithms", "", true, Kind::Algorithms(super::algorithm::Family::Key)),
    ("pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms", true, Kind::Algorithms(super::algorithm::Family::Key)),
    ("casignaturealgorithms", "", true, Kind::Algorithms(super::algorithm::Family::Key)),
    ("match", "", true, Kind::Match), ("include", "", true, Kind::Include),
    // Nothing is asked of these any more, or this build lacks what they are for.
    ("protocol", "", false, Kind::Gone), ("pamauthenticationviakbdint", "", false, Kind::Gone), ("serverkeybits", "", false, Kind::Gone), ("keyregenerationinterval", "", false, Kind::Gone),
    ("rhostsauthentication", "", false, Kind::Gone), ("rhostsrsaauthentication", "", true, Kind::Gone), ("rsaauthentication", "", true, Kind::Gone), ("checkmail", "", false, Kind::Gone),
    ("uselogin", "", false, Kind::Gone), ("verifyreversemapping", "", false, Kind::Gone), ("reversemappingcheck", "", false, Kind::Gone), ("authorizedkeysfile2", "", true, Kind::Gone),
    ("useprivilegeseparation", "", false, Kind::Gone), ("kerberosgetafstoken", "", false, Kind::Gone), ("kerberostgtpassing", "", false, Kind::Gone), ("afstokenpassing", "", false, Kind::Gone),
    // Later than 9.2, and Red Hat's.
    ("persourcepenalties", "", false, Kind::Unchecked), ("persourcepenaltyexemptlist", "", false, Kind::Unchecked), ("refuseconnection", "", true, FLAG), ("sshdsessionpath", "", false, Kind::Text),
    ("sshdauthpath", "", false, Kind::Text), ("rsaminsize", "", true, Kind::Number), ("gssapienablek5users", "", true, FLAG), ("kerberosuniqueccache", "", false, FLAG),
    ("kerberosusekuserok", "", true, FLAG), ("permitpasswordchange", "", true, FLAG), ("useselinux", "", false, FLAG),
];

/// Finds a keyword, whatever its case.
pub(super) fn find(word: &str) -> Option<Keyword> {
    let lower = word.to_ascii_lowercase();
    let (written, name, in_match, kind) = *KEYWORDS.iter().find(|it| it.0 == lower)?;
    let last_wins = matches!(written, "ipqos" | "streamlocalbindmask" | "fingerprinthash" | "maxstartups");
    Some(Keyword { name: if name.is_empty() { written } else { name }, in_match, kind, last_wins })
}

/// The keyword that was probably meant, for a word that is none: one that differs in one letter.
pub(super) fn near(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    KEYWORDS.iter().map(|it| it.0).find(|it| {
        let (a, b) = (it.as_bytes(), lower.as_bytes());
        let start = a.iter().zip(b).take_while(|it| it.0 == it.1).count();
        let end = a.iter().rev().zip(b.iter().rev()).take_while(|it| it.0 == it.1).count();
        a.len().abs_diff(b.len()) <= 1 && start + end + 1 >= a.len().max(b.len())
    })
}
