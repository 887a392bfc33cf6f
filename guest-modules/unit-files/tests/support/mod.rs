//! A machine in a folder, and one call of systemctl by the library, as text that can be compared.

use std::{fs, path::PathBuf};

use unit_files::{Done, Files, Layout, Stop};

/// A folder that stands for `/`.
pub struct Root(pub PathBuf);

impl Root {
    fn at(&self, path: &str) -> PathBuf {
        self.0.join(path.trim_start_matches('/'))
    }

    /// The place behind links, resolved inside the root.
    fn behind(&self, path: &str) -> Option<PathBuf> {
        let mut path = path.to_owned();
        for _ in 0..40 {
            match self.link(&path) {
                Some(target) if target.starts_with('/') => path = target,
                Some(target) => path = format!("{}/{target}", path.rsplit_once('/')?.0),
                None => return Some(self.at(&path)),
            }
        }
        None
    }

    /// Writes a file of the case.
    pub fn put(&self, path: &str, text: &str) {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), text).unwrap();
    }

    /// All files and links below a folder, sorted.
    pub fn listing(&self) -> String {
        let mut rows = Vec::new();
        let mut todo = vec![self.0.clone()];
        while let Some(folder) = todo.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                let shown = format!("/{}", path.strip_prefix(&self.0).unwrap().display());
                match fs::read_link(&path) {
                    Ok(target) => rows.push(format!("{shown} -> {}", target.display())),
                    Err(_) if path.is_dir() => {
                        rows.push(format!("{shown}/"));
                        todo.push(path);
                    }
                    Err(_) => rows.push(shown),
                }
            }
        }
        rows.sort();
        rows.join("\n")
    }
}

impl Files for Root {
    fn text(&self, path: &str) -> Option<String> {
        // systemd looks at the device itself; the root has none.
        fs::read_to_string(self.behind(path)?).ok()
    }
    fn link(&self, path: &str) -> Option<String> {
        fs::read_link(self.at(path)).ok().map(|it| it.to_string_lossy().into_owned())
    }
    fn is_there(&self, path: &str) -> bool {
        fs::symlink_metadata(self.at(path)).is_ok()
    }
    fn is_folder(&self, path: &str) -> bool {
        self.behind(path).is_some_and(|it| it.is_dir())
    }
    fn names(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.at(folder)).into_iter().flatten().flatten().map(|it| it.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
    fn make_folder(&self, path: &str) -> Result<(), String> {
        fs::create_dir_all(self.at(path)).map_err(|it| it.to_string())
    }
    fn make_link(&self, target: &str, path: &str) -> Result<(), String> {
        std::os::unix::fs::symlink(target, self.at(path)).map_err(|it| it.to_string())
    }
    fn rename(&self, from: &str, to: &str) -> Result<(), String> {
        fs::rename(self.at(from), self.at(to)).map_err(|it| it.to_string())
    }
    fn remove_file(&self, path: &str) -> Result<(), String> {
        fs::remove_file(self.at(path)).map_err(|it| it.to_string())
    }
    fn remove_folder(&self, path: &str) {
        let _ = fs::remove_dir(self.at(path));
    }
}

/// What systemctl prints where nothing can be installed.
pub const NO_INSTALL: &str = "The unit files have no installation config";

/// One call by the library: status, standard output, standard error; none where it is not modelled.
pub fn call(root: &Root, words: &[String]) -> Option<(i32, String, String)> {
    let layout = Layout::of(true, false);
    let (verb, rest) = words.split_first().unwrap();
    let force = rest.iter().any(|it| it == "--force");
    let units: Vec<String> = rest.iter().filter(|it| *it != "--force").map(|it| if it.starts_with('/') { it.clone() } else { unit_files::full(it) }).collect();
    if verb == "list-unit-files" {
        // A name without its kind is not modelled: over the bus it may be completed.
        if rest.iter().any(|it| !it.starts_with('-') && !it.contains(['*', '?']) && unit_files::full(it) != *it) {
            return None;
        }
        let option = |name: &str| rest.iter().filter_map(|it| it.strip_prefix(name)).map(str::to_owned).collect();
        let wanted = unit_files::Wanted {
            patterns: rest.iter().filter(|it| !it.starts_with('-')).cloned().collect(),
            kinds: option("--type="),
            states: option("--state="),
            bare: rest.iter().any(|it| it == "--no-legend"),
        };
        return unit_files::list(root, &layout, &wanted).ok().map(|it| (i32::from(it.1 == 0), it.0, String::new()));
    }
    let done: Result<Done, Stop> = match verb.as_str() {
        "enable" => unit_files::enable(root, &layout, &units, force),
        "disable" => unit_files::disable(root, &layout, &units),
        "reenable" => unit_files::reenable(root, &layout, &units, force),
        "mask" => unit_files::mask(root, &layout, &units, force),
        "unmask" => unit_files::unmask(root, &layout, &units),
        "preset" => unit_files::preset(root, &layout, &units),
        "link" => unit_files::link_files(root, &layout, &units, force),
        "set-default" => unit_files::set_default(root, &layout, &units[0].replace(".service", ".target")),
        "is-enabled" => {
            let (mut out, mut err, mut any) = (String::new(), String::new(), false);
            if units.iter().any(|it| unit_files::state(root, &layout, it).is_err()) {
                return None;
            }
            for unit in &units {
                match unit_files::state(root, &layout, unit) {
                    Ok(Some(state)) => {
                        any |= matches!(state, "enabled" | "enabled-runtime" | "static" | "alias" | "indirect" | "generated");
                        out.push_str(&format!("{state}\n"));
                    }
                    Ok(None) => {
                        err.push_str(&format!("Failed to get unit file state for {unit}: No such file or directory\n"));
                        return Some((1, out, err));
                    }
                    Err(_) => return None,
                }
            }
            return Some((i32::from(!any), out, err));
        }
        other => panic!("{other}"),
    };
    match done {
        Ok(done) => {
            let word = match verb.as_str() {
                "set-default" => "set default",
                "reenable" => "reenable",
                other => other,
            };
            let mut err = done.words(word, false);
            if done.nothing_to_install && !done.failed {
                err.push_str(&format!("{NO_INSTALL}\n"));
            }
            Some((i32::from(done.failed), String::new(), err))
        }
        Err(Stop::Unmodelled(_)) => None,
        Err(Stop::Failed(why)) => panic!("{why}"),
    }
}
