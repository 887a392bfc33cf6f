//! WASI for guests that import it: modules of preview 1, as compilers and language runtimes make them, wrapped by the adapter. Each runs
//! a list of calls and prints what came of them; files, clock and random bytes are the run's, and no path leads out of it.

use std::{collections::BTreeMap, fs, path::Path};

use invitro::{
    exercise::{Case, Exercised, exercise},
    guest::{Compiler, Limits, Module, Role},
    sandbox::{Later, Modules},
    tree::Tree,
};
use serde_json::Value;

use crate::components;

/// What a module of preview 1 imports, and how it prints.
const PRELUDE: &str = r#"
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $fd_filestat_set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $path_create_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_remove_directory" (func $path_remove_directory (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $path_unlink_file (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $path_rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_symlink" (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_link" (func $path_link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_readlink" (func $path_readlink (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get" (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 16)
  (global $free (mut i32) (i32.const 262144))
  (func (export "cabi_realloc") (param $old i32) (param $had i32) (param $align i32) (param $size i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1))) (i32.sub (i32.const 0) (local.get $align))))
    (global.set $free (i32.add (local.get $at) (local.get $size)))
    (loop $more
      (if (i32.gt_u (global.get $free) (i32.mul (memory.size) (i32.const 65536)))
        (then (drop (memory.grow (i32.const 1))) (br $more))))
    (memory.copy (local.get $at) (local.get $old) (local.get $had))
    (local.get $at))
  (func $write (param $fd i32) (param $at i32) (param $length i32) (result i32)
    (i32.store (i32.const 16) (local.get $at))
    (i32.store (i32.const 20) (local.get $length))
    (call $fd_write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 24)))
  (func $read (param $fd i32) (param $at i32) (param $length i32) (result i32)
    (i32.store (i32.const 16) (local.get $at))
    (i32.store (i32.const 20) (local.get $length))
    (i32.store (i32.const 28) (i32.const 0))
    (call $fd_read (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 28)))
  (func $say (param $at i32) (param $length i32) (drop (call $write (i32.const 1) (local.get $at) (local.get $length))))
  (func $number (param $of i64) (local $at i32)
    (local.set $at (i32.const 96))
    (loop $more
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at) (i32.add (i32.wrap_i64 (i64.rem_u (local.get $of) (i64.const 10))) (i32.const 48)))
      (br_if $more (i64.ne (local.tee $of (i64.div_u (local.get $of) (i64.const 10))) (i64.const 0))))
    (call $say (local.get $at) (i32.sub (i32.const 96) (local.get $at))))
  ;; Names of a listing in the way of fd_readdir: 24 bytes, of which 16 to 19 are the length of the name that follows.
  (func $names (param $at i32) (param $end i32) (local $length i32)
    (loop $more
      (if (i32.lt_u (i32.add (local.get $at) (i32.const 24)) (local.get $end)) (then
        (local.set $length (i32.load offset=16 (local.get $at)))
        (call $say (i32.add (local.get $at) (i32.const 24)) (local.get $length))
        (call $say (i32.const 101) (i32.const 1))
        (local.set $at (i32.add (i32.add (local.get $at) (i32.const 24)) (local.get $length)))
        (br $more)))))
  (data (i32.const 100) "\0a ")
"#;

/// Where a program keeps its buffer.
const BUFFER: u32 = 131_072;
/// `oflags` of path_open.
const CREATE: u32 = 1;
const DIRECTORY: u32 = 2;
const EXCLUSIVE: u32 = 4;
const TRUNCATE: u32 = 8;
/// Rights of path_open: fd_read and fd_write.
const READ: u64 = 2;
const WRITE: u64 = 64;

/// A list of calls. Descriptors are kept in numbered cells; what the host preopened has number 3 on.
#[derive(Default)]
struct Program {
    texts: String,
    used: usize,
    code: String,
}

impl Program {
    fn text(&mut self, text: &str) -> String {
        let at = 4096 + self.used;
        self.used += text.len();
        let bytes: String = text.bytes().map(|it| format!("\\{it:02x}")).collect();
        let data = format!("(data (i32.const {at}) \"{bytes}\")\n");
        self.texts.push_str(&data);
        format!("(i32.const {at}) (i32.const {})", text.len())
    }

