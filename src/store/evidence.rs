//! Evidence in the store, by its digest.

use sqlx::Row as _;

use super::{Error, Store, Writing};

/// Evidence as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The report as it was printed, `invitro.report/v1`.
    pub report: String,
    /// The same for a terminal, without styles.
    pub text: String,
    /// The same as one page.
    pub page: String,
}

impl Writing {
    /// Keeps evidence. The same evidence is kept once: what it is was decided by its digest.
    pub async fn keep(&mut self, digest: &str, kept: &Kept) -> Result<(), Error> {
        let text = "INSERT INTO evidence (digest, report, words, page) VALUES ($1, $2, $3, $4) ON CONFLICT (digest) DO NOTHING";
        let query = sqlx::query(text).bind(digest).bind(&kept.report).bind(&kept.text).bind(&kept.page);
        query.execute(&mut *self.transaction).await.map(drop).map_err(|error| self.fail("keep evidence", &error))
    }
}

impl Store {
    /// Returns evidence by its digest, as it was kept; whoever uses it looks whether it has that digest still.
    pub async fn kept(&self, digest: &str) -> Result<Option<Kept>, Error> {
        let row = sqlx::query("SELECT report, words, page FROM evidence WHERE digest = $1").bind(digest).fetch_optional(&self.pool).await;
        let read = row.and_then(|row| row.map(|it| Ok(Kept { report: it.try_get(0)?, text: it.try_get(1)?, page: it.try_get(2)? })).transpose());
        read.map_err(|error| self.fail("read", &error))
    }
}
