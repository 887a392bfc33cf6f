//! `dpkg -l`: the table of packages (dpkg-query(1)).

use super::status::{Database, Stanza};
use crate::world::World;

/// Widths in bytes that columns have at least.
const LEAST: [usize; 4] = [14, 12, 12, 33];

const HEAD: &str = "Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n";

fn cells(database: &Database, of: &Stanza) -> [String; 4] {
    let version = of.field("Version").filter(|it| !it.is_empty()).unwrap_or("<none>");
    let arch = match of.field("Architecture") {
        Some(it) => it,
        None if of.mentioned => "<none>",
        None => "<empty>",
    };
    let about = of.field("Description").map_or("(no description available)", |it| it.lines().next().unwrap_or_default());
    [database.native_name(of), version.to_owned(), arch.to_owned(), about.to_owned()]
}

/// The table of some packages; `all` are those whose widths count.
pub(super) fn table(world: &dyn World, database: &Database, all: &[&Stanza], shown: &[&Stanza]) -> Result<String, String> {
    if shown.is_empty() {
        return Ok(String::new());
    }
    if world.variable("COLUMNS").is_some_and(|it| !it.is_empty()) {
        return Err("a table of the width that COLUMNS says".into());
    }
    if all.iter().chain(shown).any(|it| it.recorded) {
        return Err("a table of a package whose installation was only recorded".into());
    }
    let mut widths = LEAST;
    for stanza in all {
        for (cell, most) in cells(database, stanza).iter().zip(&mut widths) {
            *most = (*most).max(cell.len());
        }
    }
    let line = |start: &str, cells: &[String; 4]| -> String {
        let mut line = start.to_owned();
        for (cell, most) in cells.iter().zip(widths).take(3) {
            line.push_str(&format!("{cell}{} ", " ".repeat(most - cell.len())));
        }
        line.push_str(&format!("{}\n", cells[3]));
        line
    };
    let mut out = HEAD.to_owned();
    out.push_str(&line("||/ ", &["Name".into(), "Version".into(), "Architecture".into(), "Description".into()]));
    out.push_str(&format!("+++-{}\n", widths.map(|it| "=".repeat(it)).join("-")));
    for stanza in shown {
        out.push_str(&line(&format!("{} ", stanza.letters()), &cells(database, stanza)));
    }
    Ok(out)
}