    fn say(&mut self, text: &str) {
        let text = self.text(text);
        self.raw(&format!("(call $say {text})\n"));
    }

    /// Makes a call and prints its error number (0 to 76 of preview 1).
    fn call(&mut self, label: &str, call: &str) -> &mut Program {
        self.say(&format!("{label}: "));
        self.raw(&format!("(call $number (i64.extend_i32_u {call}))\n(call $say (i32.const 100) (i32.const 1))\n"));
        self
    }

    fn number(&mut self, label: &str, number: &str) {
        self.say(&format!("{label}: "));
        self.raw(&format!("(call $number {number})\n(call $say (i32.const 100) (i32.const 1))\n"));
    }

    fn on(&mut self, name: &str, path: &str, rest: &str) -> &mut Program {
        let at = self.text(path);
        self.call(&format!("{name} {path}"), &format!("(call ${name} (i32.const 3) {at} {rest})"))
    }

    fn two(&mut self, name: &str, path: &str, between: &str, other: &str) -> &mut Program {
        let other = self.text(other);
        self.on(name, path, &format!("{between} {other}"))
    }

    fn symlink(&mut self, target: &str, path: &str) -> &mut Program {
        let (at, to) = (self.text(target), self.text(path));
        self.call(&format!("symlink {path} to {target}"), &format!("(call $path_symlink {at} (i32.const 3) {to})"))
    }

    /// Prints what the last call put into the buffer.
    fn shown(&mut self) -> &mut Program {
        self.raw(&format!("(call $say (i32.const {BUFFER}) (i32.load (i32.const 28))) (call $say (i32.const 100) (i32.const 1))\n"))
    }

    fn open_in(&mut self, folder: u32, path: &str, follow: u32, how: u32, rights: u64, cell: u32) -> &mut Program {
        let at = self.text(path);
        let call = format!(
            "(call $path_open (i32.const {folder}) (i32.const {follow}) {at} (i32.const {how}) (i64.const {rights}) (i64.const 0) (i32.const 0) (i32.const {}))",
            Self::cell(cell)
        );
        self.call(&format!("open {path}"), &call)
    }

    fn open(&mut self, path: &str, how: u32, rights: u64, cell: u32) -> &mut Program {
        self.open_in(3, path, 1, how, rights, cell)
    }

    fn cell(cell: u32) -> u32 {
        256 + 4 * cell
    }

    fn read(&mut self, cell: u32, length: u32) -> &mut Program {
        self.call("read", &format!("(call $read (i32.load (i32.const {})) (i32.const {BUFFER}) (i32.const {length}))", Self::cell(cell)));
        self.raw(&format!("(call $say (i32.const {BUFFER}) (i32.load (i32.const 28)))\n"));
        self
    }

    fn write(&mut self, cell: u32, text: &str) -> &mut Program {
        let at = self.text(text);
        self.call("write", &format!("(call $write (i32.load (i32.const {})) {at})", Self::cell(cell)))
    }

    fn close(&mut self, cell: u32) -> &mut Program {
        self.call("close", &format!("(call $fd_close (i32.load (i32.const {})))", Self::cell(cell)))
    }

    fn list(&mut self, path: &str) -> &mut Program {
        self.open(path, DIRECTORY, READ, 63);
        let call = format!("(call $fd_readdir (i32.load (i32.const {})) (i32.const {BUFFER}) (i32.const 8192) (i64.const 0) (i32.const 32))", Self::cell(63));
        self.call("list", &call);
        self.raw(&format!(
            "(call $names (i32.const {BUFFER}) (i32.add (i32.const {BUFFER}) (i32.load (i32.const 32))))\n(call $say (i32.const 100) (i32.const 1))\n"
        ));
        self.close(63)
    }

    fn clock(&mut self, label: &str, id: u32) -> &mut Program {
        self.raw(&format!("(drop (call $clock_time_get (i32.const {id}) (i64.const 1) (i32.const 40)))\n"));
        self.number(label, "(i64.load (i32.const 40))");
        self
    }

