//! Changes that are applied and rolled back through the command line, with the record around them.

use std::fs;

use crate::changes::House;

fn approved(house: &House, fix: &str) -> String {
    let (_, id) = house.record(fix, &[]);
    let (status, _, err) = house.run("bob", &["approve", &id]);
    assert_eq!(status, 0, "{err}");
    id
}

fn motd(house: &House) -> String {
    fs::read_to_string(house.at("tree/etc/motd")).expect("a file")
}

/// Kinds of the events of a change, from a number on.
fn kinds(house: &House, id: &str, from: usize) -> Vec<String> {
    let shown = house.json(&["show", id]);
    shown["history"].as_array().expect("a history")[from..].iter().map(|it| it["kind"].as_str().expect("a word").to_owned()).collect()
}

#[test]
fn an_approved_change_is_applied_verified_and_rolled_back() {
    let house = House::new();
    let id = approved(&house, "fix.sh");
    let (status, out, err) = house.run("bob", &["apply", &id]);
    assert_eq!((status, out.as_str(), err), (0, "", format!("{id} is verified\n")));
    assert_eq!(motd(&house), "Authorized use only.\n");
    assert_eq!(kinds(&house, &id, 5), ["applying", "applied", "verified"]);
    let (status, _, err) = house.run("bob", &["apply", &id]);
    assert_eq!(
        (status, err),
        (1, format!("Error: the change {id} is verified, and nobody can apply it then: it can be rolled back only, with `invitro rollback CHANGE`\n"))
    );
    let (status, _, err) = house.run("bob", &["rollback", &id, "--reason", "not wanted"]);
    assert_eq!((status, err), (0, format!("{id} is rolled-back; effects that were run are not taken back: restart what reads these files\n")));
    assert_eq!(motd(&house), "hello\n");
    assert_eq!(kinds(&house, &id, 8), ["rolling-back", "rolled-back"]);
    assert_eq!(house.run("bob", &["audit", "verify"]).0, 0);
}

#[test]
fn what_is_not_approved_is_not_applied() {
    let house = House::new();
    house.fix("odd.sh", "frobnicate --now\nprintf 'x\\n' > /etc/motd\n");
    house.fix("bad.sh", "chmod 0666 /etc/motd\n");
    for (fix, status, told) in [
        ("fix.sh", 10, "is awaiting-approval, and nobody can apply it then: it waits for approvals, with `invitro approve CHANGE`"),
        (
            "odd.sh",
            12,
            "is unproven, and nobody can apply it then: an admin may answer for it with `invitro approve CHANGE --override --reason WHY`, or try a fix that can be proven",
        ),
        ("bad.sh", 11, "is refused, and nobody can apply it then: a refused fix is never applied; mend the fix and try it anew"),
    ] {
        let (_, id) = house.record(fix, &[]);
        let (ended, _, err) = house.run("bob", &["apply", &id]);
        assert_eq!((ended, err), (status, format!("Error: the change {id} {told}\n")));
    }
    assert_eq!(motd(&house), "hello\n");
    let id = approved(&house, "fix.sh");
    let (status, _, err) = house.run("ada", &["apply", &id]);
    assert!(status == 1 && err.contains("that needs the role operator"), "{err}");
}

#[test]
fn a_target_that_drifted_is_left_alone_and_the_change_stays_approved() {
    let house = House::new();
    let id = approved(&house, "fix.sh");
    fs::write(house.at("tree/etc/motd"), "somebody else's\n").expect("a file");
    let (status, _, err) = house.run("bob", &["apply", &id]);
    assert!(status == 1 && err.starts_with("Error: the target is not as it was tried, in 1 paths: /etc/motd"), "{err}");
    assert!(err.contains("Hint: nothing was changed; try the fix again with `--record --change`"), "{err}");
    assert_eq!((motd(&house), house.json(&["show", &id])["standing"].as_str()), ("somebody else's\n".into(), Some("approved")));
    // On the evidence of what is there now, approved again, it is applied.
    house.record("fix.sh", &["--change", &id]);
    assert_eq!(house.run("bob", &["apply", &id]).0, 10);
    assert_eq!(house.run("bob", &["approve", &id]).0, 0);
    assert_eq!(house.run("bob", &["apply", &id]).0, 0);
    assert_eq!(motd(&house), "Authorized use only.\n");
}

