//! Accounts of passwd(5).

use crate::World;

/// An account.
pub(crate) struct Account {
    pub(crate) uid: u32,
}

/// Finds an account by its name; a line of another form is an error.
pub(crate) fn find(world: &dyn World, name: &str) -> Result<Option<Account>, String> {
    let text = world.text("/etc/passwd").ok_or("a machine without accounts")?;
    for line in text.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        if fields.first() == Some(&name) {
            let uid = (fields.len() == 7).then(|| fields[2].parse().ok()).flatten();
            return uid.map(|uid| Some(Account { uid })).ok_or_else(|| format!("the account {name}"));
        }
    }
    Ok(None)
}
