//! Which addresses a connection may go to.
//!
//! A name is resolved once and the connection goes to an address that was looked at: a second answer of the name server (DNS
//! rebinding) has no chance. What is refused unless a target allows it: loopback (RFC 1122, RFC 4291), link-local (RFC 3927),
//! private (RFC 1918, RFC 4193, RFC 6598). Services that hand out a cloud machine's credentials are refused even then, unless
//! their very address is named.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Addresses at which clouds hand out credentials: AWS, Google, Azure and others (169.254.169.254, fd00:ec2::254), Azure's wire
/// server (168.63.129.16), Alibaba (100.100.100.200), Oracle (192.0.0.192), ECS tasks (169.254.170.2).
const METADATA: [IpAddr; 6] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
];

/// What a target may connect to besides public addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Egress {
    allowed: Vec<Allowed>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Allowed {
    Loopback,
    Private,
    Block(IpAddr, u8),
}

/// Why an address is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{host} is {address}, {what}; if the target really is there, allow it: `addresses = [\"{address}\"]`")]
pub struct Refused {
    /// What was to be connected to.
    pub host: String,
    /// Its address.
    pub address: IpAddr,
    /// What kind of address that is.
    pub what: &'static str,
}

impl Egress {
    /// Reads `loopback`, `private`, an address, or a block such as `10.1.0.0/16`.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Egress, String> {
        let allowed = words.into_iter().map(|word| match word {
            "loopback" => Ok(Allowed::Loopback),
            "private" => Ok(Allowed::Private),
            _ => block(word).ok_or_else(|| format!("`{word}` is no address; valid here: loopback, private, an address, or a block such as 10.1.0.0/16")),
        });
        Ok(Egress { allowed: allowed.collect::<Result<_, _>>()? })
    }

    /// Answers whether a connection to an address is allowed.
    pub fn check(&self, host: &str, address: IpAddr) -> Result<(), Refused> {
        let inner = embedded(address);
        let Some(what) = kind(inner) else { return Ok(()) };
        let is_metadata = METADATA.contains(&inner);
        let allows = |it: &Allowed| match it {
            Allowed::Loopback => !is_metadata && inner.is_loopback(),
            Allowed::Private => !is_metadata && is_private(inner),
            Allowed::Block(base, bits) => is_within(inner, *base, *bits) && (!is_metadata || *bits == width(inner)),
        };
        if self.allowed.iter().any(allows) { Ok(()) } else { Err(Refused { host: host.to_owned(), address: inner, what }) }
    }

    /// Resolves a host and returns those addresses that are allowed; an error where there is none.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found: Vec<SocketAddr> = match bare.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => tokio::net::lookup_host((bare, port)).await?.collect(),
        };
        let mut refused = None;
        let mut allowed = Vec::new();
        for it in found {
            match self.check(host, it.ip()) {
                Ok(()) => allowed.push(it),
                Err(error) => refused = Some(error),
            }
        }
        match refused {
            // A name with one forbidden address among good ones is as suspicious as one with forbidden ones alone.
            Some(error) => Err(error.into()),
            None if allowed.is_empty() => Err(format!("{host} has no address").into()),
            None => Ok(allowed),
        }
    }
}

