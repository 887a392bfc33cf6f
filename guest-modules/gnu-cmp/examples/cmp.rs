//! cmp(1) on the real files of this machine, so that it can be compared with the real one.

use std::{
    io::{Read as _, Write as _},
    os::unix::{
        ffi::{OsStrExt as _, OsStringExt},
        fs::MetadataExt as _,
    },
    path::Path,
};

use gnu_cmp::{Trouble, World};

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

    fn open(&mut self, name: &[u8]) -> Result<(u64, bool), String> {
        let stat = std::fs::metadata(path(name)).map_err(words)?;
        Ok((stat.ino(), stat.is_dir()))
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        std::fs::read(path(name)).map_err(words)
    }
}

fn main() -> std::process::ExitCode {
    let words: Vec<Vec<u8>> = std::env::args_os().skip(1).map(OsStringExt::into_vec).collect();
    let mut world = Real(None);
    let done = gnu_cmp::run(&words, &mut world, false);
    let (out, err, status) = match done {
        Ok(done) => (done.out, done.err, done.status),
        Err(Trouble::Exit(text, status)) => (Vec::new(), text, status),
        Err(Trouble::Unmodelled(text)) => (Vec::new(), format!("unmodelled: {text}\n").into_bytes(), 125),
    };
    let _ = std::io::stdout().write_all(&out);
    let _ = std::io::stderr().write_all(&err);
    std::process::ExitCode::from(status as u8)
}
