//! Rules of DISA's guide for Red Hat Enterprise Linux 7 (STIG V3R2 and its numbers before 2020) that ask for the same as a rule of
//! ours. The pairs of numbers are facts of the guide; a CCE that it gives to several rules is left out, as it tells nothing.

/// DISA wants a line in the file, even where the daemon's default will do.
const EXPLICIT: &[(&str, &str)] = &[("explicit", "yes")];

/// Names of the guide, the CCE, our rule, and the values that the guide asks for.
pub(super) type Row = (&'static [&'static str], &'static [&'static str], &'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
pub(super) const RULES: &[Row] = &[
    (&["SV-204407", "RHEL-07-010120", "SV-86527", "V-71903"], &["CCE-27200-5"], "accounts_password_pam_ucredit", &[("var_password_pam_ucredit", "-1")]),
    (&["SV-204408", "RHEL-07-010130", "SV-86529", "V-71905"], &["CCE-27345-8"], "accounts_password_pam_lcredit", &[("var_password_pam_lcredit", "-1")]),
    (&["SV-204409", "RHEL-07-010140", "SV-86531", "V-71907"], &["CCE-27214-6"], "accounts_password_pam_dcredit", &[("var_password_pam_dcredit", "-1")]),
    (&["SV-204410", "RHEL-07-010150", "SV-86533", "V-71909"], &["CCE-27360-7"], "accounts_password_pam_ocredit", &[("var_password_pam_ocredit", "-1")]),
    (&["SV-204411", "RHEL-07-010160", "SV-86535", "V-71911"], &["CCE-26631-2"], "accounts_password_pam_difok", &[("var_password_pam_difok", "8")]),
    (&["SV-204412", "RHEL-07-010170", "SV-86537", "V-71913"], &["CCE-27115-5"], "accounts_password_pam_minclass", &[("var_password_pam_minclass", "4")]),
    (&["SV-204413", "RHEL-07-010180", "SV-86539", "V-71915"], &["CCE-27333-4"], "accounts_password_pam_maxrepeat", &[("var_password_pam_maxrepeat", "3")]),
    (&["SV-204414", "RHEL-07-010190", "SV-86541", "V-71917"], &["CCE-27512-3"], "accounts_password_pam_maxclassrepeat", &[("var_password_pam_maxclassrepeat", "4")]),
    (&["SV-204416", "RHEL-07-010210", "SV-86545", "V-71921"], &["CCE-27124-7"], "set_password_hashing_algorithm_logindefs", &[]),
    (&["SV-204418", "RHEL-07-010230", "SV-86549", "V-71925"], &["CCE-27002-5"], "accounts_minimum_age_login_defs", &[("var_accounts_minimum_age_login_defs", "1")]),
    (&["SV-204420", "RHEL-07-010250", "SV-86553", "V-71929"], &["CCE-27051-2"], "accounts_maximum_age_login_defs", &[("var_accounts_maximum_age_login_defs", "60")]),
    (&["SV-204423", "RHEL-07-010280", "SV-86559", "V-71935"], &["CCE-27293-0"], "accounts_password_pam_minlen", &[("var_password_pam_minlen", "15")]),
    (&["SV-204425", "RHEL-07-010300", "SV-86563", "V-71939"], &[], "sshd_disable_empty_passwords", EXPLICIT),
    (&["SV-204426", "RHEL-07-010310", "SV-86565", "V-71941"], &[], "account_disable_post_pw_expiration", &[("var_account_disable_post_pw_expiration", "0")]),
    (&["SV-204429", "RHEL-07-010340", "SV-86571", "V-71947"], &["CCE-80351-0"], "sudo_remove_nopasswd", &[]),
    (&["SV-204430", "RHEL-07-010350", "SV-86573", "V-71949"], &["CCE-80350-2"], "sudo_remove_no_authenticate", &[]),
    (&["SV-204431", "RHEL-07-010430", "SV-86575", "V-71951"], &["CCE-80352-8"], "accounts_logon_fail_delay", &[("var_accounts_fail_delay", "4")]),
    (&["SV-204434", "RHEL-07-010460", "SV-86581", "V-71957"], &["CCE-27363-1"], "sshd_do_not_permit_user_env", EXPLICIT),
    (&["SV-204435", "RHEL-07-010470", "SV-86583", "V-71959"], &["CCE-27413-4"], "disable_host_auth", EXPLICIT),
    (&["SV-204449", "RHEL-07-020100", "SV-86607", "V-71983"], &[], "kernel_module_usb-storage_disabled", &[]),
    (&["SV-204450", "RHEL-07-020101", "SV-92517", "V-77821"], &[], "kernel_module_dccp_disabled", &[]),
    (&["SV-204457", "RHEL-07-020240", "SV-86619", "V-71995"], &["CCE-80205-8"], "accounts_umask_etc_login_defs", &[("var_accounts_user_umask", "077")]),
    (&["SV-204466", "RHEL-07-020610", "SV-86637", "V-72013"], &["CCE-80434-4"], "accounts_have_homedir_login_defs", &[]),
    (&["SV-204490", "RHEL-07-021110", "SV-86677", "V-72053"], &["CCE-80378-3"], "file_owner_cron_allow", &[]),
    (&["SV-204491", "RHEL-07-021120", "SV-86679", "V-72055"], &["CCE-80379-1"], "file_groupowner_cron_allow", &[]),
    (&["SV-204578", "RHEL-07-040110", "SV-86845", "V-72221"], &["CCE-27295-5"], "sshd_use_approved_ciphers", &[]),
    (&["SV-204584", "RHEL-07-040201", "SV-92521", "V-77825"], &[], "sysctl_kernel_randomize_va_space", &[("sysctl_kernel_randomize_va_space_value", "2")]),
    (&["SV-204587", "RHEL-07-040320", "SV-86861", "V-72237"], &["CCE-27433-2"], "sshd_set_idle_timeout", &[("sshd_idle_timeout_value", "600")]),
    (&["SV-204589", "RHEL-07-040340", "SV-86865", "V-72241"], &["CCE-27082-7"], "sshd_set_keepalive_0", EXPLICIT),
    (&["SV-204590", "RHEL-07-040350", "SV-86867", "V-72243"], &["CCE-27377-1"], "sshd_disable_rhosts", EXPLICIT),
    (&["SV-204591", "RHEL-07-040360", "SV-86869", "V-72245"], &["CCE-80225-6"], "sshd_print_last_log", EXPLICIT),
    (&["SV-204592", "RHEL-07-040370", "SV-86871", "V-72247"], &["CCE-27445-6"], "sshd_disable_root_login", EXPLICIT),
    (&["SV-204593", "RHEL-07-040380", "SV-86873", "V-72249"], &["CCE-80372-6"], "sshd_disable_user_known_hosts", EXPLICIT),
    (&["SV-204595", "RHEL-07-040400", "SV-86877", "V-72253"], &["CCE-27455-5"], "sshd_use_approved_macs", &[]),
    (&["SV-204596", "RHEL-07-040410", "SV-86879", "V-72255"], &["CCE-27311-0"], "file_permissions_sshd_pub_key", &[]),
    (&["SV-204597", "RHEL-07-040420", "SV-86881", "V-72257"], &["CCE-27485-2"], "file_permissions_sshd_private_key", &[]),
    (&["SV-204598", "RHEL-07-040430", "SV-86883", "V-72259"], &[], "sshd_disable_gssapi_auth", EXPLICIT),
    (&["SV-204599", "RHEL-07-040440", "SV-86885", "V-72261"], &["CCE-80221-5"], "sshd_disable_kerb_auth", EXPLICIT),
    (&["SV-204600", "RHEL-07-040450", "SV-86887", "V-72263"], &["CCE-80222-3"], "sshd_enable_strictmodes", EXPLICIT),
    (&["SV-204602", "RHEL-07-040470", "SV-86891", "V-72267"], &[], "sshd_disable_compression", EXPLICIT),
    (&["SV-204609", "RHEL-07-040610", "SV-86907", "V-72283"], &["CCE-27434-0"], "sysctl_net_ipv4_conf_all_accept_source_route", &[]),
    (&["SV-204612", "RHEL-07-040620", "SV-86909", "V-72285"], &["CCE-80162-1"], "sysctl_net_ipv4_conf_default_accept_source_route", &[]),
    (&["SV-204613", "RHEL-07-040630", "SV-86911", "V-72287"], &["CCE-80165-4"], "sysctl_net_ipv4_icmp_echo_ignore_broadcasts", &[]),
    (&["SV-204614", "RHEL-07-040640", "SV-86913", "V-72289"], &["CCE-80163-9"], "sysctl_net_ipv4_conf_default_accept_redirects", &[]),
    (&["SV-204615", "RHEL-07-040641", "SV-87827", "V-73175"], &["CCE-80158-9"], "sysctl_net_ipv4_conf_all_accept_redirects", &[]),
    (&["SV-204616", "RHEL-07-040650", "SV-86915", "V-72291"], &[], "sysctl_net_ipv4_conf_default_send_redirects", &[]),
    (&["SV-204617", "RHEL-07-040660", "SV-86917", "V-72293"], &[], "sysctl_net_ipv4_conf_all_send_redirects", &[]),
    (&["SV-204622", "RHEL-07-040710", "SV-86927", "V-72303"], &["CCE-80226-4"], "sshd_disable_x11_forwarding", EXPLICIT),
    (&["SV-204625", "RHEL-07-040740", "SV-86933", "V-72309"], &["CCE-80157-1"], "sysctl_net_ipv4_ip_forward", &[]),
    (&["SV-204630", "RHEL-07-040830", "SV-86943", "V-72319"], &["CCE-80179-5"], "sysctl_net_ipv6_conf_all_accept_source_route", &[]),
    (&["SV-237633", "RHEL-07-010341"], &[], "sudo_restrict_privilege_elevation_to_authorized", &[]),
    (&["SV-237634", "RHEL-07-010342"], &[], "sudoers_validate_passwd", &[]),
    (&["SV-237635", "RHEL-07-010343"], &[], "sudo_require_reauthentication", &[]),
];

/// Finds the rule by the scanner's name for it, or by its aliases; DISA's own numbers count before others.
pub(super) fn rule(rule: &str, aliases: &[String]) -> Option<(&'static str, &'static [(&'static str, &'static str)])> {
    // `xccdf_mil.disa.stig_rule_SV-204592r603261_rule`: the number before the revision.
    let bare = rule.rsplit_once("stig_rule_").map_or(rule, |it| it.1).trim_end_matches("_rule");
    let number = bare.strip_prefix("SV-").map_or(bare, |it| &bare[..3 + it.bytes().take_while(u8::is_ascii_digit).count()]);
    let by = |name: &str| RULES.iter().find(|it| it.0.contains(&name));
    let by_cce = |name: &str| RULES.iter().find(|it| it.1.contains(&name));
    let found = by(number).or_else(|| aliases.iter().find_map(|it| by(it))).or_else(|| aliases.iter().find_map(|it| by_cce(it)));
    found.map(|it| (it.2, it.3))
}
