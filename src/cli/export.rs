//! `invitro export`: a change in a form that others carry out.

use std::{fs, path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};

use super::{desk, exit, fault::Fault, show, show_change, words};
use crate::{
    apply::export::{self, Message},
    change::Change,
    gate::Verdict,
    report::neutral,
};

pub(super) const EXAMPLES: &str = "\
A patch and a branch hold no secrets, and say on stderr what else they can't hold (owners, modes, attributes). A playbook and a bundle are folders for
their owner alone.

Examples:
  invitro export 0193a2c4 --as patch > change.patch
  invitro export 0193a2c4 --as branch --branch harden-ssh            a commit on a new branch; work tree, index and HEAD stay
  invitro export 0193a2c4 --as playbook --hosts web --out book
  invitro export 0193a2c4 --as bundle --out bundle";

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The change
    change: String,
    /// The form
    #[arg(long = "as", value_enum)]
    form: Form,
    /// Where it is written: a new file for a patch (else stdout), a new folder for a playbook and a bundle
    #[arg(long, value_name = "PATH", required_if_eq_any = [("form", "playbook"), ("form", "bundle")])]
    out: Option<PathBuf>,
    /// The new branch
    #[arg(long, value_name = "NAME", required_if_eq("form", "branch"))]
    branch: Option<String>,
    /// The work tree of the branch; without it the target that was tried
    #[arg(long, value_name = "DIR")]
    on: Option<PathBuf>,
    /// The hosts of the playbook
    #[arg(long, value_name = "PATTERN", default_value = "all")]
    hosts: String,
    #[command(flatten)]
    desk: words::Desk,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Git's extended form
    Patch,
    /// A commit on a new branch
    Branch,
    /// Ansible, with ansible-core's modules
    Playbook,
    /// Fix, rollback, report and patch
    Bundle,
}

/// A refused change goes nowhere.
#[derive(Debug, thiserror::Error)]
#[error("the change {0} is refused, and what is refused is not exported")]
struct Refused(String);

pub(super) fn run(of: &Export) -> Result<ExitCode, Fault> {
    desk::work(&of.desk, async |desk| {
        let id = desk.store.find(&of.change).await?;
        let change = desk.store.history(&id).await?.change;
        if change.judged.as_ref().is_some_and(|it| it.verdict == Verdict::Refused) {
            return Err(Refused(id).into());
        }
        let plan = desk.premises.plan_of(&change)?;
        let out = of.out.clone().unwrap_or_default();
        let lost = match of.form {
            Form::Patch => {
                let patch = export::patch(&plan)?;
                let text = format!("{}\n{}", told(&change), patch.text);
                match &of.out {
                    Some(path) => fs::write(path, text)?,
                    None => show::data(&text)?,
                }
                patch.lost
            }
            Form::Branch => {
                let tree = of.on.clone().unwrap_or_else(|| PathBuf::from(&change.proposal.target));
                let message = Message { text: told(&change), author: None };
                let commit = export::branch(&plan, &tree, of.branch.as_deref().unwrap_or_default(), &message)?;
                show::data(&format!("{}\n", commit.id))?;
                commit.lost
            }
            Form::Playbook => {
                export::playbook(&plan, &of.hosts, &out)?;
                Vec::new()
            }
            Form::Bundle => {
                let kept = show_change::kept(desk, &change).await?;
                export::bundle(&plan, kept.map_or(String::new(), |it| it.report).as_str(), &out)?;
                Vec::new()
            }
        };
        for it in lost {
            show::talk(&neutral(&format!("not in it: {it}\n")));
        }
        Ok(ExitCode::from(exit::PROVEN))
    })
}

/// What stands before a patch and in a commit: the verdict of what is not proven first, and the evidence.
fn told(of: &Change) -> String {
    let word = of.judged.as_ref().map(|it| it.verdict).filter(|it| *it != Verdict::Proven).map_or(String::new(), |it| format!("[{}] ", it.word()));
    let verdict = of.judged.as_ref().map_or("none", |it| it.verdict.word());
    let evidence = of.evidence().unwrap_or("none");
    neutral(&format!("{word}{}\n\nVerdict: {verdict}\nEvidence: {evidence}\nChange: {}\n", of.proposal.title, of.id))
}
