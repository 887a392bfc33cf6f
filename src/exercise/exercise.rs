//! Asks one module about a case.

use serde_json::{Value, json};

use super::{case::Case, error::Error, told};
use crate::{
    guest::{self, Context, Invocation, Limits, Module, Outcome, Review, Role, Run, Stop, Used, wit},
    remediation::{Artifact, Language, Remediation},
    sandbox::{Ended, Modules, Setting, rehearse},
    tree::{Quotas, Tree, Workspace},
};

/// What a module did with a case.
#[derive(Debug)]
pub struct Exercised {
    /// Its answer, or what stopped it.
    pub answer: Result<Value, Stop>,
    /// What it used, all calls together.
    pub used: Used,
    /// What it logged.
    pub messages: Vec<String>,
}

/// Asks a module about a case, as the line would ask a module of its role. An interpreter's commands are answered by `others`.
pub fn exercise(module: &Module, others: &Modules, limits: Limits, case: &Case) -> Result<Exercised, Error> {
    let lacks = |what| Error::Lacks { role: module.role.word(), what };
    let mut all = Exercised { answer: Ok(Value::Null), used: Used::default(), messages: Vec::new() };
    let finding = case.finding.as_ref().map(wit::to_finding);
    match module.role {
        Role::Generator => {
            let finding = finding.ok_or_else(|| lacks("`finding.json`, with one finding"))?;
            all.take(guest::propose(module, limits, &finding, &case.before), |answer| match answer {
                Ok(proposals) => json!({ "proposals": proposals.into_iter().map(told::remediation).collect::<Vec<_>>() }),
                Err(error) => json!({ "error": format!("{error:?}") }),
            });
        }
        Role::Analyzer => {
            let remediation = touching(&case.write_set);
            all.take(guest::analyze(module, limits, &remediation, &case.before), |answer| match answer {
                Ok(dependents) => json!({ "dependents": dependents.into_iter().map(told::dependent).collect::<Vec<_>>() }),
                Err(error) => json!({ "error": format!("{error:?}") }),
            });
        }
        Role::Interpreter => {
            let script = case.script.clone().ok_or_else(|| lacks("`fix.sh`, the script to run"))?;
            interpret(&mut all, module, others, limits, &case.before, script);
        }
        Role::CommandModel if case.command.is_empty() => return Err(lacks("`command.json`, the words of the command")),
        Role::CommandModel => model(&mut all, module, limits, case),
        Role::Validator => validate(&mut all, module, limits, case, finding.as_ref()),
        Role::RollbackPlanner => {
            let after = case.after.as_ref().ok_or_else(|| lacks("a folder `after`, the tree that is to be undone"))?;
            let (changes, _) = told::changes(&case.before, after);
            let changes: Vec<_> = changes.iter().map(wit::to_change).collect();
            all.take(guest::plan_rollback(module, limits, &case.before, after, &changes, &[]), |answer| match answer {
                Ok((plan, restorations)) => json!({
                    "inverse": plan.inverse.into_iter().map(told::step).collect::<Vec<_>>(),
                    "script": told::text(&plan.script).lines().collect::<Vec<_>>(), "remaining": plan.remaining,
                    "restores": restorations.iter().map(|(path, it)| told::restoration(path, it)).collect::<Vec<_>>(),
                }),
                Err(error) => json!({ "error": format!("{error:?}") }),
            });
        }
    }
    Ok(all)
}

impl Exercised {
    /// Takes the outcome of one call in; answers whether the module was not stopped.
    fn take<T>(&mut self, outcome: Outcome<T>, tell: impl FnOnce(T) -> Value) -> bool {
        self.used.add(outcome.used);
        self.messages.extend(outcome.messages);
        self.answer = outcome.answer.map(tell);
        self.answer.is_ok()
    }
}

