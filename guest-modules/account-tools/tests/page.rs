//! The page `docs/models/accounts.md` and the code say the same.

use account_tools::{MODELLED, UNMODELLED};

#[test]
fn the_page_tells_what_is_modelled() {
    let page = include_str!("../../../docs/models/accounts.md");
    let rows: Vec<(&str, &str)> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| {
            let mut parts = line.split('`');
            Some((parts.next()?, parts.nth(1)?))
        })
        .collect();
    assert_eq!(rows, MODELLED);
    let others = page.lines().find_map(|line| line.strip_prefix("- other commands of the family: `")).expect("they are listed");
    let names: Vec<&str> = UNMODELLED.iter().map(|it| it.0).collect();
    assert_eq!(others.trim_end_matches("`;").split(' ').collect::<Vec<_>>(), names);
}
