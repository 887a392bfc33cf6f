//! Programs: how the shell finds one, and what it says where there is none.

use crate::{
    descriptors::Written,
    glob::join,
    shell::Shell,
    world::{Errno, Kind, Program},
};

/// Exit status of a program that was ended by SIGPIPE (128 + 13).
pub(crate) const BROKEN_PIPE: i32 = 141;

impl Shell {
    /// Answers whether a word that is a path leads to something that may be executed; a bare name is looked for when it is run.
    pub fn may_have_program(&self, word: &str) -> bool {
        let full = join(&self.cwd, word);
        !word.contains('/') || self.world.stat(&full, true).is_ok_and(|it| it.kind != Kind::Directory) && self.world.access(&full, 1)
    }

    /// Runs a command of the script that is no builtin; `search` stands for PATH where it is given, and what is found by an own PATH is not remembered.
    pub(crate) fn found_program(&mut self, argv: &[String], search: Option<&str>, own: bool) -> i32 {
        let name = &argv[0];
        if name.is_empty() {
            self.complain(if self.dash { ": Permission denied" } else { ": command not found" });
            return if self.dash { 126 } else { 127 };
        }
        let path = if name.contains('/') { None } else { self.path_of(name, search, own) };
        self.program(argv, path)
    }

    /// Runs a program that is at a path, or else where the machine finds it.
    pub(crate) fn program(&mut self, argv: &[String], path: Option<String>) -> i32 {
        let word = path.as_ref().unwrap_or(&argv[0]).clone();
        if word.is_empty() {
            self.complain(": command not found");
            return 127;
        }
        let mut found = None;
        if word.contains('/') {
            let full = join(&self.cwd, &word);
            match self.world.stat(&full, true) {
                Ok(stat) if stat.kind == Kind::Directory => {
                    self.complain(&format!("{word}: {}", Errno::IsDirectory));
                    return 126;
                }
                Ok(_) if !self.world.access(&full, 1) => {
                    // Dash names the word, and bash the path.
                    let shown = if self.dash { &argv[0] } else { &word };
                    self.complain(&format!("{shown}: {}", Errno::Access));
                    return 126;
                }
                Err(error) if path.is_some() => {
                    self.complain(&format!("{word}: {error}"));
                    return 127;
                }
                _ => {}
            }
            found = path.map(|it| (full, it));
        }
        let program = Program { argv: argv.to_vec(), path: found, line: self.line, environment: self.environment() };
        let world = self.world.clone();
        let ended = world.run(self, &program);
        let one = match (self.fds.get(1), self.fds.get(2)) {
            (Some(out), Some(err)) => std::rc::Rc::ptr_eq(out, err),
            _ => false,
        };
        if one && !ended.err.is_empty() && !ended.out.is_empty() {
            if let Some(both) = ended.together() {
                return match self.put_out(1, &both) {
                    Written::Broken => BROKEN_PIPE,
                    _ => ended.status,
                };
            }
            self.unsure_of("", "in which order a program's output and its errors come in one file or pipe");
        }
        // What a C program writes to a file or a pipe waits in its buffer: errors come first.
        self.write(2, &ended.err);
        match self.put_out(1, &ended.out) {
            Written::Broken => BROKEN_PIPE,
            _ => ended.status,
        }
    }
}