    /// Sleeps for milliseconds: one subscription of poll_oneoff to the monotonic clock.
    fn sleep(&mut self, milliseconds: u64) -> &mut Program {
        let nanoseconds = milliseconds * 1_000_000;
        // userdata, tag (u8) at 8, clock id at 16, timeout at 24, precision at 32, flags at 40.
        self.raw(&format!(
            "(memory.fill (i32.const {BUFFER}) (i32.const 0) (i32.const 48)) (i32.store offset=16 (i32.const {BUFFER}) (i32.const 1)) (i64.store offset=24 (i32.const {BUFFER}) (i64.const {nanoseconds}))\n"
        ));
        self.call("sleep", &format!("(call $poll_oneoff (i32.const {BUFFER}) (i32.const {}) (i32.const 1) (i32.const 36))", BUFFER + 64))
    }

    fn raw(&mut self, code: &str) -> &mut Program {
        self.code.push_str(code);
        self
    }

    /// A command model that runs the calls as its command and exits with 0.
    fn command_model(&self) -> Vec<u8> {
        let export = format!(
            r#"(import "invitro:remediation/files@0.1.0" "[resource-drop]workspace" (func $drop (param i32)))
            {PRELUDE} {}
            (func (export "invitro:remediation/model@0.1.0#names") (result i32) (i32.const 128))
            (func (export "invitro:remediation/model@0.1.0#run") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32)
              {}
              (call $drop (local.get $target))
              (i32.const 320))"#,
            self.texts, self.code
        );
        wrap(&export, "command-model")
    }

    /// An analyzer that runs the calls and names no dependent.
    fn analyzer(&self) -> Vec<u8> {
        let export = format!(
            r#"(import "invitro:remediation/files@0.1.0" "[resource-drop]tree" (func $drop (param i32)))
            {PRELUDE} {}
            (func (export "invitro:remediation/analyze@0.1.0#analyze") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32)
              {}
              (call $drop (local.get $target))
              (i32.const 320))"#,
            self.texts, self.code
        );
        wrap(&export, "analyzer")
    }

    /// A planner that runs the calls and has no plan.
    fn planner(&self) -> Vec<u8> {
        let export = format!(
            r#"(import "invitro:remediation/files@0.1.0" "[resource-drop]tree" (func $drop (param i32)))
            {PRELUDE} {}
            (func (export "invitro:remediation/plan-rollback@0.1.0#plan") (param $before i32) (param $after i32) (param i32 i32 i32 i32) (result i32)
              {}
              (call $drop (local.get $before)) (call $drop (local.get $after))
              (i32.store (i32.const 320) (i32.const 1)) (i32.store (i32.const 324) (i32.const 1))
              (i32.const 320))"#,
            self.texts, self.code
        );
        wrap(&export, "rollback-planner")
    }
}

/// Wraps a core module of preview 1 for a world of ours.
fn wrap(text: &str, world: &str) -> Vec<u8> {
    components::wrap(world, wat::parse_str(format!("(module {text})")).unwrap_or_else(|error| panic!("{error}")), world)
}

fn case(folder: &Path) -> Case {
    let tree = |name: &str, line: &str| {
        let root = folder.join(name);
        fs::create_dir_all(root.join("etc/ssh")).expect("a folder can be made");
        fs::write(root.join("etc/ssh/sshd_config"), line).expect("a file can be written");
        fs::write(root.join("etc/hosts"), "127.0.0.1 localhost\n").expect("a file can be written");
        std::os::unix::fs::symlink("/etc/hosts", root.join("etc/absolute")).expect("a link can be made");
        std::os::unix::fs::symlink("../../../../../etc/hosts", root.join("etc/climbing")).expect("a link can be made");
        Tree::open(&root).expect("a tree")
    };
    let after = tree("after", "PermitRootLogin no\n");
    Case { after: Some(after), command: vec![b"tool".to_vec(), b"-x".to_vec()], ..Case::on(tree("before", "PermitRootLogin yes\n")) }
}

