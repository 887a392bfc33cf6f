//! useradd(8).

use crate::{
    Answer, Said, World,
    home,
    ids::{self, For},
    options::{self, Words, day, id, is_name, number},
    settings::{self, DEFAULTS, Defaults},
    table::{self, GROUP, GSHADOW, PASSWD, SHADOW, SUBGID, SUBUID, with},
};

const LONG: &[(&str, char)] = &[
    ("base-dir", 'b'), ("comment", 'c'), ("home-dir", 'd'), ("defaults", 'D'), ("expiredate", 'e'), ("inactive", 'f'),
    ("add-subids-for-system", 'F'), ("gid", 'g'), ("groups", 'G'), ("skel", 'k'), ("key", 'K'), ("no-log-init", 'l'), ("create-home", 'm'),
    ("no-create-home", 'M'), ("no-user-group", 'N'), ("non-unique", 'o'), ("password", 'p'), ("system", 'r'), ("shell", 's'), ("uid", 'u'),
    ("user-group", 'U'),
];

/// Settings that `-K` may set here.
const KEYS: &[&str] = &[
    "CREATE_HOME", "GID_MAX", "GID_MIN", "HOME_MODE", "PASS_MAX_DAYS", "PASS_MIN_DAYS", "PASS_WARN_AGE", "SYS_GID_MAX", "SYS_GID_MIN", "SYS_UID_MAX",
    "SYS_UID_MIN", "UID_MAX", "UID_MIN", "UMASK", "USERGROUPS_ENAB",
];

/// A field of shadow(5): nothing for a negative number.
pub(crate) fn field(days: i64) -> String {
    if days < 0 { String::new() } else { days.to_string() }
}

/// What is said of a shell that is not there or can't be run.
pub(crate) fn shell_warning(world: &dyn World, program: &str, shell: &str) -> String {
    let runs = world.stat(shell, true).is_some_and(|it| it.kind != crate::Kind::Folder && it.mode & 0o111 != 0);
    if shell.is_empty() || shell.starts_with('*') || shell == "/sbin/nologin" || runs {
        String::new()
    } else {
        format!("{program}: Warning: missing or non-executable shell '{shell}'\n")
    }
}

