//! Trees of the host as configuration formats look at them, for each world that has trees: whole files, sorted names, states.

/// Bytes that are asked for at a time.
const PIECE: u32 = 1 << 20;

/// Makes the view of one world's tree.
macro_rules! view {
    ($(#[$doc:meta])* $world:ident, $tree:ident) => {
        $(#[$doc])*
        pub mod $world {
            use config_formats::{Files, State};
            use invitro_sdk::$world::invitro::remediation::{files::$tree as Tree, types::FileType};

            /// Reads a whole file; none where it is not there, can't be read, or holds more than `most` bytes.
            pub fn bytes(tree: &Tree, path: &[u8], most: usize) -> Option<Vec<u8>> {
                let mut bytes = Vec::new();
                loop {
                    let piece = tree.read(path, bytes.len() as u64, super::PIECE).ok()?;
                    if piece.is_empty() {
                        return Some(bytes);
                    }
                    bytes.extend(piece);
                    if bytes.len() > most {
                        return None;
                    }
                }
            }

            /// Returns the sorted names in a folder that are text; none where there is no folder.
            pub fn names(tree: &Tree, folder: &str) -> Vec<String> {
                let (mut names, mut cursor) = (Vec::new(), 0);
                while let Ok(page) = tree.list(folder.as_bytes(), cursor) {
                    names.extend(page.entries.into_iter().filter_map(|it| String::from_utf8(it.name).ok()));
                    match page.next {
                        Some(next) => cursor = next,
                        None => break,
                    }
                }
                names.sort();
                names
            }

            /// A tree, and the most bytes of a file that are looked into.
            pub struct Target<'a> {
                /// The tree.
                pub tree: &'a Tree,
                most: usize,
            }

            impl<'a> Target<'a> {
                /// Looks at files whatever their size.
                pub fn of(tree: &'a Tree) -> Target<'a> {
                    Target { tree, most: usize::MAX }
                }

                /// Looks at files of at most so many bytes.
                pub fn within(tree: &'a Tree, most: usize) -> Target<'a> {
                    Target { tree, most }
                }
            }

            impl Files for Target<'_> {
                /// Bytes that are no text stand as such: a daemon reads them too.
                fn text(&self, path: &str) -> Option<String> {
                    let bytes = bytes(self.tree, path.as_bytes(), self.most)?;
                    Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
                }

                fn names(&self, folder: &str) -> Vec<String> {
                    names(self.tree, folder)
                }

                fn state(&self, path: &str) -> Option<State> {
                    let it = self.tree.stat(path.as_bytes(), true).ok()?;
                    Some(State { mode: it.mode, uid: it.uid, gid: it.gid, is_folder: it.type_ == FileType::Directory })
                }
            }
        }
    };
}

view!(
    /// What generators see.
    generator, Tree
);
view!(
    /// What validators see.
    validator, Tree
);
view!(
    /// What command models see.
    command_model, Workspace
);
