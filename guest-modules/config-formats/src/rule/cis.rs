//! Recommendations of the CIS benchmarks for Linux (Debian 11 and 12, Ubuntu 22.04, RHEL 8 and 9), by their titles: numbers move from
//! edition to edition, titles hardly. Only those stand here whose whole audit is ours to judge.

type Rule = (&'static str, &'static [(&'static str, &'static str)]);

/// Titles without `Ensure`, in lower case, and our rules.
#[rustfmt::skip]
pub(super) const RULES: &[(&str, &[Rule])] = &[
    ("ssh root login is disabled", &[("sshd_disable_root_login", &[])]),
    ("sshd permitrootlogin is disabled", &[("sshd_disable_root_login", &[])]),
    ("ssh permitemptypasswords is disabled", &[("sshd_disable_empty_passwords", &[])]),
    ("sshd permitemptypasswords is disabled", &[("sshd_disable_empty_passwords", &[])]),
    ("ssh permituserenvironment is disabled", &[("sshd_do_not_permit_user_env", &[])]),
    ("sshd permituserenvironment is disabled", &[("sshd_do_not_permit_user_env", &[])]),
    ("ssh ignorerhosts is enabled", &[("sshd_disable_rhosts", &[])]),
    ("sshd ignorerhosts is enabled", &[("sshd_disable_rhosts", &[])]),
    ("ssh hostbasedauthentication is disabled", &[("disable_host_auth", &[])]),
    ("sshd hostbasedauthentication is disabled", &[("disable_host_auth", &[])]),
    ("ssh x11 forwarding is disabled", &[("sshd_disable_x11_forwarding", &[])]),
    ("sshd x11forwarding is disabled", &[("sshd_disable_x11_forwarding", &[])]),
    ("ssh allowtcpforwarding is disabled", &[("sshd_disable_tcp_forwarding", &[])]),
    ("ssh maxauthtries is set to 4 or less", &[("sshd_set_max_auth_tries", &[("sshd_max_auth_tries_value", "4")])]),
    ("sshd maxauthtries is configured", &[("sshd_set_max_auth_tries", &[("sshd_max_auth_tries_value", "4")])]),
    ("ssh maxsessions is set to 10 or less", &[("sshd_set_max_sessions", &[("var_sshd_max_sessions", "10")])]),
    ("ssh maxsessions is limited", &[("sshd_set_max_sessions", &[("var_sshd_max_sessions", "10")])]),
    ("sshd maxsessions is configured", &[("sshd_set_max_sessions", &[("var_sshd_max_sessions", "10")])]),
    ("ssh logingracetime is set to one minute or less", &[("sshd_set_login_grace_time", &[("var_sshd_set_login_grace_time", "60")])]),
    ("sshd logingracetime is configured", &[("sshd_set_login_grace_time", &[("var_sshd_set_login_grace_time", "60")])]),
    ("ssh pam is enabled", &[("sshd_enable_pam", &[])]),
    ("sshd usepam is enabled", &[("sshd_enable_pam", &[])]),
    ("sshd gssapiauthentication is disabled", &[("sshd_disable_gssapi_auth", &[])]),
    ("permissions on /etc/ssh/sshd_config are configured", &[("file_permissions_sshd_config", &[]), ("file_owner_sshd_config", &[]), ("file_groupowner_sshd_config", &[])]),
    ("permissions on etcsshsshd_config are configured", &[("file_permissions_sshd_config", &[]), ("file_owner_sshd_config", &[]), ("file_groupowner_sshd_config", &[])]),
    ("permissions on ssh private host key files are configured", &[("file_permissions_sshd_private_key", &[])]),
    ("permissions on ssh public host key files are configured", &[("file_permissions_sshd_pub_key", &[])]),
    ("permissions on /etc/passwd are configured", &[("file_permissions_etc_passwd", &[]), ("file_owner_etc_passwd", &[]), ("file_groupowner_etc_passwd", &[])]),
    ("permissions on etcpasswd are configured", &[("file_permissions_etc_passwd", &[]), ("file_owner_etc_passwd", &[]), ("file_groupowner_etc_passwd", &[])]),
    ("permissions on /etc/group are configured", &[("file_permissions_etc_group", &[]), ("file_owner_etc_group", &[]), ("file_groupowner_etc_group", &[])]),
    ("permissions on etcgroup are configured", &[("file_permissions_etc_group", &[]), ("file_owner_etc_group", &[]), ("file_groupowner_etc_group", &[])]),
    ("permissions on /etc/shadow are configured", &[("file_permissions_etc_shadow", &[]), ("file_owner_etc_shadow", &[]), ("file_groupowner_etc_shadow", &[])]),
    ("permissions on etcshadow are configured", &[("file_permissions_etc_shadow", &[]), ("file_owner_etc_shadow", &[]), ("file_groupowner_etc_shadow", &[])]),
    ("permissions on /etc/crontab are configured", &[("file_permissions_crontab", &[]), ("file_owner_crontab", &[]), ("file_groupowner_crontab", &[])]),
    ("permissions on etccrontab are configured", &[("file_permissions_crontab", &[]), ("file_owner_crontab", &[]), ("file_groupowner_crontab", &[])]),
    ("permissions on /etc/cron.hourly are configured", &[("file_permissions_cron_hourly", &[]), ("file_owner_cron_hourly", &[]), ("file_groupowner_cron_hourly", &[])]),
    ("permissions on /etc/cron.daily are configured", &[("file_permissions_cron_daily", &[]), ("file_owner_cron_daily", &[]), ("file_groupowner_cron_daily", &[])]),
    ("permissions on /etc/cron.weekly are configured", &[("file_permissions_cron_weekly", &[]), ("file_owner_cron_weekly", &[]), ("file_groupowner_cron_weekly", &[])]),
    ("permissions on /etc/cron.monthly are configured", &[("file_permissions_cron_monthly", &[]), ("file_owner_cron_monthly", &[]), ("file_groupowner_cron_monthly", &[])]),
    ("permissions on /etc/cron.d are configured", &[("file_permissions_cron_d", &[]), ("file_owner_cron_d", &[]), ("file_groupowner_cron_d", &[])]),
    ("packet redirect sending is disabled", &[("sysctl_net_ipv4_conf_all_send_redirects", &[]), ("sysctl_net_ipv4_conf_default_send_redirects", &[])]),
    ("secure icmp redirects are not accepted", &[("sysctl_net_ipv4_conf_all_secure_redirects", &[]), ("sysctl_net_ipv4_conf_default_secure_redirects", &[])]),
    ("suspicious packets are logged", &[("sysctl_net_ipv4_conf_all_log_martians", &[]), ("sysctl_net_ipv4_conf_default_log_martians", &[])]),
    ("broadcast icmp requests are ignored", &[("sysctl_net_ipv4_icmp_echo_ignore_broadcasts", &[])]),
    ("bogus icmp responses are ignored", &[("sysctl_net_ipv4_icmp_ignore_bogus_error_responses", &[])]),
    ("reverse path filtering is enabled", &[("sysctl_net_ipv4_conf_all_rp_filter", &[]), ("sysctl_net_ipv4_conf_default_rp_filter", &[])]),
    ("tcp syn cookies is enabled", &[("sysctl_net_ipv4_tcp_syncookies", &[])]),
    ("address space layout randomization (aslr) is enabled", &[("sysctl_kernel_randomize_va_space", &[])]),
    ("address space layout randomization is enabled", &[("sysctl_kernel_randomize_va_space", &[])]),
    ("ptrace_scope is restricted", &[("sysctl_kernel_yama_ptrace_scope", &[])]),
    ("sudo commands use pty", &[("sudo_add_use_pty", &[])]),
    ("sudo log file exists", &[("sudo_custom_logfile", &[])]),
    ("users must provide password for privilege escalation", &[("sudo_remove_nopasswd", &[])]),
    ("users must provide password for escalation", &[("sudo_remove_nopasswd", &[])]),
    ("re-authentication for privilege escalation is not disabled globally", &[("sudo_remove_no_authenticate", &[])]),
    ("mounting of cramfs filesystems is disabled", &[("kernel_module_cramfs_disabled", &[])]),
    ("cramfs kernel module is not available", &[("kernel_module_cramfs_disabled", &[])]),
    ("usb-storage kernel module is not available", &[("kernel_module_usb-storage_disabled", &[])]),
    ("dccp kernel module is not available", &[("kernel_module_dccp_disabled", &[])]),
    ("sctp kernel module is not available", &[("kernel_module_sctp_disabled", &[])]),
    ("tipc kernel module is not available", &[("kernel_module_tipc_disabled", &[])]),
    ("rds kernel module is not available", &[("kernel_module_rds_disabled", &[])]),
];

/// Our rules for a recommendation, by the rule's name (`…benchmarks_rule_5.2.8_Ensure_SSH_root_login_is_disabled`) or its title.
pub(super) fn rules(rule: &str, title: &str) -> &'static [Rule] {
    let of_rule = rule.split_once("cisecurity.benchmarks_rule_").map_or("", |it| it.1).replace('_', " ");
    [of_rule.as_str(), title].into_iter().find_map(known).unwrap_or_default()
}

fn known(text: &str) -> Option<&'static [Rule]> {
    let text = text.trim().to_ascii_lowercase();
    let at = text.find("ensure ").filter(|at| text[..*at].chars().all(|it| it.is_ascii_digit() || it == '.' || it == ' '))?;
    let text = text[at + "ensure ".len()..].trim_end_matches("(automated)").trim_end_matches("(scored)").trim();
    // The benchmark's ids are written without `_`, which the names of files may have.
    let same = |known: &str| known == text || known.replace('_', " ") == text;
    RULES.iter().find(|it| same(it.0)).map(|it| it.1)
}
