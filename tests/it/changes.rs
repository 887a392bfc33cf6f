//! Changes as their users handle them: recorded, listed, shown, decided on; and the log of all that.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A target, a store, and those who work with it.
pub(crate) struct House {
    folder: tempfile::TempDir,
}

const RULES: &str = "\
[changes.actors.ada]
roles = ['author']
# The SHA-256 of \"ada's\", and so on.
token-sha256 = 'TOKEN-ada'
[changes.actors.bob]
roles = ['approver', 'operator']
token-sha256 = 'TOKEN-bob'
[changes.actors.root]
roles = ['admin']
token-sha256 = 'TOKEN-root'
";

impl House {
    pub(crate) fn new() -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let of = |name: &str| invitro::digest::Digest::of(format!("{name}'s").as_bytes()).hex();
        let rules = ["ada", "bob", "root"].iter().fold(RULES.to_owned(), |text, it| text.replace(&format!("TOKEN-{it}"), &of(it)));
        std::fs::write(folder.path().join("invitro.toml"), rules).expect("a file");
        std::fs::create_dir_all(folder.path().join("tree/etc")).expect("a folder");
        std::fs::write(folder.path().join("tree/etc/motd"), "hello\n").expect("a file");
        let house = House { folder };
        house.fix("fix.sh", "printf 'Authorized use only.\\n' > /etc/motd\n");
        house
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn fix(&self, name: &str, text: &str) {
        std::fs::write(self.at(name), text).expect("a file");
    }

    /// The program as somebody runs it.
    pub(crate) fn command(&self, actor: &str, words: &[&str]) -> Command {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
        let mut command = Command::new(env!("CARGO_BIN_EXE_invitro"));
        command.args(words).env("INVITRO_CACHE", cache).env("INVITRO_TOKEN", format!("{actor}'s")).env("XDG_DATA_HOME", self.at("data"));
        command.env("XDG_CONFIG_HOME", self.at("config")).env_remove("HOME");
        if !["try", "fix"].contains(&words[0]) {
            command.arg("--config").arg(self.at("invitro.toml"));
        }
        command
    }

    /// Runs the program as somebody: exit status, standard output, standard error; the folder is `DIR`.
    pub(crate) fn run(&self, actor: &str, words: &[&str]) -> (i32, String, String) {
        let done = self.command(actor, words).output().expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8").replace(&self.folder.path().display().to_string(), "DIR");
        (done.status.code().expect("an exit status"), text(done.stdout), text(done.stderr))
    }

    /// Records a fix; returns exit status and the change's id.
    pub(crate) fn record(&self, fix: &str, more: &[&str]) -> (i32, String) {
        self.record_with("tree", fix, more)
    }

    /// Records a fix for another target.
    pub(crate) fn record_on(&self, target: &str, fix: &str) -> (i32, String) {
        self.record_with(target, fix, &[])
    }

    fn record_with(&self, target: &str, fix: &str, more: &[&str]) -> (i32, String) {
        let path = |it: &str| self.at(it).display().to_string();
        let (fix, tree, rules) = (path(fix), path(target), path("invitro.toml"));
        let words = [&["try", &fix, "--on", &tree, "--policy", &rules, "--record"], more].concat();
        let (status, _, err) = self.run("ada", &words);
        let id = err.lines().find_map(|it| it.strip_prefix("change ")?.split(' ').next()).unwrap_or_else(|| panic!("no change: {err}"));
        (status, id.to_owned())
    }

