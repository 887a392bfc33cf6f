//! Tells what hangs on the paths that a fix touches: units that name them, packages that own them, files that are read with them.
//! It is knowledge for people, no judgement: nothing here clears or refuses a fix.

mod includes;
mod packages;
mod target;
mod units;

use config_formats::Files;
use invitro_sdk::analyzer::{
    self,
    exports::invitro::remediation::analyze::{AnalyzeError, Dependent, DependentKind, Guest},
    invitro::remediation::{files::Tree, types::Remediation},
};

/// Most dependents that are named (the WIT's own bound).
const MOST: usize = 1000;

struct Dependents;

impl Guest for Dependents {
    fn analyze(remediation: Remediation, target: &Tree) -> Result<Vec<Dependent>, AnalyzeError> {
        analyzer::log_panics();
        Ok(of(&remediation.write_set, &target::Target(target)).into_iter().map(Found::told).collect())
    }
}

analyzer::export!(Dependents with_types_in invitro_sdk::analyzer);

/// What something is that hangs on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Package,
    Service,
    Include,
}

/// Something that hangs on a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    path: String,
    kind: Kind,
    name: String,
    reason: String,
}

impl Found {
    fn told(self) -> Dependent {
        let kind = match self.kind {
            Kind::Package => DependentKind::Package,
            Kind::Service => DependentKind::Service,
            Kind::Include => DependentKind::Include,
        };
        Dependent { path: self.path.into_bytes(), kind, name: self.name, reason: self.reason }
    }
}

/// What hangs on these paths, sorted, each once.
fn of(touched: &[String], target: &dyn Files) -> Vec<Found> {
    let units = units::read(target);
    let status = target.text(packages::STATUS).unwrap_or_default();
    let mut found = Vec::new();
    for path in touched {
        let owners = packages::owners(target, &status, path);
        for package in &owners {
            found.push(Found { path: path.clone(), kind: Kind::Package, name: package.name.clone(), reason: package.reason.clone() });
            found.extend(packages::units(target, &package.name).into_iter().map(|unit| Found {
                path: path.clone(),
                kind: Kind::Service,
                reason: format!("the package {} has this unit and {path}", package.name),
                name: unit,
            }));
        }
        found.extend(units::naming(&units, path));
        found.extend(includes::of(target, path));
    }
    // A unit that names the path says more than one of the same package does.
    let named: Vec<(String, String)> = found.iter().filter(|it| it.kind == Kind::Service && !it.reason.starts_with("the package")).map(key).collect();
    found.retain(|it| it.kind != Kind::Service || !it.reason.starts_with("the package") || !named.contains(&key(it)));
    found.sort();
    found.dedup();
    found.truncate(MOST);
    found
}

fn key(of: &Found) -> (String, String) {
    (of.path.clone(), of.name.clone())
}

#[cfg(test)]
mod tests {
    use config_formats::Memory;

    use super::of;

    fn told(files: &[(&str, &str)], touched: &str) -> Vec<String> {
        of(&[touched.to_owned()], &Memory::of(files)).into_iter().map(|it| format!("{:?} {}: {}", it.kind, it.name, it.reason)).collect()
    }

    #[test]
    fn units_name_files_and_programs() {
        let files = [
            (
                "/usr/lib/systemd/system/ssh.service",
                "[Unit]\nConditionPathExists=!/etc/ssh/sshd_not_to_be_run\n[Service]\nEnvironmentFile=-/etc/default/ssh\nExecStart=/usr/sbin/sshd -D \\\n  -f /etc/ssh/sshd_config\n",
            ),
            ("/etc/systemd/system/ssh.service.d/more.conf", "[Service]\nExecStartPre=@/usr/bin/check check --file=/etc/more\n"),
            ("/usr/lib/systemd/system/other.service", "[Service]\n# EnvironmentFile=/etc/default/ssh\nExecStart=/bin/other /etc/default/ssh.old\n"),
        ];
        assert_eq!(told(&files, "/etc/default/ssh"), ["Service ssh.service: EnvironmentFile= names it"]);
        assert_eq!(told(&files, "/etc/ssh/sshd_config"), ["Service ssh.service: ExecStart= names it"]);
        assert_eq!(told(&files, "/etc/ssh/sshd_not_to_be_run"), ["Service ssh.service: ConditionPathExists= names it"]);
        assert_eq!(told(&files, "/etc/more"), ["Service ssh.service: ExecStartPre= names it"]);
        assert_eq!(told(&files, "/usr/bin/check"), ["Service ssh.service: ExecStartPre= names it"]);
        assert_eq!(told(&files, "/etc/systemd/system/ssh.service.d/more.conf"), ["Service ssh.service: it is a part of the unit"]);
        assert_eq!(told(&files, "/usr/lib/systemd/system/other.service"), ["Service other.service: it is the unit"]);
        assert!(told(&files, "/etc/other").is_empty());
    }

