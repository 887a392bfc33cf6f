//! Who and where: id(1), getent(1), whoami(1), hostname(1), uname(1).

use invitro_sdk::interpreter::invitro::remediation::ledger;

use crate::facts;

use super::{
    call::{Answer, Call, exit, not_modelled},
    options::Known,
};

/// id(1).
pub(crate) fn id(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known { short: "ugGnra", long: &[("user", 'u'), ("group", 'g'), ("groups", 'G'), ("name", 'n'), ("real", 'r')] };
    let parsed = KNOWN.read(call)?;
    let (uid, gid) = match parsed.words.first() {
        None => (0, 0),
        Some(name) => {
            let uid = call.kernel.user(name).filter(|_| call.kernel.group_of(name).is_some());
            let uid = uid.ok_or_else(|| exit(format!("'{name}': no such user")))?;
            (uid, call.kernel.group_of(name).unwrap_or(uid))
        }
    };
    let user = call.kernel.user_name(uid);
    let mut groups = vec![gid];
    groups.extend(call.kernel.memberships(&user).into_iter().filter(|it| *it != gid));
    let named = parsed.has('n');
    let group = |call: &Call<'_>, gid: u32| if named { call.kernel.group_name(gid) } else { gid.to_string() };
    let text = match parsed.last_of("ugG") {
        Some('u') => {
            if named {
                user
            } else {
                uid.to_string()
            }
        }
        Some('g') => group(call, gid),
        Some(_) => groups.iter().map(|it| group(call, *it)).collect::<Vec<_>>().join(" "),
        None => {
            let shown: Vec<_> = groups.iter().map(|it| format!("{it}({})", call.kernel.group_name(*it))).collect();
            format!("uid={uid}({user}) gid={gid}({}) groups={}", call.kernel.group_name(gid), shown.join(","))
        }
    };
    call.print(&format!("{text}\n"));
    Ok(())
}

/// groups(1).
pub(crate) fn groups(call: &mut Call<'_>) -> Answer {
    let names = if call.args.is_empty() { vec![String::new()] } else { call.args.to_vec() };
    for name in names {
        let user = if name.is_empty() { call.kernel.user_name(0) } else { name.clone() };
        let Some(gid) = call.kernel.group_of(&user) else {
            call.complain(&format!("'{user}': no such user"));
            continue;
        };
        let mut all = vec![gid];
        all.extend(call.kernel.memberships(&user).into_iter().filter(|it| *it != gid));
        let shown: Vec<_> = all.into_iter().map(|it| call.kernel.group_name(it)).collect();
        let prefix = if name.is_empty() { String::new() } else { format!("{user} : ") };
        call.print(&format!("{prefix}{}\n", shown.join(" ")));
    }
    Ok(())
}

/// whoami(1).
pub(crate) fn whoami(call: &mut Call<'_>) -> Answer {
    let name = call.kernel.user_name(0);
    call.print(&format!("{name}\n"));
    Ok(())
}

/// logname(1): nobody has logged in.
pub(crate) fn logname(_: &mut Call<'_>) -> Answer {
    Err(exit("no login name"))
}

/// getent(1) for the databases that are files.
pub(crate) fn getent(call: &mut Call<'_>) -> Answer {
    let Some((database, keys)) = call.args.split_first() else { return Err(exit("wrong number of arguments")) };
    let column = match database.as_str() {
        "passwd" | "group" => 2,
        "shadow" | "gshadow" => usize::MAX,
        other => return Err(not_modelled(format!("getent {other} is not modelled"))),
    };
    let text = String::from_utf8_lossy(&call.kernel.read(&format!("/etc/{database}")).unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.lines().filter(|it| it.contains(':')).collect();
    if keys.is_empty() {
        for line in lines {
            call.print(&format!("{line}\n"));
        }
        return Ok(());
    }
    for key in keys {
        let found = lines.iter().find(|it| {
            let fields: Vec<&str> = it.split(':').collect();
            fields.first() == Some(&key.as_str()) || fields.get(column) == Some(&key.as_str())
        });
        match found {
            Some(line) => call.print(&format!("{line}\n")),
            None => call.status = 2,
        }
    }
    Ok(())
}

/// hostname(1).
pub(crate) fn hostname(call: &mut Call<'_>) -> Answer {
    let name = call.kernel.host_name();
    let text = match call.args {
        [] => name,
        [it] if matches!(it.as_str(), "-s" | "--short") => name.split('.').next().unwrap_or_default().to_owned(),
        _ => return Err(not_modelled("hostname is modelled without words, or with -s")),
    };
    ledger::assume("host-name", "hostname", call.line);
    call.print(&format!("{text}\n"));
    Ok(())
}

/// uname(1). What the target does not say is an answer of ours, another one in each run, so that a result that hangs on it shows.
pub(crate) fn uname(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known {
        short: "asnrvmpio",
        long: &[("all", 'a'), ("kernel-name", 's'), ("nodename", 'n'), ("kernel-release", 'r'), ("machine", 'm'), ("operating-system", 'o')],
    };
    let parsed = KNOWN.read(call)?;
    let mut words = Vec::new();
    let none = parsed.options.is_empty();
    let wants = |letter: char| parsed.has(letter) || parsed.has('a');
    if none || wants('s') {
        words.push("Linux".to_owned());
    }
    if wants('n') {
        ledger::assume("host-name", "uname -n", call.line);
        words.push(call.kernel.host_name());
    }
    if wants('r') {
        words.push(facts::release(call.kernel.workspace(), "uname -r", call.line));
    }
    if wants('v') {
        return Err(not_modelled("the kernel's version is not known"));
    }
    if wants('m') || parsed.has('p') || parsed.has('i') {
        words.push(facts::machine(call.kernel.workspace(), call.line).to_owned());
    }
    if wants('o') {
        words.push("GNU/Linux".to_owned());
    }
    call.print(&format!("{}\n", words.join(" ")));
    Ok(())
}