pub(crate) fn useradd(world: &dyn World, words: &[String]) -> Answer {
    let it = options::read(words, "b:c:d:De:f:Fg:G:k:K:lmMNop:rs:u:U", LONG)?.once()?;
    let groups = table::must(world, GROUP)?;
    let (mut defaults, mut told) = settings::defaults(world, &groups)?;
    if ['b', 'd'].into_iter().any(|letter| it.value(letter).is_some_and(|path| !path.starts_with('/'))) {
        return Err("a usage error".to_owned());
    }
    if let Some(home) = it.value('b') {
        defaults.home = home.to_owned();
    }
    let expire = day(it.value('e').unwrap_or(&defaults.expire))?;
    if let Some(text) = it.value('f') {
        defaults.inactive = number(text).filter(|it| *it >= -1).ok_or("a usage error")?;
    }
    if let Some(shell) = it.value('s') {
        if !shell.is_empty() && !shell.starts_with(['/', '*']) {
            return Err("a usage error".to_owned());
        }
        told += &shell_warning(world, "useradd", shell);
        defaults.shell = shell.to_owned();
    }
    if it.has('D') {
        return change_defaults(world, &it, &mut defaults, &groups, told);
    }
    let name = it.operand()?;
    let mut gid = None;
    if let Some(group) = it.value('g') {
        match groups.group(group) {
            Some(row) => gid = row[2].parse().ok(),
            // Of several wrong words the tool tells the first one.
            None if it.has('G') || it.has('s') => return Err("a usage error".to_owned()),
            None => return Ok(Said { status: 6, stdout: String::new(), stderr: format!("{told}useradd: group '{group}' does not exist\n") }),
        }
    }
    let mut supplementary = Vec::new();
    if let Some(list) = it.value('G').filter(|it| !it.is_empty()) {
        table::lock(world)?;
        let mut missing = String::new();
        for word in list.split(',') {
            match groups.group(word) {
                Some(row) => supplementary.push(row[0].clone()),
                None => missing += &format!("useradd: group '{word}' does not exist\n"),
            }
        }
        if !missing.is_empty() {
            return if told.is_empty() { Ok(Said { status: 6, stdout: String::new(), stderr: missing }) } else { Err("a usage error".to_owned()) };
        }
    }
    let mut settings = settings::login(world)?;
    if let Some(pair) = it.value('K') {
        let (key, value) = pair.split_once('=').filter(|it| KEYS.contains(&it.0)).ok_or_else(|| format!("`-K {pair}`"))?;
        settings.set(key, value);
    }
    let (system, own_group) = (it.has('r'), it.has('U') || !it.has('g') && !it.has('N') && settings.is_on("USERGROUPS_ENAB"));
    let wanted = it.value('u').map(|text| id(text).ok_or("a usage error")).transpose()?;
    let clash = it.has('o') && wanted.is_none() || it.has('k') && !it.has('m') || own_group && (it.has('g') || it.has('N')) || it.has('m') && it.has('M');
    if clash {
        return Err("a usage error".to_owned());
    }
    if !is_name(name) {
        return Ok(Said { status: 3, stdout: String::new(), stderr: format!("{told}useradd: invalid user name '{name}': use --badname to ignore\n") });
    }
    let home = it.value('d').map_or_else(|| format!("{}/{name}", defaults.home), str::to_owned);
    let mut passwd = table::must(world, PASSWD)?;
    let mut shadow = table::must(world, SHADOW)?;
    let (mut group, mut gshadow) = (groups, table::read(world, GSHADOW)?);
    if shadow.get(name).is_some() || own_group && gshadow.as_ref().is_some_and(|it| it.get(name).is_some() != group.get(name).is_some()) {
        if passwd.get(name).is_none() {
            return Err(format!("an entry of {name} that was left over"));
        }
    }
    if passwd.get(name).is_some() {
        return Ok(Said { status: 9, stdout: String::new(), stderr: format!("{told}useradd: user '{name}' already exists\n") });
    }
    if own_group && group.get(name).is_some() {
        let stderr = format!("{told}useradd: group {name} exists - if you want to add this user to that group, use -g.\n");
        return Ok(Said { status: 9, stdout: String::new(), stderr });
    }
    let (least, most) = (settings.count("UID_MIN", 1000)?, settings.count("UID_MAX", 60000)?);
    // The tool warns by another default than it chooses by.
    let warned = settings.count("UID_MAX", 6000)?;
    let subordinate = (!system || it.has('F')) && wanted.is_none_or(|it| it == 0 || (least..=most).contains(&it));
    let uid = match wanted {
        Some(uid) if !it.has('o') && passwd.by_id(uid).is_some() => {
            table::lock(world)?;
            return Ok(Said { status: 4, stdout: String::new(), stderr: format!("{told}useradd: UID {uid} is not unique\n") });
        }
        Some(uid) => uid,
        None => ids::free(&settings, &passwd, For::User, system, None)?.ok_or("a full range of numbers")?,
    };
    if wanted.is_some() {
        if system {
            let most = settings.count("SYS_UID_MAX", least.saturating_sub(1))?;
            if uid > most {
                told += &format!("useradd warning: {name}'s uid {} is greater than SYS_UID_MAX {most}\n", uid as i32);
            }
        } else if least <= warned && !(least..=warned).contains(&uid) {
            told += &format!("useradd warning: {name}'s uid {} outside of the UID_MIN {least} and UID_MAX {warned} range.\n", uid as i32);
        }
    }
    // What is not held is found before anything is written.
    let skeleton = it.value('k').unwrap_or(&defaults.skeleton).to_owned();
    let makes_home = !it.has('M') && (it.has('m') || !system && settings.is_on("CREATE_HOME"));
    if makes_home && !home::is_plain(world, &skeleton, 0) {
        return Err(format!("the skeleton {skeleton}"));
    }
    if home.split('/').any(|it| matches!(it, "." | "..")) || world.stat(&skeleton, false).is_some_and(|it| it.kind == crate::Kind::Link) {
        return Err("a home or skeleton that leads elsewhere".to_owned());
    }
    let umask = settings.number("UMASK", 0o022)?;
    let mode = settings.number("HOME_MODE", 0o777 & !umask)?;
    let ages = [settings.number("PASS_MIN_DAYS", -1)?, settings.number("PASS_MAX_DAYS", -1)?, settings.number("PASS_WARN_AGE", -1)?];

    let gid = match gid {
        Some(it) => it,
        None if own_group => ids::free(&settings, &group, For::Group, system, Some(uid))?.ok_or("a full range of numbers")?,
        None => defaults.group,
    };
    if own_group {
        group.add(&[name, if gshadow.is_some() { "x" } else { "!" }, &gid.to_string(), ""]);
        if let Some(it) = gshadow.as_mut() {
            it.add(&[name, "!", "", ""]);
        }
    }
    let (mut subuid, mut subgid) = (table::read(world, SUBUID)?.filter(|_| subordinate), table::read(world, SUBGID)?.filter(|_| subordinate));
    if let Some(it) = subuid.as_mut() {
        ids::subordinate(&settings, it, "UID", name)?;
    }
    if let Some(it) = subgid.as_mut() {
        ids::subordinate(&settings, it, "GID", name)?;
    }
    let is_new = passwd.by_id(uid).is_none();
    let days = match world.days() {
        0 => -1,
        it => it,
    };
    let comment = it.value('c').unwrap_or_default();
    passwd.add(&[name, "x", &uid.to_string(), &gid.to_string(), comment, &home, &defaults.shell]);
    let rest = if system { vec![-1; 5] } else { vec![ages[0], ages[1], ages[2], defaults.inactive, expire] };
    let mut row = vec![name.to_owned(), it.value('p').unwrap_or("!").to_owned(), field(days)];
    row.extend(rest.into_iter().map(field));
    row.push(String::new());
    shadow.add(&row.iter().map(String::as_str).collect::<Vec<_>>());
    for one in &supplementary {
        group.change(one, |row| row[3] = with(&row[3], name));
        if let Some(it) = gshadow.as_mut() {
            it.change(one, |row| row[3] = with(&row[3], name));
        }
    }

    table::lock(world)?;
    if !it.has('l') && is_new {
        home::forget(world, "/var/log/faillog", 32, uid)?;
        if i64::from(uid) <= settings.number("LASTLOG_UID_MAX", i64::from(u32::MAX))? {
            home::forget(world, "/var/log/lastlog", 292, uid)?;
        }
    }
    passwd.close(world)?;
    shadow.close(world)?;
    group.close(world)?;
    for it in [gshadow, subuid, subgid].into_iter().flatten() {
        it.close(world)?;
    }
    if makes_home {
        if world.stat(&home, true).is_some() {
            told += &format!("useradd: warning: the home directory {home} already exists.\nuseradd: Not copying any file from skel directory into it.\n");
        } else {
            home::make(world, &home, uid, gid, mode as u32, &skeleton)?;
        }
    }
    if !system && defaults.mail.eq_ignore_ascii_case("yes") {
        told += &mail(world, &settings, name, uid, gid)?;
    }
    Ok(Said { status: 0, stdout: String::new(), stderr: told })
}

