//! A PostgreSQL of the tests' own: a private socket in a temporary folder, an unprivileged user, one server for a process of tests. It stops, and its
//! folder goes, when that process ends, however it ends: a shell holds the other end of a pipe.

use std::{
    fs,
    io::Write as _,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// Where Debian puts the programs of PostgreSQL.
const PROGRAMS: &str = "/usr/lib/postgresql";

/// Returns the URL of a new database; none where PostgreSQL is not installed, and that is said.
pub(crate) fn database() -> Option<String> {
    static SERVER: OnceLock<Option<PathBuf>> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = SERVER.get_or_init(server).as_ref()?;
    let name = format!("store_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    run(Command::new(programs()?.join("createdb")).args(["--host", text(folder), "--username", "invitro", &name]));
    Some(format!("postgres://invitro@localhost/{name}?host={}", text(folder)))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary folder with a name in UTF-8")
}

fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(PROGRAMS).ok()?.filter_map(|it| Some(it.ok()?.path().join("bin"))).filter(|it| it.join("initdb").exists()).collect();
    found.sort();
    found.pop()
}

/// Runs a command to its end; a failure is told with what the command said.
fn run(command: &mut Command) {
    let ended = command.stdin(Stdio::null()).output().expect("a program of PostgreSQL starts");
    assert!(ended.status.success(), "{command:?} failed: {}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
}

/// Makes a command that is not root's, as PostgreSQL refuses to run as root: in a user namespace of its own, where root has another number.
fn unprivileged(program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("unshare");
    // 65534 is `nobody` of Debian; initdb asks for the name of its user.
    command.args(["--user", "--map-user=65534", "--map-group=65534", "--"]).arg(program);
    command
}

#[expect(clippy::zombie_processes, reason = "the shell lives as long as this process, and nobody is left to wait for it")]
fn server() -> Option<PathBuf> {
    let Some(programs) = programs() else {
        // Written past the capture of tests, which would keep it for failures only.
        let _ =
            std::io::stderr().write_all(b"SKIPPED: PostgreSQL is not installed (Debian: apt-get install postgresql), so the store is tested on SQLite alone\n");
        return None;
    };
    let folder = tempfile::Builder::new().prefix("invitro-postgres").tempdir().expect("a temporary folder").keep();
    let data = folder.join("data");
    let init = ["--auth", "trust", "--username", "invitro", "--no-sync", "--encoding", "UTF8", "--locale", "C", "--pgdata"];
    run(unprivileged(&programs.join("initdb")).args(init).arg(&data));
    let settings = "-c listen_addresses= -c fsync=off -c max_connections=200";
    let script = format!(r#""$1" -D "$2/data" -k "$2" {settings} >"$2/log" 2>&1 & it=$!; read -r _; kill -QUIT $it; wait $it; rm -rf "$2""#);
    let mut shell = unprivileged(Path::new("/bin/sh"));
    shell.args(["-c", &script, "sh"]).arg(programs.join("postgres")).arg(&folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut shell = shell.process_group(0).spawn().expect("a shell");
    // The pipe's end is open as long as this process lives; nothing is ever written into it.
    std::mem::forget(shell.stdin.take());
    let until = Instant::now() + Duration::from_secs(60);
    let is_ready = || Command::new(programs.join("pg_isready")).args(["--host", text(&folder)]).output().is_ok_and(|it| it.status.success());
    while !is_ready() {
        assert!(Instant::now() < until, "PostgreSQL did not start: {}", fs::read_to_string(folder.join("log")).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(50));
    }
    Some(folder)
}
