//! Lists of changes: filtered and sorted by the database, so that a long history costs no more than its answer.

use jiff::Timestamp;
use sqlx::{Row as _, any::AnyRow};

use super::{Error, Store};
use crate::{change::State, finding::Severity, gate::Verdict};

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The change.
    pub id: String,
    /// Where it stands, with all that is loud.
    pub standing: String,
    /// The word of its verdict; empty where there is none.
    pub verdict: String,
    /// Its severity.
    pub severity: Severity,
    /// What it is for.
    pub asset: String,
    /// In a few words.
    pub title: String,
    /// Who proposed it.
    pub author: String,
    /// The evidence that holds; empty where there is none.
    pub evidence: String,
    /// When it was proposed.
    pub created: Timestamp,
    /// When something happened last.
    pub updated: Timestamp,
}

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    #[default]
    Created,
    /// The last one that something happened to first.
    Updated,
    /// The worst first.
    Severity,
    /// By the name of what it is for.
    Asset,
}

/// Which changes are listed; what is empty leaves all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In one of these states.
    pub states: Vec<State>,
    /// Of one of these severities.
    pub severities: Vec<Severity>,
    /// With one of these verdicts.
    pub verdicts: Vec<Verdict>,
    /// For one of these.
    pub assets: Vec<String>,
    /// In this order.
    pub order: Order,
    /// At most so many.
    pub most: Option<u32>,
}

impl Store {
    /// Lists changes.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Line>, Error> {
        let words = |column: &'static str, words: Vec<String>| (column, words);
        let columns = [
            words("state", filter.states.iter().map(|it| it.word().to_owned()).collect()),
            words("CAST(severity AS TEXT)", filter.severities.iter().map(|it| (*it as i64).to_string()).collect()),
            words("verdict", filter.verdicts.iter().map(|it| it.word().to_owned()).collect()),
            words("asset", filter.assets.clone()),
        ];
        let (mut conditions, mut arguments) = (Vec::new(), Vec::new());
        for (column, words) in columns.into_iter().filter(|it| !it.1.is_empty()) {
            let places: Vec<String> = words.iter().enumerate().map(|it| format!("${}", arguments.len() + it.0 + 1)).collect();
            conditions.push(format!("{column} IN ({})", places.join(", ")));
            arguments.extend(words);
        }
        let condition = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
        let order = match filter.order {
            Order::Created => "created DESC",
            Order::Updated => "updated DESC",
            Order::Severity => "severity DESC, created DESC",
            Order::Asset => "asset, created DESC",
        };
        let most = filter.most.map(|it| format!("LIMIT {it}")).unwrap_or_default();
        let columns = "id, standing, verdict, severity, asset, title, author, evidence, created, updated";
        let text = format!("SELECT {columns} FROM changes {condition} ORDER BY {order}, id {most}");
        let query = arguments.into_iter().fold(sqlx::query(sqlx::AssertSqlSafe(text)), |query, it| query.bind(it));
        let rows = query.fetch_all(&self.pool).await.map_err(|error| self.fail("read", &error))?;
        rows.iter().map(|it| line(it).map_err(|error| self.fail("read", &error))).collect()
    }
}

fn line(row: &AnyRow) -> Result<Line, sqlx::Error> {
    let time = |at: usize| Ok::<_, sqlx::Error>(Timestamp::from_microsecond(row.try_get(at)?).unwrap_or_default());
    let severities = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    let severity: i64 = row.try_get(3)?;
    Ok(Line {
        id: row.try_get(0)?,
        standing: row.try_get(1)?,
        verdict: row.try_get(2)?,
        severity: usize::try_from(severity).ok().and_then(|it| severities.get(it).copied()).unwrap_or(Severity::Critical),
        asset: row.try_get(4)?,
        title: row.try_get(5)?,
        author: row.try_get(6)?,
        evidence: row.try_get(7)?,
        created: time(8)?,
        updated: time(9)?,
    })
}
