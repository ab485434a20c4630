//! What a NAME of the command line may mean. Must not know what is then done with it.

use rusqlite::Params;

use super::{super::Result, View};
use crate::domain::{
    ids::{AccountId, IdentityId, PersonId},
    query::Meaning,
    text,
};

/// More candidates than anybody reads.
const MOST: usize = 50;

impl View {
    /// What `name` may mean: an id, a domain, `source:handle`, an exact name or e-mail address, with
    /// `account:` or `member:` before it if need be. Several meanings are all given.
    pub fn resolve(&self, name: &str) -> Result<Vec<Meaning>> {
        self.resolve_in(name.trim()).map_err(|e| self.fail(e))
    }

    fn resolve_in(&self, name: &str) -> rusqlite::Result<Vec<Meaning>> {
        let (accounts, people, name) = match (name.strip_prefix("account:"), name.strip_prefix("member:")) {
            (Some(name), _) => (true, false, name.trim()),
            (_, Some(name)) => (false, true, name.trim()),
            _ => (true, true, name),
        };
        let mut meanings = Vec::new();
        if name.is_empty() {
            return Ok(meanings);
        }
        if accounts {
            self.accounts_named(name, &mut meanings)?;
        }
        if people {
            self.people_named(name, &mut meanings)?;
        }
        Ok(meanings)
    }

    fn accounts_named(&self, name: &str, meanings: &mut Vec<Meaning>) -> rusqlite::Result<()> {
        if let Some(id) = AccountId::parse(name) {
            return self.find(true, "id = ?1", [self.canonical(id)?.0], meanings);
        }
        let domain = name.to_lowercase();
        self.find(true, "id IN (SELECT account FROM account_domain WHERE domain = ?1)", [domain], meanings)?;
        self.find(true, "by_name = ?1", [text::fold(name)], meanings)
    }

    fn people_named(&self, name: &str, meanings: &mut Vec<Meaning>) -> rusqlite::Result<()> {
        let id = PersonId::parse(name).or_else(|| IdentityId::parse(name).map(PersonId::from));
        if let Some(id) = id {
            return self.find(false, "id = ?1", [self.whole(id)?.0], meanings);
        }
        let by_identity = |which: &str| {
            format!(
                "id IN (SELECT pi.person FROM identity i JOIN person_identity pi ON pi.identity = i.seq WHERE {which})"
            )
        };
        if let Some((source, handle)) = name.split_once(':') {
            let handle = handle.trim_start_matches('@');
            let which = by_identity(
                "i.handle = ?2 COLLATE NOCASE
                 AND (i.forge = ?1 OR i.source = (SELECT number FROM source WHERE name = ?1))",
            );
            self.find(false, &which, [source, handle], meanings)?;
        }
        if name.contains('@') {
            self.find(false, &by_identity("i.email = ?1"), [name.to_lowercase()], meanings)?;
        }
        self.find(false, "by_name = ?1", [text::fold(name)], meanings)?;
        if meanings.is_empty() {
            // Linked people go by one name; the others still find them.
            self.find(false, &by_identity("i.name = ?1 COLLATE NOCASE"), [name], meanings)?;
        }
        Ok(())
    }

    fn find(
        &self,
        account: bool,
        which: &str,
        bound: impl Params,
        meanings: &mut Vec<Meaning>,
    ) -> rusqlite::Result<()> {
        let table = if account { "account" } else { "person" };
        let sql = format!("SELECT id, name FROM {table} WHERE {which} ORDER BY by_last, id LIMIT {MOST}");
        let mut find = self.db.prepare_cached(&sql)?;
        let mut rows = find.query(bound)?;
        while let Some(row) = rows.next()? {
            let name = row.get(1)?;
            let meaning = if account {
                Meaning::Account { id: AccountId(row.get(0)?), name }
            } else {
                Meaning::Person { id: PersonId(row.get(0)?), name }
            };
            if !meanings.contains(&meaning) && meanings.len() < MOST {
                meanings.push(meaning);
            }
        }
        Ok(())
    }
}
