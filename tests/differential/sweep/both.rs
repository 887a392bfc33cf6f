//! A batch of calls, made once by the real tools and once in invitro, and what each call left on either side.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    os::unix::fs::MetadataExt as _,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use invitro::{
    engine::{Bench, trial},
    gate::{Policy, Verdict},
    guest::Context,
    remediation::{Artifact, Language, Remediation},
    sandbox::{Ended, Modules, Setting, rehearse},
    strain::Wanted,
    tree::{FileType, Tree},
};

use super::call::{Call, PLACE};
use crate::{machine::Ground, outside::LAB, real::CAPABILITIES};

/// Longer than a batch takes.
const SECONDS: &str = "60";
/// What no call of a sweep needs: a real one that goes on for ever ends there, in seconds of processor time and blocks of output, or, where it
/// waits at a named pipe, by a watch that outlives it harmlessly.
const GUARD: &str = "ulimit -t 2; ulimit -f 4096; watched=$BASHPID; { sleep 5; kill -KILL \"$watched\"; } <&- >&- 2>&- & ";
/// The signals by which such a call ends: KILL, XCPU, XFSZ.
const ENDLESS: [&[u8]; 3] = [b"137\n", b"152\n", b"153\n"];

/// What is at one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    kind: &'static str,
    mode: u32,
    owner: (u32, u32),
    content: Vec<u8>,
    /// The first of its names.
    name: Vec<u8>,
}

impl Seen {
    fn said(of: Option<&Seen>) -> String {
        let Some(it) = of else { return "absent".to_owned() };
        let text = format!("{:?}", String::from_utf8_lossy(&it.content[..it.content.len().min(600)]));
        let raw = if std::str::from_utf8(&it.content).is_ok() { String::new() } else { format!(" = {:02x?}", &it.content[..it.content.len().min(80)]) };
        format!("{} {:04o} {}:{} {text}{raw} ({})", it.kind, it.mode, it.owner.0, it.owner.1, String::from_utf8_lossy(&it.name))
    }
}

/// What one call left: every path of its folder.
pub(crate) type Left = BTreeMap<Vec<u8>, Seen>;

/// What invitro leaves, and why it says that it can't tell.
type Said = (Left, Option<String>);

/// What both sides made of one call.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) real: Left,
    pub(crate) here: Left,
    /// Why invitro says that it can't tell.
    pub(crate) told: Option<String>,
}

impl Outcome {
    /// Answers whether both left the same.
    pub(crate) fn is_equal(&self) -> bool {
        self.real == self.here
    }

    /// Answers whether the real call did not end by itself.
    pub(crate) fn is_endless(&self) -> bool {
        self.real.get(&b"status"[..]).is_none_or(|it| ENDLESS.contains(&it.content.as_slice()))
    }

    /// Every difference, in a line each.
    pub(crate) fn differences(&self) -> Vec<String> {
        let paths: std::collections::BTreeSet<&Vec<u8>> = self.real.keys().chain(self.here.keys()).collect();
        let differ = paths.into_iter().filter(|it| self.real.get(*it) != self.here.get(*it));
        let line = |it: &Vec<u8>| {
            format!("{}\n      real {}\n      here {}", String::from_utf8_lossy(it), Seen::said(self.real.get(it)), Seen::said(self.here.get(it)))
        };
        differ.map(line).collect()
    }
}

/// What every batch is made with.
pub(crate) struct Sides<'a> {
    pub(crate) modules: &'a Modules,
    pub(crate) policy: &'a Policy,
    pub(crate) root: &'a Path,
    pub(crate) scratch: &'a Path,
}

