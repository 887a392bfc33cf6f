//! modprobe.d(5): a module that must not be loaded has an `install` that fails and is on the blacklist.

use crate::Files;

/// Folders, an earlier one hiding names in the later ones (modprobe.d(5)).
const FOLDERS: [&str; 5] = ["/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"];

/// Commands that load nothing.
const NOTHING: [&str; 4] = ["/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true"];

/// The module of a rule: `kernel_module_usb-storage_disabled`.
pub fn module(rule: &str) -> Option<&str> {
    let name = rule.strip_prefix("kernel_module_")?.strip_suffix("_disabled")?;
    (!name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it))).then_some(name)
}

/// What the configuration says of a module.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Files with an `install` that loads something.
    pub loading: Vec<String>,
    /// Whether an `install` loads nothing.
    pub refused: bool,
    /// Whether it is on the blacklist.
    pub blacklisted: bool,
}

/// Reads all files. `-` and `_` mean the same in names.
pub fn said(files: &dyn Files, module: &str) -> Said {
    let (mut names, mut said) = (Vec::new(), Said::default());
    let same = |name: &str| name.replace('-', "_") == module.replace('-', "_");
    for folder in FOLDERS {
        for name in files.names(folder).into_iter().filter(|it| it.ends_with(".conf")) {
            if names.contains(&name) {
                continue;
            }
            let path = format!("{folder}/{name}");
            names.push(name);
            for line in files.text(&path).unwrap_or_default().replace("\\\n", " ").lines() {
                let words: Vec<&str> = line.split_whitespace().collect();
                match words.as_slice() {
                    ["install", name, command] if same(name) && NOTHING.contains(command) => said.refused = true,
                    ["install", name, ..] if same(name) => said.loading.push(path.clone()),
                    ["blacklist", name] if same(name) => said.blacklisted = true,
                    _ => {}
                }
            }
        }
    }
    said
}

impl Said {
    /// Answers whether the module can't be loaded.
    pub fn holds(&self) -> bool {
        self.loading.is_empty() && self.refused && self.blacklisted
    }
}

#[cfg(test)]
mod tests {
    use super::{module, said};
    use crate::Memory;

    #[test]
    fn all_files_count() {
        let check = |files: &[(&str, &str)]| said(&Memory::of(files), "usb-storage").holds();
        assert_eq!(module("kernel_module_usb-storage_disabled"), Some("usb-storage"));
        assert!(check(&[("/etc/modprobe.d/a.conf", "install usb_storage /bin/false\nblacklist usb-storage\n")]));
        assert!(!check(&[("/etc/modprobe.d/a.conf", "install usb_storage /bin/false\n")]));
        assert!(!check(&[
            ("/etc/modprobe.d/a.conf", "install usb_storage /bin/false\nblacklist usb_storage\n"),
            ("/usr/lib/modprobe.d/b.conf", "install usb-storage /sbin/modprobe -i usb-storage\n")
        ]));
        assert!(!check(&[("/etc/modprobe.d/a.conf.bak", "install usb_storage /bin/false\nblacklist usb_storage\n")]));
    }
}
