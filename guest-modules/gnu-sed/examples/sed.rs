//! sed(1) on the real files of this machine, so that it can be compared with the real one.

use std::{
    io::{Read as _, Write as _},
    os::unix::ffi::{OsStrExt as _, OsStringExt},
    path::Path,
};

use gnu_sed::{Kind, Trouble, World};

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

    fn kind(&mut self, name: &[u8]) -> Result<Kind, String> {
        let kind = std::fs::metadata(path(name)).map_err(words)?.file_type();
        Ok(if kind.is_file() {
            Kind::Regular
        } else if kind.is_dir() {
            Kind::Directory
        } else {
            Kind::Other
        })
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        std::fs::read(path(name)).map_err(words)
    }

    fn create(&mut self, name: &[u8]) -> Result<(), String> {
        std::fs::write(path(name), b"").map_err(words)
    }

    fn append(&mut self, name: &[u8], bytes: &[u8]) -> Result<(), String> {
        std::fs::OpenOptions::new().append(true).open(path(name)).and_then(|mut it| it.write_all(bytes)).map_err(words)
    }

    fn replace(&mut self, name: &[u8], content: &[u8], backup: Option<&[u8]>, _: bool) -> Result<(), String> {
        if let Some(backup) = backup {
            std::fs::rename(path(name), path(backup)).map_err(words)?;
        }
        std::fs::write(path(name), content).map_err(words)
    }
}

fn main() -> std::process::ExitCode {
    let words: Vec<Vec<u8>> = std::env::args_os().skip(1).map(OsStringExt::into_vec).collect();
    let mut world = Real(None);
    let done = gnu_sed::read(&words, &mut world).and_then(|options| gnu_sed::run(&options, &mut world));
    let (out, err, status) = match done {
        Ok(done) => (done.out, done.err, done.status),
        Err(Trouble::Exit(text, status)) => (Vec::new(), format!("sed: {text}\n").into_bytes(), status),
        Err(Trouble::Unmodelled(text)) => (Vec::new(), format!("unmodelled: {text}\n").into_bytes(), 125),
    };
    let _ = std::io::stdout().write_all(&out);
    let _ = std::io::stderr().write_all(&err);
    std::process::ExitCode::from(status as u8)
}