/// Makes an empty mail spool.
fn mail(world: &dyn World, settings: &settings::Settings, name: &str, uid: u32, gid: u32) -> Result<String, String> {
    let folder = match settings.get("MAIL_DIR") {
        Some(it) => it,
        None if settings.get("MAIL_FILE").is_some() => return Ok(String::new()),
        None => "/var/mail",
    };
    let path = format!("{folder}/{name}");
    if world.stat(folder, true).is_none() {
        return Ok("Creating mailbox file: No such file or directory\n".to_owned());
    }
    if world.stat(&path, false).is_some() {
        return Ok("Creating mailbox file: File exists\n".to_owned());
    }
    let group = table::must(world, GROUP)?;
    let post = group.get("mail").and_then(|it| it[2].parse().ok());
    world.write(&path, b"")?;
    world.set_owner(&path, uid, post.unwrap_or(gid))?;
    world.set_mode(&path, if post.is_some() { 0o660 } else { 0o600 })?;
    Ok(if post.is_some() { String::new() } else { "Group 'mail' not found. Creating the user mailbox file with 0600 mode.\n".to_owned() })
}

/// `useradd -D`: prints the defaults, or writes them.
fn change_defaults(world: &dyn World, it: &Words, defaults: &mut Defaults, groups: &table::Table, told: String) -> Answer {
    if !it.operands.is_empty() || ['u', 'G', 'd', 'c', 'm', 'o', 'k', 'K', 'U', 'N', 'M', 'F', 'l', 'p', 'r'].into_iter().any(|letter| it.has(letter)) {
        return Err("a usage error".to_owned());
    }
    if let Some(word) = it.value('g') {
        let row = groups.group(word).ok_or("a usage error")?;
        defaults.group = row[2].parse().map_err(|_| "a group's number")?;
    }
    if let Some(text) = it.value('e') {
        defaults.expire = text.to_owned();
    }
    let values = [
        ("GROUP", defaults.group.to_string()),
        ("HOME", defaults.home.clone()),
        ("INACTIVE", defaults.inactive.to_string()),
        ("EXPIRE", defaults.expire.clone()),
        ("SHELL", defaults.shell.clone()),
        ("SKEL", defaults.skeleton.clone()),
        ("CREATE_MAIL_SPOOL", defaults.mail.clone()),
        ("LOG_INIT", defaults.log_init.clone()),
    ];
    if !['g', 'b', 'f', 'e', 's'].into_iter().any(|letter| it.has(letter)) {
        return Ok(Said { stderr: told, ..Said::out(values.iter().map(|it| format!("{}={}\n", it.0, it.1)).collect()) });
    }
    if world.stat(DEFAULTS, false).is_some_and(|it| it.kind != crate::Kind::File) || world.stat("/etc/default", false).is_none_or(|it| it.kind != crate::Kind::Folder) {
        return Err(format!("{DEFAULTS} that is no plain file"));
    }
    let old = world.read(DEFAULTS).map(|it| String::from_utf8_lossy(&it).into_owned());
    let mut written = [false; 8];
    let mut text = String::new();
    if old.is_none() {
        text.push_str("# useradd defaults file\n");
    }
    for line in old.iter().flat_map(|it| it.lines()) {
        match values.iter().enumerate().find(|(at, it)| !written[*at] && line.strip_prefix(it.0).is_some_and(|it| it.starts_with('='))) {
            Some((at, it)) => {
                written[at] = true;
                text += &format!("{}={}\n", it.0, it.1);
            }
            None => text += &format!("{line}\n"),
        }
    }
    for (_, it) in values.iter().enumerate().filter(|(at, _)| !written[*at]) {
        text += &format!("{}={}\n", it.0, it.1);
    }
    let (new, backup) = ("/etc/default/nuadd+", format!("{DEFAULTS}-"));
    world.write(new, text.as_bytes())?;
    world.set_mode(new, 0o600)?;
    if world.stat(&backup, false).is_some() {
        world.remove(&backup)?;
    }
    if old.is_some() {
        world.make_name(DEFAULTS, &backup)?;
    }
    world.rename(new, DEFAULTS)?;
    Ok(Said { status: 0, stdout: String::new(), stderr: told })
}
