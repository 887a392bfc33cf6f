//! Settings of `Defaults` (sudoers(5), SUDOERS OPTIONS) and what values they take, as visudo 1.9.13 says.

use super::parse::Operator;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// On or off.
    Flag,
    /// Text.
    Text,
    /// Text that may be switched off with `!`.
    TextOrNone,
    /// An absolute path.
    Path,
    /// An absolute path that may be switched off.
    PathOrNone,
    /// Words, which can be added and removed.
    List,
    /// A whole number.
    Number,
    /// A whole number that may be switched off.
    NumberOrNone,
    /// Minutes, perhaps with a fraction and a sign.
    Minutes,
    /// Seconds or a time with units.
    Time,
    /// A mode in octal.
    Mode,
    /// A limit of resources.
    Limit,
    /// One of these words; `true` where it may stand alone.
    Word(&'static [&'static str], bool),
}

const FLAGS: &str = "authenticate always_query_group_plugin always_set_home case_insensitive_group case_insensitive_user closefrom_override compress_io env_editor env_reset exec_background fast_glob fqdn ignore_audit_errors ignore_dot ignore_iolog_errors ignore_local_sudoers ignore_logfile_errors ignore_unknown_defaults insults intercept intercept_allow_setid intercept_authenticate intercept_verify iolog_flush log_allowed log_denied log_exit_status log_host log_input log_output log_passwords log_server_keepalive log_server_verify log_stderr log_stdin log_stdout log_subcmds log_ttyin log_ttyout log_year long_otp_prompt mail_all_cmnds mail_always mail_badpass mail_no_host mail_no_perms mail_no_user match_group_by_gid netgroup_tuple noexec noninteractive_auth pam_acct_mgmt pam_rhost pam_ruser pam_session pam_setcred pam_silent passprompt_override path_info preserve_groups pwfeedback requiretty root_sudo rootpw runas_allow_unknown_id runas_check_shell runaspw selinux set_home set_logname set_utmp setenv shell_noargs stay_setuid sudoedit_checkdir sudoedit_follow syslog_pid targetpw tty_tickets umask_override use_loginclass use_netgroups use_pty user_command_timeouts utmp_runas visiblepw";
const TEXTS: &str = "apparmor_profile authfail_message badpass_message iolog_file limitprivs mailsub maxseq pam_askpass_service pam_login_service pam_service passprompt role runas_default timestampowner type privs group_plugin sudoers_locale cmddenial_message";
const TEXTS_OR_NONE: &str = "exempt_group iolog_group iolog_user mailerflags mailfrom mailto secure_path";
const PATHS: &str = "iolog_dir lecture_status_dir timestampdir editor";
const PATHS_OR_NONE: &str =
    "admin_flag lecture_file log_server_cabundle log_server_peer_cert log_server_peer_key logfile mailerpath restricted_env_file runchroot runcwd env_file";
const LISTS: &str = "env_check env_delete env_keep log_servers passprompt_regex";
const LIMITS: &str = "rlimit_as rlimit_core rlimit_cpu rlimit_data rlimit_fsize rlimit_locks rlimit_memlock rlimit_nofile rlimit_nproc rlimit_rss rlimit_stack";

fn kind(name: &str) -> Option<Kind> {
    let within = |list: &str| list.split(' ').any(|it| it == name);
    Some(match name {
        "umask" | "iolog_mode" => Kind::Mode,
        "loglinelen" => Kind::NumberOrNone,
        "passwd_tries" | "syslog_maxlen" | "closefrom" => Kind::Number,
        "passwd_timeout" | "timestamp_timeout" => Kind::Minutes,
        "command_timeout" | "log_server_timeout" => Kind::Time,
        "fdexec" => Kind::Word(&["never", "always", "digest_only"], true),
        "lecture" => Kind::Word(&["never", "once", "always"], true),
        "listpw" | "verifypw" => Kind::Word(&["never", "any", "all", "always"], true),
        "intercept_type" => Kind::Word(&["dso", "trace"], false),
        "log_format" => Kind::Word(&["sudo", "json", "json_compact", "json_pretty"], false),
        "timestamp_type" => Kind::Word(&["global", "ppid", "tty", "kernel"], false),
        "syslog" => Kind::Word(&["auth", "authpriv", "daemon", "user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"], true),
        "syslog_badpri" | "syslog_goodpri" => Kind::Word(&["alert", "crit", "debug", "emerg", "err", "info", "notice", "warning", "none"], false),
        _ if within(FLAGS) => Kind::Flag,
        _ if within(TEXTS) => Kind::Text,
        _ if within(TEXTS_OR_NONE) => Kind::TextOrNone,
        _ if within(PATHS) => Kind::Path,
        _ if within(PATHS_OR_NONE) => Kind::PathOrNone,
        _ if within(LISTS) => Kind::List,
        _ if within(LIMITS) => Kind::Limit,
        _ => return None,
    })
}

/// Says what is wrong with a setting.
pub(super) fn wrong(name: &str, operator: Operator, value: &str) -> Option<String> {
    let Some(kind) = kind(name) else { return Some(format!("unknown defaults entry \"{name}\"")) };
    match operator {
        Operator::Off => match kind {
            Kind::Text | Kind::Path | Kind::Number => Some(format!("option \"{name}\" may not be switched off")),
            Kind::Mode if name == "iolog_mode" => Some(format!("option \"{name}\" may not be switched off")),
            _ => None,
        }
        .filter(|_| name != "closefrom"),
        Operator::On => match kind {
            Kind::Flag | Kind::Word(_, true) => None,
            _ => Some(format!("no value specified for \"{name}\"")),
        },
        Operator::Add | Operator::Remove if kind != Kind::List && !matches!(kind, Kind::Text | Kind::TextOrNone) => {
            Some(format!("invalid operator for \"{name}\""))
        }
        Operator::Add | Operator::Remove => None,
        Operator::Set => {
            let invalid = || Some(format!("value \"{value}\" is invalid for option \"{name}\""));
            let number = value.parse::<u32>().is_ok();
            match kind {
                Kind::Flag => Some(format!("option \"{name}\" does not take a value")),
                Kind::Path | Kind::PathOrNone if !value.starts_with('/') && !(matches!(name, "runchroot" | "runcwd") && value.starts_with(['*', '~'])) => {
                    Some(format!("values for \"{name}\" must start with a '/'"))
                }
                Kind::Number | Kind::NumberOrNone if !number => invalid(),
                Kind::Minutes if !is_minutes(value) => invalid(),
                Kind::Time if !is_time(value) => invalid(),
                Kind::Mode if !u32::from_str_radix(value, 8).is_ok_and(|it| it <= 0o777) => invalid(),
                Kind::Limit if !value.split(',').all(|it| it.parse::<u64>().is_ok() || matches!(it, "infinity" | "default" | "user")) => invalid(),
                Kind::Word(words, _) if !words.contains(&value) => invalid(),
                _ => None,
            }
        }
    }
}

fn is_minutes(value: &str) -> bool {
    value.trim_start_matches('-').parse::<f64>().is_ok() && value.chars().all(|it| it.is_ascii_digit() || it == '.' || it == '-')
}

/// `5`, `1h30m` (sudoers(5), `Timeout_Spec`).
pub(super) fn is_time(value: &str) -> bool {
    let mut rest = value;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let unit = rest.as_bytes().get(digits);
        match (digits, unit) {
            (1.., None) => return true,
            (1.., Some(b'd' | b'h' | b'm' | b's' | b'D' | b'H' | b'M' | b'S')) => rest = &rest[digits + 1..],
            _ => return false,
        }
    }
    !value.is_empty()
}
