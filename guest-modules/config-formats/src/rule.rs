//! Names of hardening rules.

/// The plain name of a rule: `sshd_disable_root_login` of `xccdf_org.ssgproject.content_rule_sshd_disable_root_login`.
pub fn plain(rule: &str) -> &str {
    rule.rsplit_once("content_rule_").map_or(rule, |it| it.1)
}
