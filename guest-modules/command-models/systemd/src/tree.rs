//! The workspace as the library of unit files sees it.

use std::{cell::RefCell, collections::HashMap};

use model_support::Command;
use unit_files::{Files, Layout};

/// A command's workspace.
pub(crate) struct Tree<'a>(pub(crate) &'a Command<'a>);

impl Files for Tree<'_> {
    fn text(&self, path: &str) -> Option<String> {
        self.0.text(path)
    }
    fn link(&self, path: &str) -> Option<String> {
        self.0.link(path)
    }
    fn is_there(&self, path: &str) -> bool {
        self.0.is_there(path)
    }
    fn is_folder(&self, path: &str) -> bool {
        self.0.is_folder(path)
    }
    fn names(&self, folder: &str) -> Vec<String> {
        self.0.names(folder)
    }
    fn make_folder(&self, path: &str) -> Result<(), String> {
        self.0.make_folder(path).map_err(|error| format!("{error:?}"))
    }
    fn make_link(&self, target: &str, path: &str) -> Result<(), String> {
        self.0.target.make_link(target.as_bytes(), path.as_bytes()).map_err(|error| format!("{path} can't be made: {error:?}"))
    }
    fn rename(&self, from: &str, to: &str) -> Result<(), String> {
        self.0.target.rename(from.as_bytes(), to.as_bytes()).map_err(|error| format!("{from} can't be renamed: {error:?}"))
    }
    fn remove_file(&self, path: &str) -> Result<(), String> {
        self.0.target.remove_file(path.as_bytes()).map_err(|error| format!("{path} can't be removed: {error:?}"))
    }
    fn remove_folder(&self, path: &str) {
        let _ = self.0.target.remove_directory(path.as_bytes());
    }
}

/// A tree that is only read, each question asked of the host once: a list of all units asks the same of some forty folders for each unit.
pub(crate) struct Remembered<'a> {
    tree: Tree<'a>,
    texts: RefCell<HashMap<String, Option<String>>>,
    links: RefCell<HashMap<String, Option<String>>>,
    there: RefCell<HashMap<String, bool>>,
    folders: RefCell<HashMap<String, bool>>,
    names: RefCell<HashMap<String, Vec<String>>>,
}

/// What a list never does.
const ONLY_READ: &str = "a list changes nothing";

impl<'a> Remembered<'a> {
    pub(crate) fn of(tree: Tree<'a>) -> Remembered<'a> {
        Remembered { tree, texts: RefCell::default(), links: RefCell::default(), there: RefCell::default(), folders: RefCell::default(), names: RefCell::default() }
    }
}

/// Asks once.
fn once<T: Clone>(known: &RefCell<HashMap<String, T>>, path: &str, ask: impl FnOnce() -> T) -> T {
    if let Some(it) = known.borrow().get(path) {
        return it.clone();
    }
    let answer = ask();
    known.borrow_mut().insert(path.to_owned(), answer.clone());
    answer
}

impl Files for Remembered<'_> {
    fn text(&self, path: &str) -> Option<String> {
        once(&self.texts, path, || self.tree.text(path))
    }
    fn link(&self, path: &str) -> Option<String> {
        once(&self.links, path, || self.tree.link(path))
    }
    fn is_there(&self, path: &str) -> bool {
        once(&self.there, path, || self.tree.is_there(path))
    }
    fn is_folder(&self, path: &str) -> bool {
        once(&self.folders, path, || self.tree.is_folder(path))
    }
    fn names(&self, folder: &str) -> Vec<String> {
        once(&self.names, folder, || self.tree.names(folder))
    }
    fn make_folder(&self, _: &str) -> Result<(), String> {
        Err(ONLY_READ.to_owned())
    }
    fn make_link(&self, _: &str, _: &str) -> Result<(), String> {
        Err(ONLY_READ.to_owned())
    }
    fn rename(&self, _: &str, _: &str) -> Result<(), String> {
        Err(ONLY_READ.to_owned())
    }
    fn remove_file(&self, _: &str) -> Result<(), String> {
        Err(ONLY_READ.to_owned())
    }
    fn remove_folder(&self, _: &str) {}
}

/// Answers whether the tree is a whole machine whose units are all in it: it has systemd itself, and no package came or went. Then a unit that
/// it lacks is one that the machine lacks; any other tree may be a part of a machine.
pub(crate) fn is_whole(command: &Command<'_>) -> bool {
    ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"].iter().any(|it| command.is_there(it)) && command.target.get_state("host:packages-changed").is_none()
}

/// The folders of the target's systemd: those of Debian 12 and Ubuntu 22.04 and before keep `/lib` (`-Dsplit-usr=true`); a tree that does
/// not say what it is is taken for one of them.
pub(crate) fn layout(command: &Command<'_>, runtime: bool) -> Layout {
    let text = ["/etc/os-release", "/usr/lib/os-release"].iter().find_map(|it| command.text(it)).unwrap_or_default();
    let field = |name: &str| text.lines().find_map(|it| it.strip_prefix(name)).map(|it| it.trim_matches(['"', '\'']).to_owned()).unwrap_or_default();
    let number: Option<u32> = field("VERSION_ID=").split('.').next().and_then(|it| it.parse().ok());
    let split = match field("ID=").as_str() {
        "" => true,
        "debian" => number.is_some_and(|it| it <= 12),
        "ubuntu" => number.is_some_and(|it| it <= 22),
        _ => false,
    };
    Layout::of(split, runtime)
}
