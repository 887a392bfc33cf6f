//! `Match`: conditions, patterns (ssh_config(5), PATTERNS) and networks.

use std::net::IpAddr;

use super::line::delimited;

/// Who connects from where.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// The user.
    pub user: Option<String>,
    /// The user's groups.
    pub groups: Vec<String>,
    /// The name of the client's host.
    pub host: Option<String>,
    /// The client's address.
    pub address: Option<String>,
    /// The address that was connected to.
    pub local_address: Option<String>,
    /// The port that was connected to.
    pub local_port: Option<u16>,
}

/// One condition of a `Match` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    User(String),
    Group(String),
    Host(String),
    Address(String),
    LocalAddress(String),
    LocalPort(u16),
    /// A routing domain, a version's own attribute: never met by what is asked here.
    Never,
}

/// Reads what stands behind `Match`; no conditions mean `all`.
pub(super) fn conditions(rest: &str) -> Result<Vec<Condition>, String> {
    let (mut rest, mut conditions, mut count) = (rest, Vec::new(), 0);
    while !rest.is_empty() {
        let (attribute, after) = delimited(rest);
        if attribute.is_empty() || attribute.starts_with('#') {
            break;
        }
        count += 1;
        let (argument, next) = delimited(after);
        if attribute.eq_ignore_ascii_case("all") {
            return match count == 1 && (argument.is_empty() || argument.starts_with('#')) {
                true => Ok(Vec::new()),
                false => Err("'all' cannot be combined with other Match attributes".to_owned()),
            };
        }
        if attribute.eq_ignore_ascii_case("invalid-user") {
            conditions.push(Condition::Never);
            rest = after;
            continue;
        }
        if argument.is_empty() || argument.starts_with('#') {
            return Err(format!("missing Match criteria for {attribute}"));
        }
        conditions.push(match attribute.to_ascii_lowercase().as_str() {
            "user" => Condition::User(argument),
            "group" => Condition::Group(argument),
            "host" => Condition::Host(argument),
            "address" => Condition::Address(networks(argument)?),
            "localaddress" => Condition::LocalAddress(networks(argument)?),
            "localport" => Condition::LocalPort(port(&argument).ok_or_else(|| format!("invalid LocalPort '{argument}' on Match line"))?),
            "rdomain" | "version" | "sessiontype" | "command" => Condition::Never,
            _ => return Err(format!("unsupported Match attribute {attribute}")),
        });
        rest = next;
    }
    if conditions.is_empty() { Err("one or more attributes required for Match".to_owned()) } else { Ok(conditions) }
}

fn networks(list: String) -> Result<String, String> {
    match address(None, &list) {
        Some(_) => Ok(list),
        None => Err(format!("bad Match address list '{list}'")),
    }
}

impl Condition {
    pub(super) fn is_met_by(&self, by: &Connection) -> bool {
        match self {
            Condition::User(patterns) => by.user.as_ref().is_some_and(|it| list(it, patterns) == Some(true)),
            Condition::Group(patterns) => groups(&by.groups, patterns),
            Condition::Host(patterns) => by.host.as_ref().is_some_and(|it| list(&it.to_lowercase(), &patterns.to_lowercase()) == Some(true)),
            Condition::Address(networks) => by.address.as_ref().is_some_and(|it| address(Some(it), networks) == Some(true)),
            Condition::LocalAddress(networks) => by.local_address.as_ref().is_some_and(|it| address(Some(it), networks) == Some(true)),
            Condition::LocalPort(port) => by.local_port == Some(*port),
            Condition::Never => false,
        }
    }
}

/// A negated pattern that fits decides at once; else one that fits is enough.
fn list(word: &str, patterns: &str) -> Option<bool> {
    let mut met = false;
    for it in patterns.split(',') {
        match it.strip_prefix('!') {
            Some(it) if pattern(word, it) => return Some(false),
            Some(_) => {}
            None => met |= pattern(word, it),
        }
    }
    Some(met)
}

/// For groups a negated pattern counts for any of them (groupaccess.c).
fn groups(groups: &[String], patterns: &str) -> bool {
    let mut met = false;
    for group in groups {
        for it in patterns.split(',') {
            match it.strip_prefix('!') {
                Some(it) if pattern(group, it) => return false,
                Some(_) => {}
                None => met |= pattern(group, it),
            }
        }
    }
    met
}

/// Matches `*` and `?`.
pub(super) fn pattern(word: &str, pattern: &str) -> bool {
    let (word, pattern): (Vec<char>, Vec<char>) = (word.chars().collect(), pattern.chars().collect());
    let (mut at, mut here, mut back) = (0, 0, None);
    while at < word.len() {
        match pattern.get(here) {
            Some('*') => {
                back = Some((here, at));
                here += 1;
            }
            Some(it) if *it == '?' || *it == word[at] => (at, here) = (at + 1, here + 1),
            _ => {
                let Some((star, from)) = back else { return false };
                back = Some((star, from + 1));
                (here, at) = (star + 1, from + 1);
            }
        }
    }
    pattern[here..].iter().all(|it| *it == '*')
}

/// Matches an address with a list of networks, addresses and patterns; none for a list that makes no sense.
pub(super) fn address(word: Option<&str>, list: &str) -> Option<bool> {
    let asked = match word.map(str::parse::<IpAddr>) {
        Some(Err(_)) => return Some(false),
        Some(Ok(it)) => Some(it),
        None => None,
    };
    let mut met = false;
    for it in list.split(',') {
        let (negated, it) = it.strip_prefix('!').map_or((false, it), |it| (true, it));
        if it.is_empty() {
            return None;
        }
        let fits = match network(it)? {
            Some((net, bits)) => asked.is_some_and(|asked| same(asked, net, bits)),
            None => word.is_some_and(|word| pattern(word, it)),
        };
        if fits && negated {
            return Some(false);
        }
        met |= fits;
    }
    Some(met)
}

/// An address with its number of bits; the inner none for what is no network, the outer for one that makes no sense.
fn network(text: &str) -> Option<Option<(IpAddr, u32)>> {
    let (net, bits) = text.split_once('/').map_or((text, None), |it| (it.0, Some(it.1)));
    let bits = match bits.map(str::parse::<u32>) {
        Some(Err(_)) => return Some(None),
        Some(Ok(it)) if it > 128 => return Some(None),
        Some(Ok(it)) => Some(it),
        None => None,
    };
    let Ok(net) = net.parse::<IpAddr>() else { return Some(None) };
    let most = if net.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    (bits <= most && all(net) & !mask(most, bits) == 0).then_some(Some((net, bits)))
}

fn all(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(it) => u128::from(u32::from(it)),
        IpAddr::V6(it) => u128::from(it),
    }
}

fn mask(most: u32, bits: u32) -> u128 {
    let ones = if most == 32 { u128::from(u32::MAX) } else { u128::MAX };
    if bits == 0 { 0 } else { ones & ones << (most - bits) }
}

fn same(asked: IpAddr, net: IpAddr, bits: u32) -> bool {
    let most = if net.is_ipv4() { 32 } else { 128 };
    asked.is_ipv4() == net.is_ipv4() && all(asked) & mask(most, bits) == all(net)
}

/// A port by number, or by the names that configuration uses.
pub(super) fn port(text: &str) -> Option<u16> {
    match text {
        "ssh" => Some(22),
        "http" => Some(80),
        "https" => Some(443),
        _ if text.is_empty() || text.starts_with('+') => None,
        _ => text.parse().ok(),
    }
}