fn ask_on(folder: &Path, role: Role, component: &[u8], limits: &[(&str, u64)]) -> Exercised {
    let compiler = Compiler::with(env!("CARGO_BIN_EXE_invitro"));
    let module = Module::foreign("guest", role, component, &compiler, None).unwrap_or_else(|error| panic!("{error}"));
    let alone = Modules {
        bash: module.clone(),
        artifacts: BTreeMap::new(),
        python: Later::python(None).expect("it is built in"),
        models: BTreeMap::new(),
        generators: vec![],
        validators: vec![],
        planner: None,
        analyzers: vec![],
    };
    let mut all = Limits::default();
    limits.iter().for_each(|(name, value)| all.set(name, *value).expect("a limit of ours"));
    exercise(&module, &alone, all, &case(folder)).expect("the case serves every role")
}

fn ask(role: Role, component: &[u8], limits: &[(&str, u64)]) -> Exercised {
    ask_on(tempfile::tempdir().expect("a scratch folder").path(), role, component, limits)
}

/// What a command model printed, what it changed and what was noted of it.
fn told(component: &[u8]) -> (String, Value) {
    let answer = ask(Role::CommandModel, component, &[]).answer.expect("it is not stopped");
    let text = answer["completion"]["stdout"].as_str().expect("text").to_owned();
    (text, answer)
}

fn stop(program: &Program, limits: &[(&str, u64)]) -> &'static str {
    ask(Role::CommandModel, &program.command_model(), limits).answer.expect_err("it is stopped").kind()
}

