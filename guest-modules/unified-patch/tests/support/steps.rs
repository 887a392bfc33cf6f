//! A tree in memory as a patch looks at it, and the steps of a patch carried out on it.

use unified_patch::{Look, Step, Tree, Way};

use super::{Laid, world::World};

impl World {
    fn name(path: &[u8]) -> String {
        String::from_utf8(path.to_vec()).expect("names of tests are text")
    }

    /// Carries steps out.
    pub fn carry_out(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Remove(path) => drop(self.0.remove(&Self::name(path)).expect("what is removed is there")),
                Step::Create { path, bytes, mode } => {
                    let was = self.0.insert(Self::name(path), Laid::File(bytes.clone(), *mode));
                    assert_eq!(was, None, "what is made is not there");
                }
                Step::Link { path, target } => drop(self.0.insert(Self::name(path), Laid::Link(target.clone()))),
                Step::Write { path, bytes, mode } => match self.0.get_mut(&Self::name(path)) {
                    Some(Laid::File(content, bits)) => {
                        content.clone_from(bytes.as_ref().unwrap_or(&content.clone()));
                        *bits = mode.unwrap_or(*bits);
                    }
                    other => panic!("what is written is a file, not {other:?}"),
                },
            }
        }
    }
}

impl Tree for World {
    fn look(&mut self, path: &[u8]) -> Look {
        let name = Self::name(path);
        match self.0.get(&name) {
            Some(Laid::File(bytes, mode)) => Look::File(bytes.clone(), *mode),
            Some(Laid::Link(target)) => Look::Link(target.clone()),
            Some(Laid::Folder(_)) => Look::Directory,
            None if self.0.keys().any(|it| it.starts_with(&format!("{name}/"))) => Look::Directory,
            None => Look::Absent,
        }
    }

    fn way(&mut self, path: &[u8]) -> Way {
        let name = Self::name(path);
        for (at, _) in name.match_indices('/') {
            match self.0.get(&name[..at]) {
                Some(Laid::Link(target)) => return Way::Link(name.as_bytes()[..at].to_vec(), !target.starts_with(b"/") && !target.starts_with(b"..")),
                Some(Laid::File(..)) => return Way::Blocked(name.as_bytes()[..at].to_vec()),
                _ => {}
            }
        }
        Way::Clear
    }

    fn fixed(&mut self, _: &[u8]) -> Option<String> {
        None
    }
}
