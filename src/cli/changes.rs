//! `invitro changes`: the list.

use std::process::ExitCode;

use super::{arguments::Plain, desk, exit, fault::Fault, show, words::Changes};
use crate::{
    report::neutral,
    store::{Filter, Line},
};

pub(super) fn run(of: &Changes) -> Result<ExitCode, Fault> {
    let filter = Filter {
        states: of.state.clone(),
        severities: of.severity.clone(),
        verdicts: of.verdict.clone(),
        assets: of.asset.clone(),
        order: of.sort.order(),
        most: of.limit,
    };
    let lines = desk::work(&of.desk, async |desk| Ok(desk.store.list(&filter).await?))?;
    show::data(&match of.format {
        Plain::Text => text(&lines),
        Plain::Json => json(&lines),
    })?;
    Ok(ExitCode::from(exit::PROVEN))
}

fn text(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "no changes\n".to_owned();
    }
    let row = |it: &Line| {
        let day = it.created.strftime("%Y-%m-%d %H:%M").to_string();
        [it.id.clone(), day, it.severity.word().to_owned(), it.standing.clone(), one_line(&it.asset), one_line(&it.title)]
    };
    let rows: Vec<[String; 6]> = lines.iter().map(row).collect();
    let width = |column: usize| rows.iter().map(|it| it[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(width).collect();
    rows.iter().map(|row| widths.iter().zip(row).map(|(width, it)| format!("{it:width$}  ")).chain([row[5].clone(), "\n".into()]).collect::<String>()).collect()
}

/// Names come from reports and file names: they stay on their line.
fn one_line(text: &str) -> String {
    neutral(text).replace('\n', "\\n").replace('\t', "\\t")
}

fn json(lines: &[Line]) -> String {
    let changes: Vec<serde_json::Value> = lines
        .iter()
        .map(|it| {
            serde_json::json!({
                "id": it.id, "standing": it.standing, "state": it.standing.split(',').next(), "verdict": none_if_empty(&it.verdict), "severity": it.severity.word(),
                "asset": it.asset, "title": it.title, "author": it.author, "evidence": none_if_empty(&it.evidence),
                "created": it.created.to_string(), "updated": it.updated.to_string(),
            })
        })
        .collect();
    crate::report::print(&serde_json::json!({ "schema": "invitro.changes/v1", "changes": changes }))
}

fn none_if_empty(text: &str) -> Option<&str> {
    Some(text).filter(|it| !it.is_empty())
}