#[test]
fn files_are_the_workspaces() {
    let mut it = Program::default();
    it.open("etc/ssh/sshd_config", 0, READ, 0).read(0, 100).read(0, 100).close(0);
    it.open("etc/new", CREATE | EXCLUSIVE, WRITE, 0).write(0, "one\n").write(0, "two\n").close(0);
    it.open("etc/new", CREATE | EXCLUSIVE, WRITE, 0);
    it.open("etc/new", 0, READ, 0).read(0, 100).write(0, "x").close(0);
    it.on("path_create_directory", "etc/d", "");
    it.two("path_rename", "etc/new", "(i32.const 3)", "etc/d/moved");
    it.symlink("moved", "etc/d/link");
    it.on("path_readlink", "etc/d/link", &format!("(i32.const {BUFFER}) (i32.const 100) (i32.const 28)")).shown();
    it.open("etc/d/link", TRUNCATE, WRITE, 0).write(0, "three\n").close(0);
    it.list("etc").list("etc/d");
    it.on("path_unlink_file", "etc/hosts", "").on("path_unlink_file", "etc/d", "").on("path_remove_directory", "etc/d", "");
    it.open("dev/null", CREATE, READ | WRITE, 0).write(0, "gone\n").read(0, 100).close(0);
    let (text, answer) = told(&it.command_model());
    insta::assert_snapshot!(text, @r#"
    open etc/ssh/sshd_config: 0
    read: 0
    PermitRootLogin yes
    read: 0
    close: 0
    open etc/new: 0
    write: 0
    write: 0
    close: 0
    open etc/new: 20
    open etc/new: 0
    read: 0
    one
    two
    write: 8
    close: 0
    path_create_directory etc/d: 0
    path_rename etc/new: 0
    symlink etc/d/link to moved: 0
    path_readlink etc/d/link: 0
    moved
    open etc/d/link: 0
    write: 0
    close: 0
    open etc: 0
    list: 0
    . .. absolute climbing d hosts ssh 
    close: 0
    open etc/d: 0
    list: 0
    . .. link moved 
    close: 0
    path_unlink_file etc/hosts: 0
    path_unlink_file etc/d: 31
    path_remove_directory etc/d: 55
    open dev/null: 0
    write: 0
    read: 0
    close: 0
    "#);
    insta::assert_snapshot!(format!("{:#}", answer["changes"]), @r#"
    [
      {
        "path": "/etc/d",
        "before": null,
        "after": "directory 0755 0:0",
        "diff": []
      },
      {
        "path": "/etc/d/link",
        "before": null,
        "after": "symlink 0777 0:0 -> moved",
        "diff": [
          "@@ -0,0 +1 @@",
          "+three"
        ]
      },
      {
        "path": "/etc/d/moved",
        "before": null,
        "after": "regular 0644 0:0 6 bytes sha256:f6936912184481f5edd4c304ce27c5a1a827804fc7f329f43d273b8621870776",
        "diff": [
          "@@ -0,0 +1 @@",
          "+three"
        ]
      },
      {
        "path": "/etc/hosts",
        "before": "regular 0644 0:0 20 bytes sha256:081ef9d5367595d16e30b4b4549d9f43537320508b4ce0788963e10e4f808857",
        "after": null,
        "diff": [
          "@@ -1 +0,0 @@",
          "-127.0.0.1 localhost"
        ]
      }
    ]
    "#);
    assert_eq!(answer["ledger"]["unmodelled"], Value::Array(vec![]));
}

#[test]
fn no_path_leads_out() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    fs::write(folder.path().join("outside"), "secret\n").expect("a file can be written");
    let outside = folder.path().join("outside").display().to_string();
    let mut it = Program::default();
    for path in ["../outside", "..", "etc/../../outside", "/etc/hosts", &outside, "//etc/hosts", "", "etc/hosts/", "etc/./ssh/../hosts", "..\\outside"] {
        it.open(path, 0, READ, 0);
    }
    for path in ["etc/absolute", "etc/climbing"] {
        it.open(path, 0, READ, 0).read(0, 100).open_in(3, path, 0, 0, READ, 0);
    }
    it.symlink(&outside, "etc/out").open("etc/out", 0, READ, 0);
    it.symlink(&format!("../../../../../../../..{outside}"), "etc/up").open("etc/up", 0, READ, 0);
    it.open("etc/up", CREATE, WRITE, 0);
    it.two("path_rename", "etc/hosts", "(i32.const 3)", "../outside").on("path_create_directory", "../made", "");
    it.symlink("x", "../made").on("path_unlink_file", "../outside", "");
    it.call("no such folder", "(call $fd_prestat_dir_name (i32.const 4) (i32.const 131072) (i32.const 100))");
    let done = ask_on(folder.path(), Role::CommandModel, &it.command_model(), &[]);
    let text = done.answer.expect("it is not stopped")["completion"]["stdout"].as_str().expect("text").replace(&outside, "OUTSIDE");
    insta::assert_snapshot!(text, @r#"
    open ../outside: 63
    open ..: 63
    open etc/../../outside: 63
    open /etc/hosts: 63
    open OUTSIDE: 63
    open //etc/hosts: 63
    open : 44
    open etc/hosts/: 54
    open etc/./ssh/../hosts: 0
    open ..\outside: 44
    open etc/absolute: 0
    read: 0
    127.0.0.1 localhost
    open etc/absolute: 32
    open etc/climbing: 0
    read: 0
    127.0.0.1 localhost
    open etc/climbing: 32
    symlink etc/out to OUTSIDE: 0
    open etc/out: 44
    symlink etc/up to ../../../../../../../..OUTSIDE: 0
    open etc/up: 44
    open etc/up: 44
    path_rename etc/hosts: 63
    path_create_directory ../made: 63
    symlink ../made to x: 63
    path_unlink_file ../outside: 63
    no such folder: 8
    "#);
    assert_eq!(fs::read_to_string(folder.path().join("outside")).expect("it is there"), "secret\n");
    assert!(!folder.path().join("made").exists());
}

#[test]
fn a_role_that_is_shown_a_tree_reads_it_alone() {
    let mut it = Program::default();
    it.call("folder", "(call $fd_prestat_dir_name (i32.const 3) (i32.const 131072) (i32.const 1))").raw("(call $say (i32.const 131072) (i32.const 1))");
    it.open("etc/climbing", 0, READ, 0).read(0, 100).close(0);
    it.open("etc/hosts", 0, READ | WRITE, 0).open("etc/hosts", TRUNCATE, READ, 0).open("etc/new", CREATE, WRITE, 0);
    it.on("path_create_directory", "etc/d", "").on("path_unlink_file", "etc/hosts", "").on("path_remove_directory", "etc/ssh", "");
    it.two("path_rename", "etc/hosts", "(i32.const 3)", "etc/moved").symlink("hosts", "etc/link");
    let done = ask(Role::Analyzer, &it.analyzer(), &[]);
    assert_eq!(done.answer.expect("it is not stopped").to_string(), r#"{"dependents":[]}"#);
    insta::assert_snapshot!(done.messages.concat(), @r#"
    folder: 0
    /open etc/climbing: 0
    read: 0
    127.0.0.1 localhost
    close: 0
    open etc/hosts: 69
    open etc/hosts: 69
    open etc/new: 69
    path_create_directory etc/d: 69
    path_unlink_file etc/hosts: 69
    path_remove_directory etc/ssh: 69
    path_rename etc/hosts: 69
    symlink etc/link to hosts: 69
    "#);
    // A planner is shown two, each under its name.
    let mut it = Program::default();
    for (folder, length) in [(3, 7), (4, 6)] {
        it.call("folder", &format!("(call $fd_prestat_dir_name (i32.const {folder}) (i32.const {BUFFER}) (i32.const {length}))"));
        it.raw(&format!("(call $say (i32.const {BUFFER}) (i32.const {length}))"));
        it.open_in(folder, "etc/ssh/sshd_config", 1, 0, READ, 0).read(0, 100).open_in(folder, "../before/etc/hosts", 1, 0, READ, 0);
    }
    insta::assert_snapshot!(ask(Role::RollbackPlanner, &it.planner(), &[]).messages.concat(), @r#"
    folder: 0
    /beforeopen etc/ssh/sshd_config: 0
    read: 0
    PermitRootLogin yes
    open ../before/etc/hosts: 63
    folder: 0
    /afteropen etc/ssh/sshd_config: 0
    read: 0
    PermitRootLogin no
    open ../before/etc/hosts: 63
    "#);
}

#[test]
fn clock_random_bytes_and_words_are_the_runs() {
    let mut it = Program::default();
    it.clock("now", 0).clock("since", 1).sleep(2_500).clock("since", 1).sleep(0).clock("now", 0);
    it.raw(&format!("(drop (call $random_get (i32.const {BUFFER}) (i32.const 8)))")).number("random", &format!("(i64.load (i32.const {BUFFER}))"));
    it.raw("(drop (call $args_sizes_get (i32.const 40) (i32.const 44)))").number("words", "(i64.load32_u (i32.const 40))");
    it.raw(&format!("(drop (call $args_get (i32.const 48) (i32.const {BUFFER}))) (call $say (i32.const {BUFFER}) (i32.load (i32.const 44)))"));
    let (text, _) = told(&it.command_model());
    insta::assert_snapshot!(text.replace('\0', "|"), @r#"
    now: 1704067200000001000
    since: 1000002000
    sleep: 0
    since: 3500004000
    sleep: 0
    now: 1704067202500007000
    random: 17288688573428535292
    words: 2
    tool|-x|
    "#);
    assert_eq!(told(&it.command_model()).0, text, "equal runs are equal");
    // A role without a run has a clock of its own, as equal.
    let messages = || ask(Role::Analyzer, &it.analyzer(), &[]).messages;
    assert_eq!(messages(), messages());
}

#[test]
fn a_module_may_end_itself() {
    let ended = |status: u32| {
        let mut it = Program::default();
        it.say("last words\n");
        it.raw(&format!("(call $proc_exit (i32.const {status}))"));
        let (text, answer) = told(&it.command_model());
        (text, answer["completion"]["exit_code"].clone())
    };
    assert_eq!(ended(0), ("last words\n".to_owned(), 0.into()));
    assert_eq!(ended(3).1, Value::from(1), "preview 1 knows success and failure");
    let mut it = Program::default();
    it.raw("(call $proc_exit (i32.const 0))");
    assert_eq!(ask(Role::Analyzer, &it.analyzer(), &[]).answer.expect_err("an analyzer must answer").kind(), "trap");
}

#[test]
fn what_wasi_cannot_say_truly_is_owned_up_to() {
    use std::os::unix::ffi::OsStrExt as _;
    let unmodelled = |prepare: &dyn Fn(&Path), program: &mut Program| {
        let folder = tempfile::tempdir().expect("a scratch folder");
        fs::create_dir_all(folder.path().join("before/etc")).expect("a folder can be made");
        prepare(&folder.path().join("before/etc"));
        let done = ask_on(folder.path(), Role::CommandModel, &program.command_model(), &[]).answer.expect("it is not stopped");
        format!("{}{}", done["completion"]["stdout"].as_str().expect("text"), done["ledger"]["unmodelled"])
    };
    let mut told = Vec::new();
    let mut it = Program::default();
    it.open("etc/fifo", 0, READ, 0);
    let make = |at: &Path| rustix::fs::mknodat(rustix::fs::CWD, at.join("fifo"), rustix::fs::FileType::Fifo, 0o644.into(), 0).expect("a pipe can be made");
    told.push(unmodelled(&make, &mut it));
    let mut it = Program::default();
    it.list("etc");
    let make = |at: &Path| fs::write(at.join(std::ffi::OsStr::from_bytes(b"\xff")), "").expect("a file can be written");
    told.push(unmodelled(&make, &mut it));
    // A rename carries an open file along; what was removed is no longer there to be read, as it would be on a machine.
    let mut it = Program::default();
    it.open("etc/hosts", 0, READ, 0).two("path_rename", "etc", "(i32.const 3)", "usr").read(0, 100);
    it.on("path_unlink_file", "usr/hosts", "").read(0, 100);
    told.push(unmodelled(&|_| {}, &mut it));
    insta::assert_snapshot!(told.join("\n"), @r#"
    open etc/fifo: 58
    [{"argv":[],"line":null,"reason":"WASI: a named pipe is opened, which would wait for its other end"}]
    open etc: 0
    list: 25

    close: 0
    [{"argv":[],"line":null,"reason":"WASI: a name is not UTF-8, which WASI has no way to say"}]
    open etc/hosts: 0
    path_rename etc: 0
    read: 0
    127.0.0.1 localhost
    path_unlink_file usr/hosts: 0
    read: 29
    [{"argv":[],"line":null,"reason":"WASI: a file is used that was removed or replaced while it was open"}]
    "#);
}

#[test]
fn every_limit_holds_for_wasi() {
    let mut it = Program::default();
    it.raw("(loop $again ").open("etc/hosts", 0, READ, 0).raw("(br $again))");
    assert_eq!(stop(&it, &[("handles", 20)]), "handles");
    let mut it = Program::default();
    it.raw("(loop $again ").open("etc/hosts", 0, READ, 0).close(0).raw("(br $again))");
    assert_eq!(stop(&it, &[("fuel", 20_000_000)]), "fuel");
    let mut it = Program::default();
    it.open("etc/large", CREATE, READ | WRITE, 0).raw("(drop (call $fd_filestat_set_size (i32.load (i32.const 256)) (i64.const 33554432)))");
    it.raw("(loop $again ").read(0, 100_000).raw("(br $again))");
    assert_eq!(stop(&it, &[("host_data_bytes", 4 << 20)]), "host-data");
    let mut it = Program::default();
    it.raw("(drop (call $random_get (i32.const 131072) (i32.const 131072)))");
    assert_eq!(stop(&it, &[]), "host-data");
    let mut it = Program::default();
    it.raw("(loop $again (call $say (i32.const 100) (i32.const 60000)) (br $again))");
    assert_eq!(stop(&it, &[("output_bytes", 1 << 20)]), "output");
    let mut it = Program::default();
    it.raw("(loop $again ").on("path_create_directory", "etc/new", "");
    // The path is the program's first text; its last byte is ever another.
    it.raw("(i32.store8 (i32.const 4102) (i32.add (i32.load8_u (i32.const 4102)) (i32.const 1))) (br $again))");
    assert_eq!(stop(&it, &[("kept_bytes", 1000)]), "kept");
    let mut it = Program::default();
    it.sleep(1_000).sleep(3_000_000);
    assert_eq!(stop(&it, &[("wall_ms", 60_000)]), "wall-clock", "who would wait too long is stopped, without waiting");
    let mut it = Program::default();
    it.raw("(loop $again ").sleep(0).raw("(br $again))");
    assert_eq!(stop(&it, &[("fuel", 20_000_000)]), "fuel", "waiting for nothing is work");
    // More than a workspace holds is told to the guest, and notes that the quota was met.
    let mut it = Program::default();
    it.open("etc/large", CREATE, READ | WRITE, 0).call("size", "(call $fd_filestat_set_size (i32.load (i32.const 256)) (i64.const 1099511627776))");
    assert_eq!(told(&it.command_model()).0, "open etc/large: 0\nsize: 51\n");
}
