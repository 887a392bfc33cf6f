//! Evidence in the store, by the digest of all forms in which it is shown: what people approve is what they were shown.

use sqlx::Row as _;

use super::{Error, Store, Writing};
use crate::digest::Digest;

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

impl Kept {
    /// Returns the digest of all of it, each part with its length before it.
    fn digest(&self) -> String {
        let parts = [&self.report, &self.text, &self.page];
        let bytes: Vec<u8> = parts.iter().flat_map(|it| [&(it.len() as u64).to_be_bytes()[..], it.as_bytes()].concat()).collect();
        Digest::of(&bytes).to_string()
    }
}

impl Writing {
    /// Keeps evidence, the same once, and returns the digest by which it is found.
    pub async fn keep(&mut self, kept: &Kept) -> Result<String, Error> {
        let shown = kept.digest();
        let text = "INSERT INTO evidence (shown, report, words, page) VALUES ($1, $2, $3, $4) ON CONFLICT (shown) DO NOTHING";
        let query = sqlx::query(text).bind(&shown).bind(&kept.report).bind(&kept.text).bind(&kept.page);
        query.execute(&mut *self.transaction).await.map_err(|error| self.fail("keep evidence", &error))?;
        Ok(shown)
    }
}

impl Store {
    /// Returns evidence by its digest. What was changed since is an error.
    pub async fn kept(&self, shown: &str) -> Result<Kept, Error> {
        let row = sqlx::query("SELECT report, words, page FROM evidence WHERE shown = $1").bind(shown).fetch_optional(&self.pool).await;
        let read = row.and_then(|row| row.map(|it| Ok(Kept { report: it.try_get(0)?, text: it.try_get(1)?, page: it.try_get(2)? })).transpose());
        let (shown, place) = (shown.to_owned(), self.place.to_string());
        match read.map_err(|error| self.fail("read", &error))? {
            None => Err(Error::Missing { shown, place }),
            Some(kept) if kept.digest() != shown => Err(Error::Altered { shown, place }),
            Some(kept) => Ok(kept),
        }
    }
}
