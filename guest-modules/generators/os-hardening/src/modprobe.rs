//! Modules that must not be loaded: an `install` that fails, and the blacklist, in a file of their own.

use config_formats::modprobe;
use invitro_sdk::generator::invitro::remediation::types::Risk;

use crate::{Made, Proposal, REWRITE, Target, complies, head};

pub(crate) fn propose(rule: &str, target: &Target<'_>) -> Option<Made> {
    let module = modprobe::module(rule)?;
    let said = modprobe::said(target, module);
    if said.holds() {
        return Some(Err(complies()));
    }
    let title = format!("kernel module {module} can't be loaded");
    let own = format!("/etc/modprobe.d/{module}.conf");
    let mut script = head(&title);
    script.push_str(REWRITE);
    let mut files: Vec<String> = said.loading.into_iter().filter(|it| it.starts_with("/etc/")).collect();
    files.dedup();
    for file in &files {
        script.push_str(&format!(
            r#"
rewrite '{file}' -v module='{module}' '
    {{ name = $2; gsub("-", "_", name); want = module; gsub("-", "_", want) }}
    $1 == "install" && name == want {{ print "install " module " /bin/false"; next }}
    {{ print }}
'
"#
        ));
    }
    script.push_str(&format!(
        r#"
mkdir -p /etc/modprobe.d
for line in 'install {module} /bin/false' 'blacklist {module}'; do
    if [ ! -f {own} ] || ! grep -qxF "$line" {own}; then
        printf '%s\n' "$line" >> {own}
    fi
done
"#
    ));
    files.extend([own.clone(), "/etc/modprobe.d".to_owned()]);
    Some(Ok(Proposal {
        id: rule.replace(['_', '.'], "-"),
        title,
        script,
        write_set: files,
        effects: Vec::new(),
        risk: Risk::Medium,
        explanation: format!(
            "The module {module} can be loaded. {own} makes modprobe run /bin/false in its place and keeps it from being loaded by an alias; a line that loads it in another way is changed. What needs {module} stops working; where it is loaded now it stays until it is removed or the machine restarts."
        ),
        restart: true,
    }))
}
