//! Who asks for something, and what they may do.

use std::{collections::BTreeSet, fmt};

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Proposes changes, gives new evidence, asks for approval.
    Author,
    /// Approves and rejects.
    Approver,
    /// Applies and rolls back.
    Operator,
    /// All of that, overrides what is unproven, declares emergencies and cuts the log. No rule about people is waived for one.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] = [Role::Viewer, Role::Author, Role::Approver, Role::Operator, Role::Admin];

    /// Returns the word of configuration.
    pub fn word(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Author => "author",
            Role::Approver => "approver",
            Role::Operator => "operator",
            Role::Admin => "admin",
        }
    }

    /// Finds a role by its word.
    pub fn of(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|it| it.word() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

/// Who asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The name that is recorded.
    pub name: String,
    /// What they may do.
    pub roles: BTreeSet<Role>,
}

impl Actor {
    /// Makes an actor.
    pub fn new(name: &str, roles: impl IntoIterator<Item = Role>) -> Actor {
        Actor { name: name.to_owned(), roles: roles.into_iter().collect() }
    }

    /// Answers whether somebody has a role; an admin has all.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role) || self.roles.contains(&Role::Admin)
    }
}