    #[test]
    fn packages_own_files_and_configuration() {
        let files = [
            (
                "/var/lib/dpkg/status",
                "Package: openssh-server\nStatus: install ok installed\nConffiles:\n /etc/default/ssh 500e3cf069fe9a7b9936108eb9d9c035\n /etc/old 1 obsolete\n\nPackage: gone\nStatus: deinstall ok config-files\nConffiles:\n /etc/default/ssh 1\n",
            ),
            ("/var/lib/dpkg/info/openssh-server.list", "/.\n/lib\n/lib/systemd/system/ssh.service\n/usr/sbin/sshd\n"),
            ("/var/lib/dpkg/info/libc6:amd64.list", "/lib/x\n"),
            ("/var/lib/ucf/registry", "openssh-server /etc/ssh/sshd_config\n"),
        ];
        let server = "Service ssh.service: the package openssh-server has this unit and";
        assert_eq!(told(&files, "/etc/default/ssh"), ["Package openssh-server: it is its configuration", &format!("{server} /etc/default/ssh")]);
        assert_eq!(told(&files, "/etc/ssh/sshd_config"), ["Package openssh-server: it made it with ucf", &format!("{server} /etc/ssh/sshd_config")]);
        assert_eq!(told(&files, "/usr/sbin/sshd"), ["Package openssh-server: it is among its files", &format!("{server} /usr/sbin/sshd")]);
        assert_eq!(told(&files, "/lib/x"), ["Package libc6: it is among its files"]);
        assert_eq!(told(&files, "/usr/lib/x"), ["Package libc6: it is among its files"], "/lib is a link to /usr/lib");
        assert!(told(&files, "/etc/new").is_empty());
    }

    #[test]
    fn files_are_read_with_others() {
        let files = [
            ("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nInclude more\n"),
            ("/etc/sudoers", "Defaults env_reset\n@includedir /etc/sudoers.d\n#include /etc/sudoers.local\n"),
            ("/etc/pam.d/sshd", "auth required pam_env.so\n@include common-auth\n"),
            ("/etc/pam.d/su", "auth  substack  common-auth\n"),
            ("/etc/sysctl.conf", "net.ipv4.ip_forward = 1\n"),
            ("/etc/sysctl.d/10-a.conf", "kernel.x=1\n-net/ipv4/ip_forward=0\n"),
            ("/etc/sysctl.d/20-b.conf", "kernel.x = 2\nkernel.y=1\n"),
            ("/usr/lib/sysctl.d/30-c.conf", "kernel.y=3\n"),
        ];
        assert_eq!(told(&files, "/etc/ssh/sshd_config.d/10-x.conf"), ["Include /etc/ssh/sshd_config: line 1 includes it"]);
        assert_eq!(told(&files, "/etc/ssh/more"), ["Include /etc/ssh/sshd_config: line 2 includes it"]);
        assert_eq!(told(&files, "/etc/sudoers.d/admin"), ["Include /etc/sudoers: line 2 includes it"]);
        assert_eq!(told(&files, "/etc/sudoers.local"), ["Include /etc/sudoers: line 3 includes it"]);
        assert_eq!(told(&files, "/etc/pam.d/common-auth"), ["Include /etc/pam.d/sshd: line 2 includes it", "Include /etc/pam.d/su: line 1 includes it"]);
        assert_eq!(
            told(&files, "/etc/sysctl.d/10-a.conf"),
            ["Include /etc/sysctl.conf: read later, it sets net.ipv4.ip_forward again", "Include /etc/sysctl.d/20-b.conf: read later, it sets kernel.x again"]
        );
        assert!(told(&files, "/usr/lib/sysctl.d/30-c.conf").is_empty());
        assert!(told(&files, "/etc/sudoers.d/a.b").is_empty(), "sudo reads no name with a dot");
    }
}