/// The resolver of a client: no other way leads from a name to an address.
pub(super) struct Checked {
    pub(super) egress: Arc<Egress>,
    /// The proxy that the operator named; what lies behind it is the proxy's affair.
    pub(super) proxy: Option<String>,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (egress, host) = (self.egress.clone(), name.as_str().to_owned());
        let is_proxy = self.proxy.as_deref() == Some(&host);
        Box::pin(async move {
            let found = if is_proxy { tokio::net::lookup_host((host.as_str(), 0)).await?.collect() } else { egress.resolve(&host, 0).await? };
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl fmt::Debug for Checked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Checked")
    }
}

fn block(word: &str) -> Option<Allowed> {
    let (base, bits) = word.split_once('/').map_or((word, None), |(base, bits)| (base, Some(bits)));
    let base: IpAddr = base.parse().ok()?;
    let bits = bits.map_or(Some(width(base)), |it| it.parse().ok())?;
    (bits <= width(base) && bits > 0).then_some(Allowed::Block(base, bits))
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn is_within(address: IpAddr, base: IpAddr, bits: u8) -> bool {
    let shift = |length: u8| u32::from(length - bits);
    match (address, base) {
        (IpAddr::V4(a), IpAddr::V4(b)) => a.to_bits() >> shift(32) == b.to_bits() >> shift(32),
        (IpAddr::V6(a), IpAddr::V6(b)) => a.to_bits() >> shift(128) == b.to_bits() >> shift(128),
        _ => false,
    }
}

/// The IPv4 address that an IPv6 address carries: mapped and compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056).
fn embedded(address: IpAddr) -> IpAddr {
    let IpAddr::V6(it) = address else { return address };
    let [a, b, c, d, e, f, g, h] = it.segments();
    let low = Ipv4Addr::from((u32::from(g) << 16) | u32::from(h));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => IpAddr::V4(low),
        [0, 0, 0, 0, 0, 0] if !it.is_loopback() && !it.is_unspecified() => IpAddr::V4(low),
        [0x2002, ..] => IpAddr::V4(Ipv4Addr::from((u32::from(b) << 16) | u32::from(c))),
        _ => address,
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        // RFC 1918, and the shared space of RFC 6598.
        IpAddr::V4(it) => it.is_private() || (it.octets()[0] == 100 && it.octets()[1] & 0xc0 == 64),
        IpAddr::V6(it) => it.is_unique_local(),
    }
}

/// What kind of address that is not simply public; none for a public one.
fn kind(address: IpAddr) -> Option<&'static str> {
    if METADATA.contains(&address) {
        return Some("where clouds hand out credentials");
    }
    if address.is_loopback() {
        return Some("this machine itself");
    }
    if is_private(address) {
        return Some("a private address");
    }
    match address {
        IpAddr::V4(it) if it.is_link_local() => Some("a link-local address"),
        IpAddr::V4(it) if it.is_multicast() || it.is_broadcast() || it.octets()[0] == 0 || it.octets()[0] >= 240 => Some("no address of one machine"),
        IpAddr::V6(it) if it.is_unicast_link_local() => Some("a link-local address"),
        IpAddr::V6(it) if it.is_multicast() || it.is_unspecified() => Some("no address of one machine"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Egress;

    fn check(allowed: &[&str], address: &str) -> bool {
        let egress = Egress::parse(allowed.iter().copied()).expect("addresses");
        egress.check("host", address.parse().expect("an address")).is_ok()
    }

    #[test]
    fn only_public_addresses_are_allowed_by_default() {
        for it in ["8.8.8.8", "2606:4700::1111", "172.32.0.1", "100.63.0.1"] {
            assert!(check(&[], it), "{it}");
        }
        for it in [
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.1.1",
            "169.254.169.254",
            "168.63.129.16",
            "fd00:ec2::254",
            "fe80::1",
            "fc00::1",
            "0.0.0.0",
            "::",
            "255.255.255.255",
            "224.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "::7f00:1",
        ] {
            assert!(!check(&[], it), "{it}");
        }
    }

    #[test]
    fn what_is_allowed_is_no_more_than_what_was_named() {
        assert!(check(&["private"], "10.0.0.1") && !check(&["private"], "127.0.0.1") && !check(&["private"], "169.254.1.1"));
        assert!(check(&["loopback"], "::ffff:127.0.0.1") && !check(&["loopback"], "10.0.0.1"));
        assert!(check(&["10.1.0.0/16"], "10.1.2.3") && !check(&["10.1.0.0/16"], "10.2.0.1"));
        assert!(check(&["fd12::/16"], "fd12::1") && !check(&["fd12::/16"], "fd13::1"));
        assert!(!check(&["private", "169.254.0.0/16"], "169.254.169.254"), "a block is not enough for credentials of a cloud");
        assert!(check(&["169.254.169.254"], "169.254.169.254"), "the very address is");
        assert!(!check(&["private"], "fd00:ec2::254") && !check(&["private"], "100.100.100.200"));
    }

    #[test]
    fn a_wrong_word_is_told() {
        let error = Egress::parse(["intranet"]).expect_err("no address");
        assert_eq!(error, "`intranet` is no address; valid here: loopback, private, an address, or a block such as 10.1.0.0/16");
        assert!(Egress::parse(["0.0.0.0/0"]).is_err() && Egress::parse(["10.0.0.0/33"]).is_err());
    }

    #[tokio::test]
    async fn a_name_is_judged_by_its_addresses() {
        let error = Egress::default().resolve("localhost", 80).await.expect_err("loopback");
        assert!(error.to_string().contains("this machine itself"), "{error}");
        assert!(Egress::parse(["loopback"]).expect("a word").resolve("localhost", 80).await.is_ok());
    }
}