#[test]
fn a_rollback_over_an_edit_of_others_is_refused_and_the_change_stands() {
    let house = House::new();
    fs::write(house.at("tree/etc/motd"), "one\ntwo\nthree\nfour\nfive\nsix\nseven\n").expect("a file");
    house.fix("fix.sh", "sed -i 's/^one$/ONE/' /etc/motd\n");
    let id = approved(&house, "fix.sh");
    assert_eq!(house.run("bob", &["apply", &id]).0, 0);
    fs::write(house.at("tree/etc/motd"), "ONE\ntwo\nthree\nfour\nfive\nsix\nSEVEN\n").expect("a file");
    let (status, _, err) = house.run("bob", &["rollback", &id]);
    assert!(status == 1 && err.contains("/etc/motd"), "{err}");
    assert_eq!(kinds(&house, &id, 8), ["rolling-back", "rollback-refused"]);
    assert_eq!(house.json(&["show", &id])["standing"], "verified");
    assert_eq!(house.run("bob", &["rollback", &id, "--merge"]).0, 0);
    assert_eq!(motd(&house), "one\ntwo\nthree\nfour\nfive\nsix\nSEVEN\n");
    assert_eq!(house.json(&["show", &id])["standing"], "rolled-back");
}

#[test]
fn with_effects_printed_a_change_is_not_verified_until_somebody_has_run_them() {
    let house = House::new();
    house.fix("fix.sh", "printf 'Authorized use only.\\n' > /etc/motd\nsystemctl restart sshd\n");
    let (_, id) = house.record("fix.sh", &[]);
    house.run("bob", &["approve", &id]);
    let standing = house.json(&["show", &id])["standing"].clone();
    assert_eq!(standing, "approved", "the fix of this test can be approved");
    let (status, out, err) = house.run("bob", &["apply", &id]);
    assert_eq!((status, out.as_str()), (0, "systemctl restart sshd\n"), "{err}");
    assert!(err.ends_with(&format!("{id} is applied, effects pending\n")), "{err}");
    let (status, _, err) = house.run("bob", &["apply", &id, "--effects-done"]);
    assert_eq!((status, err), (0, format!("{id} is verified\n")));
    // Nothing that the rules do not allow is run.
    let (_, id) = house.record("fix.sh", &[]);
    house.run("bob", &["approve", &id]);
    let (status, _, err) = house.run("bob", &["apply", &id, "--effects", "run"]);
    assert!(status == 1 && err.contains("systemctl restart sshd"), "{err}");
}

#[test]
fn a_plan_that_was_changed_after_its_approval_is_not_applied() {
    let house = House::new();
    let id = approved(&house, "fix.sh");
    let plans = house.at("data/invitro/invitro.db.d/plans");
    let folder = fs::read_dir(&plans).expect("a folder").next().expect("a plan").expect("an entry").path();
    let text = fs::read_to_string(folder.join("plan.json")).expect("a file");
    let other = text.replace("/etc/motd", "/etc/issue");
    assert_ne!(text, other);
    fs::write(folder.join("plan.json"), other).expect("a file");
    let (status, _, err) = house.run("bob", &["apply", &id]);
    assert!(status == 1 && err.contains("is not the one that was recorded with its evidence"), "{err}");
    assert_eq!(motd(&house), "hello\n");
}

#[test]
fn an_application_that_never_began_is_found_and_finished_or_given_up() {
    let house = House::new();
    for (word, standing, text) in [("--resume", "verified", "Authorized use only.\n"), ("--abort", "rolled-back", "hello\n")] {
        fs::write(house.at("tree/etc/motd"), "hello\n").expect("a file");
        let id = approved(&house, "fix.sh");
        // The record is written, and the process ends before it begins the journal: the folder of journals is in its way here.
        let journals = house.at("data/invitro/invitro.db.d/journals");
        let _ = fs::remove_dir_all(&journals);
        let (_, before, _) = house.run("bob", &["changes"]);
        assert!(before.contains("approved"), "{before}");
        house.begin(&id);
        let (status, out, err) = house.run("bob", &["changes"]);
        assert_eq!(status, 0);
        assert!(out.contains("applying"), "{out}");
        assert_eq!(err, format!("change {id} is being applied; if no process does that any more: `invitro apply {id} --resume` or `--abort`\n"));
        let (status, _, err) = house.run("bob", &["apply", word]);
        assert_eq!(status, 0, "{err}");
        assert_eq!((house.json(&["show", &id])["standing"].as_str(), motd(&house)), (Some(standing), text.to_owned()));
    }
    let (status, _, err) = house.run("bob", &["apply", "--resume"]);
    assert_eq!((status, err.as_str()), (1, "Error: no change is being applied\n"));
}

