//! Plans as patch, branch, playbook and bundle: as text, and carried out by git.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path, process::Command};

use super::world::{World, empty, me};
use crate::{
    apply::{
        Error, Plan,
        export::{Message, branch, bundle, patch, playbook},
    },
    tree::{Quotas, Tree, Workspace},
};

type Make = fn(&mut Workspace);

fn write(workspace: &mut Workspace, path: &[u8], text: &[u8]) {
    let me = me();
    workspace.create(&me, path, 0o644, false).expect("a file");
    workspace.truncate(&me, path, 0).expect("no content");
    workspace.write(&me, path, 0, text).expect("content");
}

fn make(tree: &Tree, make: Make) -> Tree {
    let mut workspace = Workspace::over(tree, Quotas::default());
    make(&mut workspace);
    workspace.tree()
}

fn base() -> Tree {
    make(&empty(), |it| {
        it.make_directory(&me(), b"/etc", 0o755).expect("a folder");
        write(it, b"/etc/a", b"one\ntwo\nthree\n");
        write(it, b"/etc/gone", b"x\n");
        write(it, b"/etc/tool", b"#!/bin/sh\n");
        write(it, b"/etc/kind", b"a file\n");
        write(it, b"/etc/key.pem", b"secret\n");
    })
}

fn fixed(before: &Tree) -> Tree {
    make(before, |it| {
        write(it, b"/etc/a", b"one\n2\nthree");
        it.remove_file(&me(), b"/etc/gone").expect("a removal");
        it.set_mode(&me(), b"/etc/tool", 0o755, false).expect("a mode");
        it.remove_file(&me(), b"/etc/kind").expect("a removal");
        it.make_link(&me(), b"a", b"/etc/kind").expect("a link");
        it.make_directory(&me(), b"/etc/n\xc3\xa9w", 0o755).expect("a folder");
        write(it, b"/etc/n\xc3\xa9w/b \"c\"", b"made\n");
    })
}

fn with_world(after: Make) -> (World, Plan) {
    let before = base();
    let world = World::of(&before);
    let plan = world.plan(&before, &make(&before, after), &[]);
    (world, plan)
}