impl Sides<'_> {
    /// Makes calls together, one run on either side; those that a batch can't say anything about are made alone.
    pub(crate) fn together(&self, calls: &[Call]) -> Result<Vec<Outcome>, String> {
        let here = self.rehearsed(calls)?;
        let Ok(real) = self.really(calls) else {
            return calls.iter().map(|it| self.single(it)).collect();
        };
        let mut outcomes = Vec::new();
        for ((real, here), call) in real.into_iter().zip(here).zip(calls) {
            let (here, told) = match here {
                Some(it) => it,
                None => self.rehearsed(std::slice::from_ref(call))?.pop().flatten().unwrap_or_else(|| (Left::new(), Some("stopped".to_owned()))),
            };
            outcomes.push(Outcome { real, here, told });
        }
        Ok(outcomes)
    }

    fn single(&self, call: &Call) -> Result<Outcome, String> {
        let calls = std::slice::from_ref(call);
        let real = self.really(calls).unwrap_or_default().pop().unwrap_or_default();
        let (here, told) = self.rehearsed(calls)?.pop().flatten().unwrap_or_else(|| (Left::new(), Some("stopped".to_owned())));
        Ok(Outcome { real, here, told })
    }

    /// Makes a call alone, with all proofs.
    pub(crate) fn alone(&self, call: &Call) -> Result<Outcome, String> {
        let calls = std::slice::from_ref(call);
        let real = self.really(calls)?.pop().unwrap_or_default();
        let ground = self.ground(calls)?;
        let bench = Bench { modules: self.modules, policy: self.policy, context: Context::default(), wanted: Wanted::default() };
        let evidence = trial(&bench, &ground.tree, None, &remediation(calls));
        let run = rehearse(&Setting::new(self.modules, self.policy.limits, bench.context), &ground.tree, &remediation(calls));
        let said = |it: &str| Some(it.to_owned());
        let told = match () {
            () if evidence.verdict == Verdict::Unproven => evidence.reasons.first().map(|it| format!("{}: {}", it.code, it.message)),
            () if !evidence.unmodelled.is_empty() => evidence.unmodelled.first().map(|it| it.reason.clone()),
            () if evidence.stop.is_some() => evidence.stop.clone(),
            () if evidence.answers.iter().any(|it| it.matters) => said("an assumption matters"),
            () if evidence.proofs.deterministic.holds == Some(false) => said("not deterministic"),
            () => None,
        };
        Ok(Outcome { real, here: seen(&run.after, 0), told })
    }

    /// Lays the trees of calls as invitro's target.
    fn ground(&self, calls: &[Call]) -> Result<Ground, String> {
        Ground::make(self.root, self.scratch, |layer| lay(calls, &layer.join(PLACE)))
    }

    /// What invitro leaves; none where the batch says nothing about that call.
    fn rehearsed(&self, calls: &[Call]) -> Result<Vec<Option<Said>>, String> {
        let ground = self.ground(calls)?;
        let run = rehearse(&Setting::new(self.modules, self.policy.limits, Context::default()), &ground.tree, &remediation(calls));
        let mut told: HashMap<usize, String> = HashMap::new();
        let mut unclear = matches!(run.ended, Ended::Stopped(_)) || run.ledger.dropped > 0 || run.quota_was_met || !run.unreadable.is_empty();
        for it in &run.ledger.unmodelled {
            match it.line.and_then(|line| usize::try_from(line).ok()?.checked_sub(1)).filter(|it| *it < calls.len()) {
                Some(index) => {
                    told.entry(index).or_insert_with(|| it.reason.clone());
                }
                None => unclear = true,
            }
        }
        if unclear && calls.len() == 1 {
            let reason = told.remove(&0).or_else(|| run.ledger.unmodelled.first().map(|it| it.reason.clone())).unwrap_or_else(|| run.ended.word().to_owned());
            return Ok(vec![Some((seen(&run.after, 0), Some(reason)))]);
        }
        Ok((0..calls.len()).map(|index| (!unclear).then(|| (seen(&run.after, index), told.remove(&index)))).collect())
    }

    /// What the real tools leave.
    fn really(&self, calls: &[Call]) -> Result<Vec<Left>, String> {
        let folder = tempfile::tempdir_in(self.scratch).map_err(|error| error.to_string())?;
        let said = |error: std::io::Error| error.to_string();
        let (lab, place) = (folder.path().join("lab"), folder.path().join("place"));
        fs::create_dir(&lab).and_then(|()| fs::write(lab.join("fix.sh"), script(calls, GUARD))).and_then(|()| lay(calls, &place)).map_err(said)?;
        let done = Command::new("timeout")
            .args(["-s", "KILL", SECONDS, "bwrap", "--ro-bind"])
            .arg(self.root)
            .args(["/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/run", "--tmpfs", "/srv", "--chmod", "1777", "/tmp", "--bind"])
            .arg(&place)
            .arg(format!("/{PLACE}"))
            .args(["--bind"])
            .arg(&lab)
            .args([
                LAB,
                "--unshare-pid",
                "--unshare-net",
                "--unshare-ipc",
                "--unshare-uts",
                "--hostname",
                "localhost",
                "--die-with-parent",
                "--cap-drop",
                "ALL",
            ])
            .args(CAPABILITIES.iter().flat_map(|it| ["--cap-add", it]))
            .args(["--clearenv", "--setenv", "HOME", "/root", "--setenv", "TZ", "UTC", "--setenv", "LANG", "C.UTF-8"])
            .args(["--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "--chdir", "/", "bash"])
            .arg(format!("{LAB}/fix.sh"))
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("`timeout` and `bwrap` can't be run: {error}"))?;
        if done.stderr.starts_with(b"bwrap: ") {
            return Err(String::from_utf8_lossy(&done.stderr).trim().to_owned());
        }
        if done.status.code().is_none_or(|it| it == 137) {
            return Err("the batch did not end".to_owned());
        }
        let mut all = Vec::new();
        for index in 0..calls.len() {
            let folder = place.join(format!("{index:02}"));
            let mut names = HashMap::new();
            let mut left = Left::new();
            walk(&folder, Path::new(""), &mut names, &mut left).map_err(said)?;
            all.push(left);
        }
        Ok(all)
    }
}

