//! grep(1) on the real files of this machine, so that it can be compared with the real one: `GREP_AS` is the name it goes by.

use std::{
    io::{Read as _, Write as _},
    os::unix::{
        ffi::{OsStrExt as _, OsStringExt},
        fs::MetadataExt as _,
    },
    path::Path,
};

use gnu_grep::{Kind, Stat, Trouble, World};

struct Real(Option<Vec<u8>>);

fn path(name: &[u8]) -> &Path {
    Path::new(std::ffi::OsStr::from_bytes(name))
}

fn words(error: std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

impl World for Real {
    fn stdin(&mut self) -> Vec<u8> {
        let read = || {
            let mut all = Vec::new();
            let _ = std::io::stdin().read_to_end(&mut all);
            all
        };
        self.0.get_or_insert_with(read).clone()
    }

    fn stat(&mut self, name: &[u8], follow: bool) -> Result<Stat, String> {
        let stat = if follow { std::fs::metadata(path(name)) } else { std::fs::symlink_metadata(path(name)) }.map_err(words)?;
        let kind = match stat.file_type() {
            it if it.is_file() => Kind::Regular,
            it if it.is_dir() => Kind::Directory,
            it if it.is_symlink() => Kind::Link,
            _ => Kind::Other,
        };
        Ok(Stat { kind, inode: stat.ino() })
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        std::fs::read(path(name)).map_err(words)
    }

    fn names(&mut self, name: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        std::fs::read_dir(path(name)).map_err(words)?.map(|it| it.map(|it| it.file_name().into_vec()).map_err(words)).collect()
    }
}

fn main() -> std::process::ExitCode {
    let words: Vec<Vec<u8>> = std::env::args_os().skip(1).map(OsStringExt::into_vec).collect();
    let mut world = Real(None);
    let name = std::env::var("GREP_AS").unwrap_or_else(|_| "grep".to_owned());
    let done = gnu_grep::read(&name, &words, &mut world).and_then(|options| gnu_grep::run(&options, &mut world));
    let (out, err, status) = match done {
        Ok(done) => (done.out, done.err, done.status),
        Err(Trouble::Exit(text, status)) => (Vec::new(), text, status),
        Err(Trouble::Unmodelled(text)) => (Vec::new(), format!("unmodelled: {text}\n").into_bytes(), 125),
    };
    let _ = std::io::stdout().write_all(&out);
    let _ = std::io::stderr().write_all(&err);
    std::process::ExitCode::from(status as u8)
}