/// A remediation of which only the touched paths matter.
fn touching(write_set: &[String]) -> wit::types::Remediation {
    wit::types::Remediation {
        id: "case".into(),
        title: "case".into(),
        artifacts: Vec::new(),
        write_set: write_set.to_vec(),
        expected_effects: Vec::new(),
        risk: wit::types::Risk::Low,
        explanation: String::new(),
        restart_needed: false,
    }
}

fn interpret(all: &mut Exercised, module: &Module, others: &Modules, limits: Limits, before: &Tree, text: Vec<u8>) {
    let modules = Modules { bash: module.clone(), ..others.clone() };
    let setting = Setting::new(&modules, limits, Context::default());
    let artifact = Artifact::Script { language: Language::Bash, name: "fix.sh".into(), text };
    let run = rehearse(&setting, before, &Remediation::of(artifact, "case", None));
    all.used = run.used;
    all.messages = run.ledger.log.lines();
    all.answer = match run.ended {
        Ended::Stopped(stop) => Err(stop),
        ended => Ok(json!({
            "outcome": ended.word(), "exit_code": run.status, "stdout": told::text(&run.stdout), "stderr": told::text(&run.stderr),
            "changes": told::changes(before, &run.after).1, "ledger": told::ledger(&run.ledger),
        })),
    };
}

fn model(all: &mut Exercised, module: &Module, limits: Limits, case: &Case) {
    let quotas = Quotas { bytes: limits.workspace_bytes, files: limits.workspace_files, ..Quotas::default() };
    let run = Run::on(Workspace::over(&case.before, quotas), Context::default());
    let actor = guest::actor();
    let invocation = Invocation {
        argv: case.command.clone(),
        env: Vec::new(),
        cwd: b"/".to_vec(),
        umask: actor.umask,
        uid: actor.uid,
        gid: actor.gid,
        stdin: Vec::new(),
        line: None,
    };
    if !all.take(guest::block_on(guest::model_names(module, limits)), |names| json!(names)) {
        return;
    }
    let names = std::mem::replace(&mut all.answer, Ok(Value::Null)).unwrap_or_default();
    all.take(guest::block_on(guest::model(module, limits, &run, &invocation)), |answer| {
        let completion = match answer {
            Ok(it) => json!({ "exit_code": it.status, "stdout": told::text(&it.stdout), "stderr": told::text(&it.stderr) }),
            Err(reason) => json!({ "unmodelled": reason }),
        };
        let changes = told::changes(&case.before, &run.workspace().tree()).1;
        json!({ "names": names, "completion": completion, "changes": changes, "ledger": told::ledger(&run.ledger()) })
    });
}

/// Asks `check` for each tree, and `review` where there are two.
fn validate(all: &mut Exercised, module: &Module, limits: Limits, case: &Case, finding: Option<&wit::types::Finding>) {
    let mut answer = serde_json::Map::new();
    for (name, tree) in [("before", Some(&case.before)), ("after", case.after.as_ref())] {
        let (Some(finding), Some(tree)) = (finding, tree) else { continue };
        let asked = guest::check(module, limits, finding, tree);
        if !all.take(asked, |it| it.map_or_else(|error| json!({ "error": format!("{error:?}") }), told::standing)) {
            return;
        }
        answer.insert(name.into(), std::mem::replace(&mut all.answer, Ok(Value::Null)).unwrap_or_default());
    }
    if let Some(after) = &case.after {
        let (changes, _) = told::changes(&case.before, after);
        let changes: Vec<_> = changes.iter().map(wit::to_change).collect();
        let review = Review { finding, remediation: None, before: &case.before, after, changes: &changes, effects: &[] };
        let tell = |it: Result<Vec<wit::types::Note>, _>| it.map(|notes| notes.into_iter().map(told::note).collect::<Value>());
        if !all.take(guest::review(module, limits, &review), |it| tell(it).unwrap_or_else(|error: wit::ValidateError| json!({ "error": format!("{error:?}") })))
        {
            return;
        }
        answer.insert("notes".into(), std::mem::replace(&mut all.answer, Ok(Value::Null)).unwrap_or_default());
    }
    all.answer = Ok(Value::Object(answer));
}