fn git(at: &Path, words: &[&str]) -> String {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", "-c", "core.fileMode=true"];
    let done = Command::new("git").arg("-C").arg(at).args(identity).args(words).output().expect("git runs");
    assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

#[test]
fn a_patch_is_what_git_takes() {
    let before = base();
    let after = fixed(&before);
    let world = World::of(&before);
    let made = patch(&world.plan(&before, &after, &[])).expect("a patch");
    insta::assert_snapshot!(made.text, @r#"
    diff --git a/etc/a b/etc/a
    --- a/etc/a
    +++ b/etc/a
    @@ -1,3 +1,3 @@
     one
    -two
    -three
    +2
    +three
    \ No newline at end of file
    diff --git a/etc/gone b/etc/gone
    deleted file mode 100644
    --- a/etc/gone
    +++ /dev/null
    @@ -1 +0,0 @@
    -x
    diff --git a/etc/kind b/etc/kind
    deleted file mode 100644
    --- a/etc/kind
    +++ /dev/null
    @@ -1 +0,0 @@
    -a file
    diff --git a/etc/kind b/etc/kind
    new file mode 120000
    --- /dev/null
    +++ b/etc/kind
    @@ -0,0 +1 @@
    +a
    \ No newline at end of file
    diff --git "a/etc/n\303\251w/b \"c\"" "b/etc/n\303\251w/b \"c\""
    new file mode 100644
    --- /dev/null
    +++ "b/etc/n\303\251w/b \"c\""
    @@ -0,0 +1 @@
    +made
    diff --git a/etc/tool b/etc/tool
    old mode 100644
    new mode 100755
    "#);
    let file = world.beside("change.patch");
    fs::write(&file, &made.text).expect("a file");
    git(&world.root(), &["init", "-q"]);
    git(&world.root(), &["apply", &file.display().to_string()]);
    fs::remove_dir_all(world.at("/.git")).expect("a removal");
    assert_eq!(world.differs(&after), [""; 0]);
}

#[test]
fn what_git_can_t_hold_is_told_and_secrets_are_refused() {
    let (_world, plan) = with_world(|it| {
        it.set_mode(&me(), b"/etc/a", 0o600, false).expect("a mode");
        it.set_attribute(&me(), b"/etc/gone", b"user.a", b"1", false).expect("an attribute");
        it.make_directory(&me(), b"/etc/new", 0o700).expect("a folder");
        it.make_hard_link(&me(), b"/etc/tool", b"/etc/tool2").expect("a name");
        it.make_fifo(&me(), b"/etc/pipe", 0o600).expect("a pipe");
    });
    let lost = patch(&plan).expect("a patch").lost;
    let lost: Vec<&str> = lost.iter().map(|it| it.split(": owner").next().unwrap_or_default()).collect();
    let mut plain = lost;
    plain.dedup();
    plain.retain(|it| it.contains(": "));
    assert_eq!(
        plain,
        [
            "/etc/a: mode 0600",
            "/etc/gone: extended attributes",
            "/etc/new: a folder is made only with what lies in it",
            "/etc/pipe: a pipe",
            "/etc/tool2: that it is a further name of a file"
        ]
    );
    let (_world, plan) = with_world(|it| write(it, b"/etc/key.pem", b"other\n"));
    assert_eq!(
        patch(&plan).expect_err("it is secret").to_string(),
        "/etc/key.pem: its content is secret, and does not go into a patch; apply it here, or export a bundle or a playbook"
    );
    let (_world, plan) = with_world(|it| write(it, b"/etc/a", b"root:$6$saltsalt$abcdefghij/ABCDEF.0123456789:1:\n"));
    assert!(patch(&plan).is_err(), "a hash of a password in any file");
    let (_world, plan) = with_world(|it| write(it, b"/etc/a", b"a\0b"));
    assert_eq!(patch(&plan).expect_err("it is no text").to_string(), "/etc/a: it is no text, or too long for a patch; export a branch, a bundle or a playbook");
}

#[test]
fn a_branch_has_the_change_and_nothing_else_moves() {
    let before = base();
    let after = fixed(&before);
    let world = World::of(&before);
    let plan = world.plan(&before, &after, &[]);
    let root = world.root();
    git(&root, &["init", "-q"]);
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "first"]);
    fs::write(world.at("/etc/staged"), "staged\n").expect("a file");
    git(&root, &["add", "etc/staged"]);
    // A hook of the repository must not run.
    let hook = world.at("/.git/hooks/reference-transaction");
    fs::write(&hook, "#!/bin/sh\ntouch hooked\n").expect("a hook");
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    let told =
        || (git(&root, &["status", "--porcelain"]), fs::read(world.at("/.git/index")).expect("the index"), fs::read(world.at("/.git/HEAD")).expect("HEAD"));
    let was = told();
    let message = Message { text: "harden\n\nwhy\n".into(), author: Some(("invitro".into(), "i@example.org".into())) };
    let commit = branch(&plan, &root, "invitro/fix", &message).expect("a branch");
    assert!(!world.at("/hooked").exists(), "the hook ran");
    fs::remove_file(&hook).expect("a removal");
    assert_eq!(told(), was, "work tree, index and HEAD stay");
    assert_eq!(git(&root, &["rev-parse", "invitro/fix"]).trim(), commit.id);
    assert_eq!(git(&root, &["log", "-1", "--format=%an %ae|%B", "invitro/fix"]).trim(), "invitro i@example.org|harden\n\nwhy");
    assert_eq!(
        git(&root, &["-c", "core.quotePath=false", "diff", "--name-status", "--no-renames", "main", "invitro/fix"]),
        "M\tetc/a\nD\tetc/gone\nT\tetc/kind\nA\t\"etc/néw/b \\\"c\\\"\"\nM\tetc/tool\n"
    );
    git(&root, &["reset", "-q", "--hard"]);
    git(&root, &["checkout", "-q", "invitro/fix"]);
    fs::remove_dir_all(world.at("/.git")).expect("a removal");
    assert_eq!(world.differs(&after), [""; 0]);
}

