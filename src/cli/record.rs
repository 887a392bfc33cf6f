//! `--record`: what was tried becomes a change, with its evidence, in one transaction.

use std::path::Path;

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    desk::Desk,
    fault::Fault,
    show,
    words::{self, Recording},
};
use crate::{
    change::{Act, Inventory, Judged, Proposal, State, standing},
    digest::Digest,
    engine::Fixed,
    evidence::Evidence,
    finding::Severity,
    gate::Verdict,
    report::{self, Ending, Form, Sums},
    store::Kept,
};

/// Evidence of something else.
#[derive(Debug, thiserror::Error)]
#[error("the change {id} is about {was}, and this evidence about {is}: record it as a change of its own")]
struct OfAnother {
    id: String,
    was: String,
    is: String,
}

/// Returns the desk that `--record` asks for; the rules are of the policy's file.
pub(super) fn desk(of: &Recording, policy: Option<&Path>) -> Option<words::Desk> {
    of.record.then(|| words::Desk { store: of.store.clone(), config: policy.map(Path::to_path_buf), makes: true })
}

/// Records evidence as a change, or as new evidence of one, and says where it stands. Returns the id.
pub(super) async fn record(desk: &Desk, evidence: Evidence, target: &Path, change: Option<&str>) -> Result<String, Fault> {
    let verdict = evidence.verdict;
    let proposal = proposal(&evidence, target, &desk.inventory)?;
    let (digest, kept) = kept(&evidence)?;
    // What is refused is never applied, so it has no plan.
    let plan = if verdict == Verdict::Refused { None } else { plan(desk, &evidence)? };
    let known = match change {
        Some(given) => Some(desk.store.find(given).await?),
        None => None,
    };
    let mut writing = desk.store.begin().await?;
    let id = match known {
        Some(id) => {
            let was = writing.history(&id).await?.change.proposal;
            let about = |it: &Proposal| format!("{} of {}", it.finding.as_deref().unwrap_or("no finding"), it.target);
            if about(&was) != about(&proposal) {
                return Err(OfAnother { id, was: about(&was), is: about(&proposal) }.into());
            }
            id
        }
        None => {
            let id = Uuid::now_v7().to_string();
            writing.propose(&id, &desk.actor, &proposal, desk.now).await?;
            id
        }
    };
    let shown = writing.keep(&kept).await?;
    let judged = Judged { verdict, evidence: digest, shown, plan };
    let mut acted = writing.act(&id, &desk.actor, &Act::Judge(judged), desk.now, &desk.rules).await?;
    if matches!(acted.after.state, State::Proven | State::NeedsApproval) {
        acted = writing.act(&id, &desk.actor, &Act::Submit, desk.now, &desk.rules).await?;
    }
    writing.commit().await?;
    let standing = standing(&acted.after, &desk.rules, Timestamp::now());
    let way = match (verdict, acted.after.state) {
        (Verdict::Refused, _) => "a refused fix is never applied".to_owned(),
        (Verdict::Unproven, _) => format!("an admin may override that: `invitro approve {id} --override --reason WHY`"),
        (_, State::Approved) => format!("the rules ask for nobody: `invitro apply {id}`"),
        _ => format!("{} of {} approvals: `invitro approve {id}`", standing.have.len(), standing.need),
    };
    show::talk(&format!("change {id} is {}; {way}\n", acted.after.standing()));
    Ok(id)
}

/// Makes the plan by which evidence is applied, and returns its digest. What can't be applied is recorded all the same, and that is said.
fn plan(desk: &Desk, of: &Evidence) -> Result<Option<String>, Fault> {
    match desk.premises.plan(of)? {
        Ok(plan) => Ok(Some(plan.digest().to_string())),
        Err(why) => {
            show::talk(&report::neutral(&format!("invitro can't apply it: {why}\n")));
            Ok(None)
        }
    }
}

fn proposal(of: &Evidence, target: &Path, inventory: &Inventory) -> Result<Proposal, Fault> {
    let target = std::path::absolute(target)?;
    let machine = inventory.at(&target);
    let target = target.display().to_string();
    let asset = machine.map_or(target.as_str(), |it| it.name.as_str());
    let finding = of.finding.as_ref().map(|it| &it.0);
    let title = finding.map_or(of.remediation.title.as_str(), |it| it.title.as_str());
    let parts = [finding.map_or("", |it| it.id.as_str()), asset, &of.remediation.id, &target];
    let bytes: Vec<u8> = parts.iter().flat_map(|it| [&(it.len() as u64).to_be_bytes()[..], it.as_bytes()].concat()).collect();
    Ok(Proposal {
        title: title.to_owned(),
        asset: asset.to_owned(),
        tags: machine.map(|it| it.tags.clone()).unwrap_or_default(),
        target: target.clone(),
        severity: finding.map_or(Severity::Medium, |it| it.severity),
        finding: finding.map(|it| it.id.clone()),
        rule: finding.map(|it| it.rule.clone()),
        remediation: of.remediation.id.clone(),
        fingerprint: Digest::of(&bytes).hex(),
    })
}

/// Returns the digest of evidence, and evidence in the forms in which it is shown.
fn kept(of: &Evidence) -> Result<(String, Kept), Fault> {
    let (report, digest) = (report::one(of), report::digest(of).to_string());
    let text = anstream::adapter::strip_str(&report::text(of, None)).to_string();
    let (fixed, mut sums) = ([Fixed::Tried(Box::new(of.clone()))], Sums::default());
    sums.add(&fixed[0]);
    let page = report::whole(Form::Html, &fixed, &Ending { sums: &sums, skipped: &[], commutes: None })?;
    Ok((digest, Kept { report, text, page: String::from_utf8_lossy(&page).into_owned() }))
}