fn lay(calls: &[Call], place: &Path) -> std::io::Result<()> {
    fs::create_dir_all(place)?;
    for (index, call) in calls.iter().enumerate() {
        let folder = place.join(format!("{index:02}"));
        fs::create_dir(&folder)?;
        call.lay(&folder)?;
    }
    Ok(())
}

fn script(calls: &[Call], guard: &str) -> String {
    calls.iter().enumerate().map(|(index, it)| it.line(index, guard) + "\n").collect()
}

fn remediation(calls: &[Call]) -> Remediation {
    let artifact = Artifact::Script { language: Language::Bash, name: "fix.sh".to_owned(), text: script(calls, "").into_bytes() };
    Remediation::of(artifact, "fix.sh", None)
}

/// Reads a folder without any code of the sandbox.
fn walk(folder: &Path, at: &Path, names: &mut HashMap<u64, Vec<u8>>, to: &mut Left) -> std::io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder.join(at))?.filter_map(|it| Some(it.ok()?.file_name())).collect();
    entries.sort();
    for entry in entries {
        let path = at.join(entry);
        let meta = fs::symlink_metadata(folder.join(&path))?;
        let of = meta.file_type();
        let (kind, content) = match () {
            () if of.is_file() => ("file", fs::read(folder.join(&path))?),
            () if of.is_dir() => ("dir", Vec::new()),
            () if of.is_symlink() => ("symlink", fs::read_link(folder.join(&path))?.into_os_string().into_encoded_bytes()),
            () => ("fifo", Vec::new()),
        };
        let key = path.as_os_str().as_encoded_bytes().to_vec();
        let name = names.entry(meta.ino()).or_insert_with(|| key.clone()).clone();
        let mode = if of.is_symlink() { 0 } else { meta.mode() & 0o7777 };
        to.insert(key, Seen { kind, mode, owner: (meta.uid(), meta.gid()), content, name });
        if of.is_dir() {
            walk(folder, &path, names, to)?;
        }
    }
    Ok(())
}

/// Reads the folder of a call out of invitro's tree.
fn seen(tree: &Tree, index: usize) -> Left {
    let mut left = Left::new();
    let folder = format!("/{PLACE}/{index:02}").into_bytes();
    gather(tree, &folder, b"", &mut HashMap::new(), &mut left);
    left
}

fn gather(tree: &Tree, folder: &[u8], at: &[u8], names: &mut HashMap<u64, Vec<u8>>, to: &mut Left) {
    let whole = |path: &[u8]| [folder, b"/", path].concat();
    for entry in tree.list(&whole(at)).unwrap_or_default() {
        let path = if at.is_empty() { entry.name.clone() } else { [at, b"/", &entry.name].concat() };
        let Ok(stat) = tree.stat(&whole(&path), false) else { continue };
        let content = match stat.kind {
            FileType::Regular => tree.read_all(&whole(&path)).map(Arc::unwrap_or_clone).unwrap_or_default(),
            FileType::Symlink => tree.read_link(&whole(&path)).unwrap_or_default(),
            _ => Vec::new(),
        };
        let name = names.entry(stat.inode).or_insert_with(|| path.clone()).clone();
        let mode = if stat.kind == FileType::Symlink { 0 } else { stat.mode };
        to.insert(path.clone(), Seen { kind: stat.kind.word(), mode, owner: (stat.uid, stat.gid), content, name });
        if stat.kind == FileType::Directory {
            gather(tree, folder, &path, names, to);
        }
    }
}
