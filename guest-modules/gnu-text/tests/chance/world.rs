//! Files in memory.

use std::collections::BTreeMap;

use gnu_text::{Fault, World};

pub struct Memory {
    pub files: BTreeMap<Vec<u8>, Vec<u8>>,
    pub stdin: Vec<u8>,
}

fn plain(name: &[u8]) -> Vec<u8> {
    name.strip_prefix(b"./").unwrap_or(name).to_vec()
}

impl World for Memory {
    fn stdin(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.stdin)
    }

    fn stdin_size(&self) -> Option<u64> {
        None
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, Fault> {
        let name = plain(name);
        if name == b"d" || name == b"." {
            return Err(Fault::Read("Is a directory".to_owned()));
        }
        self.files.get(&name).cloned().ok_or_else(|| Fault::Open("No such file or directory".to_owned()))
    }

    fn is_regular(&mut self, name: &[u8]) -> bool {
        self.files.contains_key(&plain(name))
    }

    fn touch(&mut self, name: &[u8]) -> Result<(), String> {
        match plain(name).as_slice() {
            b"d" | b"." => Err("Is a directory".to_owned()),
            b"" => Err("No such file or directory".to_owned()),
            name => {
                self.files.entry(name.to_vec()).or_default();
                Ok(())
            }
        }
    }

    fn write(&mut self, name: &[u8], content: &[u8]) -> Result<(), String> {
        self.touch(name)?;
        self.files.insert(plain(name), content.to_vec());
        Ok(())
    }

    fn environment(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        [("A", "1"), ("B", "two words"), ("LC_ALL", "C.UTF-8"), ("PATH", "/usr/bin:/bin")].map(|(name, value)| (name.into(), value.into())).to_vec()
    }
}
