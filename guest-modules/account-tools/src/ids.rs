//! Numbers for new users and groups (shadow's find_new_uid, find_new_gid), and ranges of subordinate numbers.

use crate::{settings::Settings, table::Table};

/// What a number is for.
#[derive(Clone, Copy)]
pub(crate) enum For {
    User,
    Group,
}

/// Finds a free number; none where the range is full or makes no sense.
pub(crate) fn free(settings: &Settings, table: &Table, what: For, system: bool, wanted: Option<u32>) -> Result<Option<u32>, String> {
    let word = |name: &str| match what {
        For::User => name.replace("ID", "UID"),
        For::Group => name.replace("ID", "GID"),
    };
    let ordinary = settings.count(&word("ID_MIN"), 1000)?;
    let (least, most) = if system {
        let most = settings.count(&word("SYS_ID_MAX"), ordinary.saturating_sub(1))?;
        (settings.count(&word("SYS_ID_MIN"), 101)?.max(1), most)
    } else {
        (ordinary, settings.count(&word("ID_MAX"), 60000)?)
    };
    if most < least || most > 1_000_000 || least == 0 {
        return Err("the range of numbers in login.defs".to_owned());
    }
    let used: std::collections::BTreeSet<u32> = table.rows.iter().filter_map(|it| it[2].parse().ok()).collect();
    if let Some(it) = wanted.filter(|it| (if system { 1 } else { least }..=most).contains(it) && !used.contains(it)) {
        return Ok(Some(it));
    }
    let (mut lowest, mut highest) = (most, least);
    for id in table.rows.iter().filter_map(|it| it[2].parse::<u32>().ok()) {
        if id <= lowest && id >= least {
            lowest = id - 1;
        }
        if id >= highest && id <= most {
            highest = id + 1;
        }
    }
    let is_free = |id: &u32| !used.contains(id);
    Ok(if system {
        let start = if lowest < least { most } else { lowest };
        (least..=start).rev().find(is_free).or_else(|| (least..=most).rev().find(is_free))
    } else {
        let start = if highest > most { least } else { highest };
        (start..=most).find(is_free).or_else(|| (least..=most).find(is_free))
    })
}

/// Gives a user a range of subordinate numbers: sorts the file, as the tool does while it looks for a hole, and adds a row.
pub(crate) fn subordinate(settings: &Settings, table: &mut Table, word: &str, owner: &str) -> Result<(), String> {
    let count = u64::from(settings.count(&format!("SUB_{word}_COUNT"), 65536)?);
    let least = u64::from(settings.count(&format!("SUB_{word}_MIN"), 100_000)?);
    let most = u64::from(settings.count(&format!("SUB_{word}_MAX"), 600_100_000)?);
    if least > most || count == 0 || count >= most || least + count - 1 > most {
        return Err("the range of subordinate numbers in login.defs".to_owned());
    }
    let key = |row: &Vec<String>| (row[1].parse::<u64>().unwrap_or_default(), row[2].parse::<u64>().unwrap_or_default());
    table.rows.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a[0].as_bytes().cmp(b[0].as_bytes())));
    let mut low = least;
    let mut found = None;
    for row in &table.rows {
        let (first, size) = key(row);
        let high = first.min(most + 1);
        if high > low && high - low >= count {
            found = Some(low);
            break;
        }
        low = low.max(first + size);
        if low > most {
            return Err("no range of subordinate numbers that is free".to_owned());
        }
    }
    let start = found.or((most - low + 1 >= count).then_some(low)).ok_or("no range of subordinate numbers that is free")?;
    table.add(&[owner, &start.to_string(), &count.to_string()]);
    Ok(())
}
