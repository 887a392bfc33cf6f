//! From a script to a living directory and back: what the sandbox tried is what is applied.

#![expect(clippy::print_stderr, reason = "what is skipped is said")]

use std::{fs, path::Path};

use invitro::{
    apply::{self, Effects, Error, Since, Standing, prepare_trial},
    diff::between,
    engine::{Bench, trial},
    gate::Policy,
    guest::{Cache, Context},
    remediation::{Artifact, Language, Remediation},
    sandbox::Modules,
    tree::Tree,
};

const SCRIPT: &str = "set -e
sed -i 's/^PermitRootLogin yes/PermitRootLogin no/' /etc/ssh/sshd_config
chmod 600 /etc/ssh/sshd_config
mkdir -p /etc/new.d
echo made > /etc/new.d/a
ln -s a /etc/new.d/b
ln /etc/new.d/a /etc/new.d/c
mv /etc/old /etc/older
rm /etc/gone
grep -q none /etc/none || true
systemctl restart ssh
";

fn lay(root: &Path) {
    fs::create_dir_all(root.join("etc/ssh")).expect("folders");
    for (path, text) in [("etc/ssh/sshd_config", "Port 22\nPermitRootLogin yes\n"), ("etc/old", "old\n"), ("etc/gone", "x\n"), ("etc/debian_version", "12.0\n")]
    {
        fs::write(root.join(path), text).expect("a file");
    }
}

#[test]
fn what_the_sandbox_tried_is_what_is_applied_and_rolled_back() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: what a fix makes is root's, so root alone can apply it");
        return;
    }
    let cache = Cache::at(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    let modules = Modules::built_in(Some(&cache), &|_| {}).expect("modules");
    let policy = Policy::default();
    let bench = Bench { modules: &modules, policy: &policy, context: Context::default(), wanted: invitro::strain::Wanted::default() };
    let folder = tempfile::tempdir().expect("a folder");
    let (root, like) = (folder.path().join("root"), folder.path().join("like"));
    lay(&root);
    lay(&like);
    let artifact = Artifact::Script { language: Language::Bash, name: "fix.sh".into(), text: SCRIPT.into() };
    let before = Tree::open(&root).expect("the target");
    let evidence = trial(&bench, &before, None, &Remediation::of(artifact, "fix", None));
    assert_eq!(evidence.ended, "completed", "{}", String::from_utf8_lossy(&evidence.stderr));
    let plan = prepare_trial(&evidence, &folder.path().join("plan")).expect("a plan");
    let papers: Vec<String> = plan.papers().expect("papers").into_iter().map(|it| it.0).collect();
    assert_eq!(papers, ["fix-1.sh", "rollback.sh"]);
    assert_eq!(apply::Plan::load(&folder.path().join("plan")).expect("it is read again"), plan);
    let looked_for = plan.expected.iter().any(|it| it.path == b"/etc/none" && it.state.is_none());
    assert!(looked_for, "a path that was looked for in vain is bound too");
    let effects: Vec<String> = plan.effects.iter().map(|it| String::from_utf8_lossy(&it.argv.join(&b' ')).into_owned()).collect();
    assert_eq!(effects, ["systemctl restart ssh"]);
    // Somebody makes what was looked for in vain: the fix would have done otherwise.
    fs::write(root.join("etc/none"), "").expect("a file");
    let drifted = apply::carry_out(&plan, &root, &folder.path().join("journal"), &Effects::Print);
    assert!(matches!(drifted, Err(Error::Drift(_))), "{drifted:?}");
    fs::remove_file(root.join("etc/none")).expect("a removal");
    let applied = apply::carry_out(&plan, &root, &folder.path().join("journal"), &Effects::Print).expect("applied");
    assert_eq!(applied.standing, Standing::EffectsPending);
    assert_eq!(
        between(&evidence.laid.as_ref().expect("the trees").after, &Tree::open(&root).expect("the target")),
        [],
        "left what was tried, right what is there"
    );
    apply::roll_back(&folder.path().join("journal"), &folder.path().join("back"), Since::Refuse).expect("rolled back");
    assert_eq!(between(&Tree::open(&like).expect("its like"), &Tree::open(&root).expect("the target")), []);
}