#[test]
fn waves_go_on_hold_and_take_a_failed_one_back() {
    let house = House::new();
    let rules = fs::read_to_string(house.at("invitro.toml")).expect("a file");
    let mut inventory = String::new();
    for (name, tag) in [("a", "canary"), ("b", "web"), ("c", "web")] {
        fs::create_dir_all(house.at(name).join("etc")).expect("a folder");
        fs::write(house.at(name).join("etc/motd"), "hello\n").expect("a file");
        inventory.extend([format!("[inventory.{name}]\npath = '{}'\ntags = ['{tag}']\n", house.at(name).display())]);
    }
    let waves = "[[waves]]\nname = 'first'\ntags = ['canary']\nhold = 'word'\n[[waves]]\nname = 'second'\ntags = ['web']\n";
    fs::write(house.at("invitro.toml"), format!("{rules}{inventory}{waves}")).expect("a file");
    let ids = ["a", "b", "c"].map(|name| {
        let (_, id) = house.record_on(name, "fix.sh");
        assert_eq!(house.run("bob", &["approve", &id]).0, 0);
        id
    });
    let (status, _, err) = house.run("bob", &["apply", &ids[1], "--waves"]);
    assert_eq!(
        (status, err),
        (0, format!("wave `first`: 1 changes\n{} is verified\nthe wave `first` is verified and holds until somebody says `--go`\n", ids[0]))
    );
    // In the second wave one drifted: the other one is taken back.
    fs::write(house.at("c/etc/motd"), "somebody else's\n").expect("a file");
    let (status, _, err) = house.run("bob", &["apply", &ids[1], "--waves", "--go"]);
    assert!(
        status == 1 && err.contains(&format!("the wave `second` was stopped: the change {} is approved; 1 of its changes were rolled back", ids[2])),
        "{err}"
    );
    let standing = ids.each_ref().map(|id| house.json(&["show", id])["standing"].as_str().unwrap_or_default().to_owned());
    assert_eq!(standing, ["verified", "rolled-back", "approved"]);
    assert_eq!(fs::read_to_string(house.at("b/etc/motd")).expect("a file"), "hello\n");
    let (status, _, err) = house.run("bob", &["apply", &ids[1], "--waves"]);
    assert!(status == 0 && err.contains("holds until"), "{err}");
    let (status, _, err) = house.run("bob", &["apply", &ids[1], "--waves", "--go"]);
    assert!(status == 1 && err.contains(&format!("1 of its changes ({}) are neither verified nor approved, the first is rolled-back", ids[1])), "{err}");
}

#[test]
fn a_process_that_is_killed_while_it_applies_is_found_and_finished() {
    if !rustix::process::geteuid().is_root() {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"SKIPPED: what a fix makes anew is root's, so root alone can apply it\n");
        return;
    }
    let house = House::new();
    house.fix("fix.sh", "for it in 1 2 3 4 5 6 7 8; do printf 'new\\n' > /etc/f$it; done\nprintf 'Authorized use only.\\n' > /etc/motd\n");
    let tree = |house: &House| {
        let new = (1..9).filter(|it| house.at(&format!("tree/etc/f{it}")).exists()).count();
        (motd(house), new)
    };
    let (old, new) = (("hello\n".to_owned(), 0), ("Authorized use only.\n".to_owned(), 8));
    for round in 0..12 {
        let id = approved(&house, "fix.sh");
        let mut process = house.command("bob", &["apply", &id]).spawn().expect("the program starts");
        std::thread::sleep(std::time::Duration::from_millis(8 + 4 * round));
        process.kill().expect("a kill");
        process.wait().expect("an end");
        let standing = || house.json(&["show", &id])["standing"].as_str().expect("a word").to_owned();
        if standing() == "applying" {
            let (status, _, err) = house.run("bob", &["apply", &id, if round % 2 == 0 { "--resume" } else { "--abort" }]);
            assert_eq!(status, 0, "{err}");
        }
        match standing().as_str() {
            "approved" | "rolled-back" => assert_eq!(tree(&house), old, "round {round}"),
            "verified" => {
                assert_eq!(tree(&house), new, "round {round}");
                assert_eq!(house.run("bob", &["rollback", &id]).0, 0);
                assert_eq!(tree(&house), old, "round {round}");
            }
            other => panic!("round {round}: {other}"),
        }
        assert_eq!(house.run("bob", &["audit", "verify"]).0, 0);
    }
}