#[test]
fn a_branch_is_refused_where_it_would_hold_what_nobody_tried() {
    let before = base();
    let world = World::of(&before);
    let plan = world.plan(&before, &fixed(&before), &[]);
    let root = world.root();
    let told = |name: &str| {
        let message = Message { text: "m".into(), author: Some(("i".into(), "i@example.org".into())) };
        branch(&plan, &root, name, &message).map(drop).map_err(|it| it.to_string().replace(&root.display().to_string(), "ROOT"))
    };
    assert!(told("x").expect_err("no repository").starts_with("ROOT: git rev-parse failed"));
    git(&root, &["init", "-q"]);
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "first"]);
    assert_eq!(told("a..b"), Err("ROOT: `a..b` is no name for a branch".into()));
    assert_eq!(told("main"), Err("ROOT: the branch `main` is there already; give another name".into()));
    fs::write(world.at("/etc/a"), "committed otherwise\n").expect("a file");
    git(&root, &["commit", "-q", "-a", "-m", "second"]);
    assert_eq!(told("x"), Err("/etc/a: it is not committed as it was tried; commit or undo what is there first".into()));
}

#[test]
fn a_playbook_checks_writes_and_checks_again() {
    let (world, plan) = with_world(|it| {
        write(it, b"/etc/a", b"new\n");
        it.remove_file(&me(), b"/etc/gone").expect("a removal");
    });
    let folder = world.beside("book");
    playbook(&plan, "web", &folder).expect("a playbook");
    let (uid, gid) = (me().uid, me().gid);
    let text = fs::read_to_string(folder.join("playbook.yml")).expect("the playbook");
    let text = text.replace(&format!("uid == {uid}"), "uid == UID").replace(&format!("gid == {gid}"), "gid == GID");
    let text = text.replace(&format!("owner: \"{uid}\""), "owner: UID").replace(&format!("group: \"{gid}\""), "group: GID");
    insta::assert_snapshot!(text, @r##"
    # Made by invitro from a change that was tried; evidence sha256:ee8250fb76e094b34b471f13a73dbbe51d1ae142e9df59d7c0d31ec20f0a0a8e.
    - name: "invitro: r"
      hosts: "web"
      gather_facts: false
      become: true
      tasks:
        - name: "look whether /etc/a is as it was tried"
          ansible.builtin.stat:
            path: "/etc/a"
            follow: false
            checksum_algorithm: sha256
          register: invitro_before_0
        - name: "assert that /etc/a is as it was tried"
          ansible.builtin.assert:
            that:
              - "(invitro_before_0.stat.exists and invitro_before_0.stat.isreg and invitro_before_0.stat.checksum == 'b6285c57e8797db5d4c51c80d6f11938afda9b11c6a003549709189e9b4b92a2' and invitro_before_0.stat.mode == '0644' and invitro_before_0.stat.uid == UID and invitro_before_0.stat.gid == GID) or (invitro_before_0.stat.exists and invitro_before_0.stat.isreg and invitro_before_0.stat.checksum == '7aa7a5359173d05b63cfd682e3c38487f3cb4f7f1d60659fe59fab1505977d4c' and invitro_before_0.stat.mode == '0644' and invitro_before_0.stat.uid == UID and invitro_before_0.stat.gid == GID)"
            quiet: true
        - name: "look whether /etc/gone is as it was tried"
          ansible.builtin.stat:
            path: "/etc/gone"
            follow: false
            checksum_algorithm: sha256
          register: invitro_before_1
        - name: "assert that /etc/gone is as it was tried"
          ansible.builtin.assert:
            that:
              - "(invitro_before_1.stat.exists and invitro_before_1.stat.isreg and invitro_before_1.stat.checksum == '73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac' and invitro_before_1.stat.mode == '0644' and invitro_before_1.stat.uid == UID and invitro_before_1.stat.gid == GID) or (not invitro_before_1.stat.exists)"
            quiet: true
        - name: "remove /etc/gone"
          ansible.builtin.file:
            path: "/etc/gone"
            state: absent
          register: invitro_removed_1
          when: invitro_before_1.stat.isreg | default(false)
        - name: "write /etc/a"
          ansible.builtin.copy:
            src: "7aa7a5359173d05b63cfd682e3c38487f3cb4f7f1d60659fe59fab1505977d4c"
            dest: "/etc/a"
            follow: false
            owner: UID
            group: GID
            mode: "0644"
          register: invitro_written_0
        - name: "look whether /etc/a is as it is to be"
          ansible.builtin.stat:
            path: "/etc/a"
            follow: false
            checksum_algorithm: sha256
          register: invitro_after_0
        - name: "assert that /etc/a is as it is to be"
          ansible.builtin.assert:
            that:
              - "invitro_after_0.stat.exists and invitro_after_0.stat.isreg and invitro_after_0.stat.checksum == '7aa7a5359173d05b63cfd682e3c38487f3cb4f7f1d60659fe59fab1505977d4c' and invitro_after_0.stat.mode == '0644' and invitro_after_0.stat.uid == UID and invitro_after_0.stat.gid == GID"
            quiet: true
        - name: "look whether /etc/gone is as it is to be"
          ansible.builtin.stat:
            path: "/etc/gone"
            follow: false
            checksum_algorithm: sha256
          register: invitro_after_1
        - name: "assert that /etc/gone is as it is to be"
          ansible.builtin.assert:
            that:
              - "not invitro_after_1.stat.exists"
            quiet: true
    "##);
    assert_eq!(fs::metadata(&folder).expect("a folder").mode() & 0o777, 0o700);
    for entry in fs::read_dir(folder.join("files")).expect("files") {
        assert_eq!(entry.expect("a file").metadata().expect("metadata").mode() & 0o777, 0o600);
    }
}

#[test]
fn ansible_carries_a_playbook_out_twice_and_refuses_what_drifted() {
    if Command::new("ansible-playbook").arg("--version").output().is_err() || !Path::new("/usr/bin/python3").exists() {
        eprintln!("skipped: ansible-playbook (ansible-core) or python3 is not there");
        return;
    }
    // What a playbook names lies at the root of its machine: so the tree has the path of a folder of this one.
    let folder = tempfile::tempdir_in("/var/tmp").expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let path = |name: &str| at(name).as_os_str().as_encoded_bytes().to_vec();
    let mut workspace = Workspace::over(&empty(), Quotas::default());
    for it in folder.path().ancestors().collect::<Vec<_>>().into_iter().rev().skip(1) {
        workspace.make_directory(&me(), it.as_os_str().as_encoded_bytes(), 0o755).expect("a folder");
    }
    let texts = [("a", "one\n"), ("gone", "x\n"), ("kind", "a file\n"), ("turn", "t\n")];
    for (name, text) in texts {
        write(&mut workspace, &path(name), text.as_bytes());
        fs::write(at(name), text).expect("a file");
        fs::set_permissions(at(name), std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("a mode");
    }
    workspace.make_directory(&me(), &path("old"), 0o755).expect("a folder");
    fs::create_dir(at("old")).expect("a folder");
    fs::set_permissions(at("old"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    let before = workspace.tree();
    write(&mut workspace, &path("a"), b"two\n");
    workspace.set_mode(&me(), &path("a"), 0o640, false).expect("a mode");
    for name in ["gone", "kind", "turn"] {
        workspace.remove_file(&me(), &path(name)).expect("a removal");
    }
    workspace.remove_directory(&me(), &path("old")).expect("a removal");
    workspace.make_link(&me(), b"it's \\ a", &path("kind")).expect("a link");
    workspace.make_directory(&me(), &path("turn"), 0o750).expect("a folder");
    write(&mut workspace, &path("turn/in"), b"in\n");
    workspace.make_hard_link(&me(), &path("turn/in"), &path("name")).expect("a name");
    let world = World::of(&empty());
    let plan = world.plan(&before, &workspace.tree(), &[]);
    let book = world.beside("book");
    playbook(&plan, "localhost", &book).expect("a playbook");
    let run = || {
        let done = Command::new("ansible-playbook")
            .args(["-i", "localhost,", "-c", "local", "-e", "ansible_become=false", "-e", "ansible_python_interpreter=/usr/bin/python3"])
            .arg(book.join("playbook.yml"))
            .env("ANSIBLE_NOCOLOR", "1")
            .output()
            .expect("it runs");
        (done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr))
    };
    let (first, told) = run();
    assert!(first, "{told}");
    let there = || {
        let mode = |name: &str| fs::symlink_metadata(at(name)).expect("metadata").mode() & 0o7777;
        let names = ["gone", "old"].map(|it| at(it).exists());
        let link = fs::read_link(at("kind")).expect("a link");
        (fs::read_to_string(at("a")).expect("a file"), mode("a"), names, link, mode("turn"), fs::metadata(at("name")).expect("a name").nlink())
    };
    let is = there();
    assert_eq!(is, ("two\n".into(), 0o640, [false, false], "it's \\ a".into(), 0o750, 2));
    let (again, told) = run();
    assert!(again && told.contains("changed=0"), "{told}");
    assert_eq!(there(), is);
    fs::write(at("a"), "theirs\n").expect("an edit");
    let (drifted, told) = run();
    assert!(!drifted && told.contains("Assertion failed"), "{told}");
    assert_eq!(fs::read_to_string(at("a")).expect("a file"), "theirs\n");
}

#[test]
fn what_a_playbook_can_t_do_is_refused() {
    let check = |after: Make| {
        let (world, plan) = with_world(after);
        playbook(&plan, "all", &world.beside("book")).expect_err("it can't").to_string()
    };
    let end = "which a playbook of ansible-core can't; apply it here, or export a bundle";
    assert_eq!(check(|it| it.make_fifo(&me(), b"/p", 0o600).expect("a pipe")), format!("/p: it is a pipe, {end}"));
    assert_eq!(
        check(|it| it.set_attribute(&me(), b"/etc/a", b"user.a", b"1", false).expect("an attribute")),
        format!("/etc/a: its extended attributes change, {end}")
    );
    assert_eq!(check(|it| write(it, b"/\xff", b"")), format!("/\u{fffd}: it has a name that is no UTF-8, {end}"));
    assert_eq!(check(|it| write(it, b"/{{x}}", b"")), "/{{x}}: `/{{x}}` would be a template in a playbook; export a bundle");
}

#[test]
fn a_bundle_is_whole_and_its_secrets_are_its_owner_s() {
    let (world, plan) = with_world(|it| write(it, b"/etc/key.pem", b"other\n"));
    let folder = world.beside("bundle");
    let papers = world.beside("plan").join("papers");
    fs::create_dir(&papers).expect("a folder");
    fs::write(papers.join("fix-1.sh"), "echo fix\n").expect("a file");
    fs::write(papers.join("rollback.sh"), "echo back\n").expect("a file");
    bundle(&plan, "{}\n", &folder).expect("a bundle");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the bundle")
        .map(|it| it.expect("an entry"))
        .map(|it| format!("{} {:o}", it.file_name().to_string_lossy(), it.metadata().expect("metadata").mode() & 0o777))
        .collect();
    names.sort();
    assert_eq!(names, ["fix-1.sh 600", "no-patch.txt 600", "plan.json 600", "report.json 644", "rollback.sh 600"]);
    assert!(matches!(bundle(&plan, "{}\n", &folder), Err(Error::Place { .. })), "it is there already");
}