    /// Records that a change is being applied, as a process does that ends right after.
    pub(crate) fn begin(&self, id: &str) {
        use invitro::{change, store};
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let store = store::Store::open(&store::Location::File(self.at("data/invitro/invitro.db"))).await.expect("the store");
            let evidence = store.history(id).await.expect("a change").change.evidence().expect("evidence").to_owned();
            let act = change::Act::Begin { evidence, root: self.at("tree").display().to_string(), run_effects: false };
            let mut writing = store.begin().await.expect("a transaction");
            let actor = change::Actor::new("bob", [change::Role::Operator]);
            writing.act(id, &actor, &act, jiff::Timestamp::now(), &change::Rules::default()).await.expect("it is allowed");
            writing.commit().await.expect("a commit");
            store.close().await;
        });
    }

    pub(crate) fn json(&self, words: &[&str]) -> serde_json::Value {
        let (status, out, err) = self.run("ada", &[words, &["--format", "json"]].concat());
        assert_eq!(status, 0, "{err}");
        serde_json::from_str(&out).expect("JSON")
    }
}

#[test]
fn a_fix_that_was_tried_is_recorded_listed_shown_and_approved() {
    let house = House::new();
    let (status, id) = house.record("fix.sh", &[]);
    assert_eq!(status, 0);
    let listed = house.json(&["changes"]);
    let change = &listed["changes"][0];
    assert_eq!(
        [&change["id"], &change["state"], &change["verdict"], &change["severity"], &change["author"]],
        [&id.as_str(), &"awaiting-approval", &"proven", &"medium", &"ada"]
    );
    let shown = house.json(&["show", &id[id.len() - 8..]]);
    assert_eq!(shown["report"]["evidence"]["digest"], change["evidence"]);
    assert_eq!(
        shown["history"].as_array().expect("a history").iter().map(|it| it["kind"].as_str().unwrap_or_default()).collect::<Vec<_>>(),
        ["proposed", "judged", "submitted"]
    );
    let (status, out, _) = house.run("bob", &["show", &id]);
    assert_eq!(status, 0);
    assert!(out.contains("approvals 0 of 1") && out.contains("ada  asked for approval") && out.contains("+Authorized use only."), "{out}");
    let (status, page, _) = house.run("bob", &["show", &id, "--format", "html"]);
    assert!(status == 0 && page.contains(&format!("<h1>change {id}</h1>")) && page.contains("asked for approval"), "{page}");

    // Nobody approves what is their own, and not what they did not look at.
    let (status, _, err) = house.run("ada", &["approve", &id]);
    assert_eq!(
        (status, err),
        (1, format!("Error: ada may not approve the change {id}: that needs the role approver; an admin gives it in [changes.actors.ada]\n"))
    );
    let other = format!("sha256:{}", "0".repeat(64));
    let (status, _, err) = house.run("bob", &["approve", &id, "--evidence", &other]);
    assert!(status == 1 && err.contains("rests on evidence sha256:") && err.contains(&format!("not on {other}")), "{err}");
    let (status, _, err) = house.run("bob", &["approve", &id, "--evidence", change["evidence"].as_str().expect("a digest")]);
    let short = &change["evidence"].as_str().expect("a digest")["sha256:".len()..][..12];
    assert_eq!((status, err), (0, format!("bob approved evidence {short}\nbob it may be applied: approved by bob\n{id} is approved\n")));
    let (status, out, err) = house.run("bob", &["audit", "verify"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.starts_with("5 events are what was written\n5:"), "{out}");
    let anchor = out.lines().last().expect("an anchor").to_owned();
    assert_eq!(house.run("bob", &["audit", "verify", "--anchor", &anchor]).0, 0);
    assert_eq!(house.run("bob", &["audit", "verify", "--anchor", &format!("5:{}", "0".repeat(64))]).0, 1);
}

#[test]
fn what_is_unproven_needs_an_override_and_what_is_refused_has_no_way() {
    let house = House::new();
    house.fix("odd.sh", "frobnicate --now\nprintf 'x\\n' > /etc/motd\n");
    house.fix("bad.sh", "chmod 0666 /etc/motd\n");
    let (status, odd) = house.record("odd.sh", &[]);
    assert_eq!(status, 12);
    let (status, bad) = house.record("bad.sh", &[]);
    assert_eq!(status, 11);
    let (status, _, err) = house.run("root", &["approve", &bad, "--override", "--reason", "please"]);
    assert_eq!(
        (status, err),
        (1, format!("Error: the change {bad} is refused, and nobody can override it then: a refused fix is never applied; mend the fix and try it anew\n"))
    );
    let (status, _, err) = house.run("bob", &["approve", &odd, "--override", "--reason", "please"]);
    assert!(status == 1 && err.contains("that needs the role admin"), "{err}");
    assert_eq!(house.run("root", &["approve", &odd, "--override"]).0, 2, "a reason is missing");
    let (status, _, err) = house.run("root", &["approve", &odd, "--override", "--reason", "tried by hand"]);
    assert_eq!((status, err), (10, format!("root OVERRODE that it is unproven: tried by hand\n0 of 2 approvals\n{odd} is awaiting-approval, OVERRIDDEN\n")));
    let (_, out, _) = house.run("bob", &["changes", "--state", "awaiting-approval"]);
    assert!(out.contains("awaiting-approval, OVERRIDDEN"), "{out}");
    assert_eq!(house.json(&["changes", "--verdict", "refused"])["changes"].as_array().expect("a list").len(), 1);
}

#[test]
fn new_evidence_voids_what_was_said() {
    let house = House::new();
    let (_, id) = house.record("fix.sh", &[]);
    assert_eq!(house.run("bob", &["approve", &id]).0, 0);
    house.fix("fix.sh", "printf 'Authorized use only!\\n' > /etc/motd\n");
    let (status, again) = house.record("fix.sh", &["--change", &id]);
    assert_eq!((status, &again), (0, &id));
    let shown = house.json(&["show", &id]);
    let kinds: Vec<_> = shown["history"].as_array().expect("a history").iter().filter_map(|it| it["kind"].as_str()).collect();
    assert_eq!(kinds[3..], ["approval-given", "approved", "approvals-voided", "judged", "submitted"]);
    assert_eq!(shown["standing"], "awaiting-approval");
    // Not evidence of another target.
    std::fs::create_dir_all(house.at("other/etc")).expect("a folder");
    let (fix, other, rules) =
        (house.at("fix.sh").display().to_string(), house.at("other").display().to_string(), house.at("invitro.toml").display().to_string());
    let (status, _, err) = house.run("ada", &["try", &fix, "--on", &other, "--policy", &rules, "--record", "--change", &id]);
    assert_eq!(
        (status, err),
        (
            1,
            format!(
                "Error: the change {id} is about no finding of DIR/tree, and this evidence about no finding of DIR/other: record it as a change of its own\n"
            )
        )
    );
}

#[test]
fn what_is_wrong_with_a_store_is_told() {
    let house = House::new();
    std::fs::write(house.at("notes.txt"), "not a database, not at all, whatever its name\n".repeat(100)).expect("a file");
    let notes = house.at("notes.txt").display().to_string();
    let (status, _, err) = house.run("bob", &["changes", "--store", &notes]);
    assert_eq!((status, err.as_str()), (1, "Error: DIR/notes.txt is no store of invitro (file is not a database); name another file with `--store`\n"));
    let (status, _, err) = house.run("bob", &["changes", "--store", "postgres://ada:hunter2@127.0.0.1:1/x"]);
    assert!(status == 1 && err.starts_with("Error: the store postgres://ada@127.0.0.1:1/x can't be reached (") && !err.contains("hunter2"), "{err}");
    for words in [vec!["changes"], vec!["audit", "verify"]] {
        let (status, out, err) = house.run("bob", &words);
        assert_eq!((status, out.as_str()), (1, ""), "an empty store does not stand for a name that was mistyped");
        let hint = "Hint: `invitro try FIX --on TARGET --record` makes it with the first change; or name another with `--store`\n";
        assert_eq!(err, format!("Error: there is no store DIR/data/invitro/invitro.db yet\n{hint}"));
    }
    house.record("fix.sh", &[]);
    let (status, out, _) = house.run("bob", &["changes", "--state", "verified"]);
    assert_eq!((status, out.as_str()), (0, "no changes\n"));
    let (status, _, err) = house.run("bob", &["show", "ffffffff"]);
    assert_eq!((status, err.as_str()), (1, "Error: there is no change `ffffffff`; `invitro changes` lists them\n"));
    let (status, _, err) = house.run("eve", &["changes"]);
    assert_eq!((status, err.as_str()), (1, "Error: the token in INVITRO_TOKEN is nobody's in [changes.actors]\n"));
    std::fs::write(house.at("invitro.toml"), "[changes]\nquorums = 1\n[nothing]\n").expect("a file");
    let (status, _, err) = house.run("bob", &["changes"]);
    assert!(status == 1 && err.contains("unknown section `nothing`"), "{err}");
}

#[test]
fn a_backup_is_restored_and_the_log_is_cut() {
    let house = House::new();
    let (_, id) = house.record("fix.sh", &[]);
    let copy = house.at("copy.db").display().to_string();
    assert_eq!(house.run("root", &["audit", "backup", &copy]).0, 0);
    let (status, _, err) = house.run("root", &["audit", "cut", "--before", "2999-01-01T00:00:00Z", "--reason", "old"]);
    assert!(status == 1 && err.contains(&format!("the change {id} is awaiting-approval, and a cut there would take a part of its history")), "{err}");
    assert_eq!(house.run("ada", &["cancel", &id, "--reason", "not needed"]).0, 0);
    let (status, _, err) = house.run("bob", &["audit", "cut", "--before", "2999-01-01T00:00:00Z", "--reason", "old"]);
    assert_eq!((status, err.as_str()), (1, "Error: bob may not cut the log: that needs the role admin\n"));
    let (status, _, err) = house.run("root", &["audit", "cut", "--before", "2999-01-01T00:00:00Z", "--reason", "old"]);
    assert_eq!((status, err.as_str()), (0, "4 events through 4 are gone; event 6 says so\n"));
    assert_eq!(house.json(&["show", &id])["standing"], "cancelled");
    let (status, out, _) = house.run("bob", &["audit", "verify"]);
    assert!(status == 0 && out.starts_with("2 events are what was written, after a cut through event 4\n6:"), "{out}");
    let (status, out, _) = house.run("bob", &["audit", "export"]);
    assert_eq!((status, out.lines().count()), (0, 2));
    // What was before the cut is in the backup.
    let (status, out, _) = house.run("bob", &["changes", "--store", &copy]);
    assert!(status == 0 && out.contains("awaiting-approval"), "{out}");
}

#[test]
fn a_disk_that_is_full_is_told_and_the_store_is_whole() {
    let house = House::new();
    let (_, id) = house.record("fix.sh", &[]);
    let (disk, config) = (house.at("disk").display().to_string(), house.at("invitro.toml").display().to_string());
    std::fs::create_dir_all(&disk).expect("a folder");
    let copy = house.at("copy.db").display().to_string();
    assert_eq!(house.run("root", &["audit", "backup", &copy]).0, 0);
    // A disk of one megabyte, in a mount namespace of its own; what people say fills it.
    let script = r#"
        mount -t tmpfs -o size=1m none "$1" || exit 99
        cp "$2" "$1/s.db"
        text=$(head -c 60000 /dev/zero | tr '\0' x)
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            "$3" comment "$4" "$text" --store "$1/s.db" --config "$5" 2>"$1.err" || break
        done
        cut -c -2000 "$1.err"
        rm -f "$1/s.db-shm"
        cp "$1"/s.db* "$6"
        "$3" audit verify --store "$6/s.db" --config "$5" | head -n 1
    "#;
    std::fs::create_dir_all(house.at("saved")).expect("a folder");
    let saved = house.at("saved").display().to_string();
    let words = ["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", &disk, &copy, env!("CARGO_BIN_EXE_invitro"), &id, &config, &saved];
    let done = Command::new("unshare").args(words).env("INVITRO_TOKEN", "root's").env("XDG_DATA_HOME", house.at("data")).output();
    let Some(done) = done.ok().filter(|it| it.status.code() != Some(99) && !String::from_utf8_lossy(&it.stderr).contains("unshare")) else {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"SKIPPED: no mount namespace can be made here, so no disk is filled\n");
        return;
    };
    let out = String::from_utf8_lossy(&done.stdout).replace(&disk, "DISK");
    let told = "Error: the store DISK/s.db can't grow: the disk or the quota is full; nothing of this step was written, make room and try again\n";
    assert!(out.starts_with(told), "{out}{}", String::from_utf8_lossy(&done.stderr));
    assert!(out[told.len()..].ends_with(" events are what was written\n"), "{out}");
}

