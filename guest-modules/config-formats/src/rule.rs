//! Names of hardening rules: those of the SCAP Security Guide, which are ours, and what other catalogues call the same.

mod cis;
mod stig;

/// One rule of ours that a finding is about, with the values that come with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The plain name.
    pub rule: String,
    /// Names and values, those of the report before those of the catalogue.
    pub parameters: Vec<(String, String)>,
}

/// What a scanner says of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The rule, verbatim.
    pub rule: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Other names of the same thing.
    pub aliases: &'a [String],
    /// Values that the scanner bound.
    pub parameters: &'a [(String, String)],
}

/// The plain name of a rule: `sshd_disable_root_login` of `xccdf_org.ssgproject.content_rule_sshd_disable_root_login`.
pub fn plain(rule: &str) -> &str {
    rule.rsplit_once("content_rule_").map_or(rule, |it| it.1)
}

/// The rules of ours that a finding is about: by its own name, as a rule of DISA's or of CIS's. One of theirs may be several of
/// ours, and all of them must hold. A name that nobody knows is its own.
pub fn parts(of: Named<'_>) -> Vec<Part> {
    let part = |rule: &str, more: &[(&str, &str)]| {
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Part { rule: rule.to_owned(), parameters: of.parameters.iter().cloned().chain(more).collect() }
    };
    if let Some((rule, more)) = stig::rule(of.rule, of.aliases) {
        return vec![part(rule, more)];
    }
    let cis = cis::rules(of.rule, of.title);
    if !cis.is_empty() {
        return cis.iter().map(|it| part(it.0, it.1)).collect();
    }
    vec![part(plain(of.rule), &[])]
}

#[cfg(test)]
mod tests {
    use super::{Named, parts};
    use crate::want::Want;

    fn check(rule: &str, title: &str, aliases: &[&str]) -> Vec<String> {
        let aliases: Vec<String> = aliases.iter().map(|it| (*it).to_owned()).collect();
        parts(Named { rule, title, aliases: &aliases, parameters: &[] }).into_iter().map(|it| it.rule).collect()
    }

    #[test]
    fn other_catalogues_name_the_same() {
        assert_eq!(check("xccdf_org.ssgproject.content_rule_sshd_disable_root_login", "", &["CCE-1"]), ["sshd_disable_root_login"]);
        assert_eq!(check("xccdf_mil.disa.stig_rule_SV-204592r603261_rule", "", &[]), ["sshd_disable_root_login"]);
        assert_eq!(check("xccdf_mil.disa.stig_rule_SV-2045920r1_rule", "", &[]), ["xccdf_mil.disa.stig_rule_SV-2045920r1_rule"], "another number");
        assert_eq!(check("RHEL-07-040370", "", &[]), ["sshd_disable_root_login"]);
        assert_eq!(check("x", "", &["V-72247"]), ["sshd_disable_root_login"]);
        assert_eq!(check("x", "", &["CCI-000366", "CCE-27445-6"]), ["sshd_disable_root_login"]);
        assert_eq!(check("xccdf_mil.disa.stig_rule_SV-257985r1_rule", "", &["RHEL-09-255045"]), ["sshd_disable_root_login"]);
        // DISA gives this number to two rules: by itself it says nothing.
        assert_eq!(check("x", "", &["CCE-27471-2"]), ["x"]);
        assert_eq!(check("xccdf_org.cisecurity.benchmarks_rule_5.2.8_Ensure_SSH_root_login_is_disabled", "", &[]), ["sshd_disable_root_login"]);
        assert_eq!(check("5.1.20", "Ensure sshd PermitRootLogin is disabled", &[]), ["sshd_disable_root_login"]);
        assert_eq!(check("1", "Ensure packet redirect sending is disabled (Automated)", &[]), ["sysctl_net_ipv4_conf_all_send_redirects", "sysctl_net_ipv4_conf_default_send_redirects"]);
        assert_eq!(check("1", "Ensure something else", &[]), ["1"]);
    }

    #[test]
    fn what_a_catalogue_names_is_known_here() {
        let known = |rule: &str, more: &[(&str, &str)]| {
            let more: Vec<(String, String)> = more.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
            Want::of(rule, &more).is_some()
        };
        for it in super::stig::RULES {
            assert!(known(it.2, it.3), "{it:?}");
        }
        for (title, rules) in super::cis::RULES {
            assert!(rules.iter().all(|it| known(it.0, it.1)), "{title}");
        }
    }
}