#[test]
fn each_finding_that_was_tried_becomes_a_change() {
    let house = House::new();
    std::fs::create_dir_all(house.at("tree/etc/ssh")).expect("a folder");
    std::fs::write(house.at("tree/etc/ssh/sshd_config"), "PermitRootLogin yes\nX11Forwarding yes\n").expect("a file");
    let findings = r#"{"schema":"invitro.findings/v1","findings":[{"rule":"sshd_disable_root_login","severity":"high"},{"rule":"nobody_knows"},{"rule":"sshd_disable_x11_forwarding","severity":"low"}]}"#;
    std::fs::write(house.at("findings.json"), findings).expect("a file");
    let path = |name: &str| house.at(name).display().to_string();
    let words = ["fix", &path("findings.json"), "--on", &path("tree"), "--policy", &path("invitro.toml"), "--record"];
    let (status, out, err) = house.run("ada", &words);
    assert_eq!(err.matches("change 0").count(), 2, "{status} {out}{err}");
    let listed = house.json(&["changes", "--sort", "severity"]);
    let row = |at: usize| (listed["changes"][at]["severity"].as_str().unwrap_or_default().to_owned(), listed["changes"][at]["state"].clone());
    assert_eq!([row(0), row(1)], [("high".to_owned(), "awaiting-approval".into()), ("low".to_owned(), "awaiting-approval".into())]);
    let shown = house.json(&["show", listed["changes"][0]["id"].as_str().expect("an id")]);
    assert_eq!(shown["change"]["proposal"]["rule"], "sshd_disable_root_login");
    assert_eq!(shown["report"]["finding"]["result"], "fixed");
}

#[test]
fn the_whole_way_goes_through_postgresql_too() {
    let Some(url) = crate::postgres::database() else { return };
    let house = House::new();
    let path = |name: &str| house.at(name).display().to_string();
    let words = ["try", &path("fix.sh"), "--on", &path("tree"), "--policy", &path("invitro.toml"), "--record", "--store", &url];
    let (status, _, err) = house.run("ada", &words);
    assert_eq!(status, 0, "{err}");
    let id = err.lines().find_map(|it| it.strip_prefix("change ")?.split(' ').next()).expect("an id").to_owned();
    for (who, words) in [("bob", vec!["approve", &id]), ("bob", vec!["apply", &id]), ("bob", vec!["rollback", &id]), ("bob", vec!["audit", "verify"])] {
        let (status, _, err) = house.run(who, &[&words[..], &["--store", &url]].concat());
        assert_eq!(status, 0, "{words:?}: {err}");
        if words[0] == "apply" {
            assert_eq!(std::fs::read_to_string(house.at("tree/etc/motd")).expect("a file"), "Authorized use only.\n");
        }
    }
    assert_eq!(std::fs::read_to_string(house.at("tree/etc/motd")).expect("a file"), "hello\n");
    assert_eq!(house.json(&["show", &id, "--store", &url])["standing"], "rolled-back");
    let (status, _, err) = house.run("root", &["audit", "backup", &path("copy.db"), "--store", &url]);
    assert!(status == 1 && err.contains("back it up with `pg_dump --format=custom`"), "{err}");
    // Content of files is on this machine, not in the database: in the folder of plans.
    assert!(house.at("data/invitro/server.d/plans").is_dir());
}
