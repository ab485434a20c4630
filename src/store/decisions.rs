//! The ledger of decisions and the settings that were adopted. Must not know how a decision is carried out;
//! it only knows which ones hold.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::{Result, Store, StoreError, open};
use crate::domain::{
    decision::{Decision, Verb},
    ids::DecisionId,
    time::Time,
};

impl Store {
    /// Appends a decision. An undo must name a decision that holds.
    pub fn decide(&mut self, at: Time, author: &str, reason: Option<&str>, verb: Verb) -> Result<Decision> {
        self.decide_in(at, author, reason, verb, None).map_err(|error| error.at(&self.path))
    }

    /// Adopts settings: conclusions are drawn with them from now on.
    pub fn adopt(&mut self, hash: &str, settings: &str, at: Time, author: &str) -> Result<Decision> {
        let verb = Verb::Adopt { settings: hash.to_owned() };
        self.decide_in(at, author, None, verb, Some((hash, settings))).map_err(|error| error.at(&self.path))
    }

    fn decide_in(
        &mut self,
        at: Time,
        author: &str,
        reason: Option<&str>,
        verb: Verb,
        settings: Option<(&str, &str)>,
    ) -> Result<Decision> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let all = all(&tx)?;
        if let Verb::Undo { decision } = &verb {
            let target = all.iter().find(|known| known.id == *decision);
            let target = target.ok_or_else(|| StoreError::NoDecision { id: decision.to_string() })?;
            if let Some(by) = target.undone_by {
                return Err(StoreError::AlreadyUndone { id: decision.to_string(), by: by.to_string() });
            }
        }
        let seq = all.len() + 1;
        // The ledger only grows, so a place in it names a decision for ever.
        let id = DecisionId(self.key.identity("\u{1}decision", &seq.to_string()).0);
        let body = serde_json::to_string(&verb)
            .map_err(|error| StoreError::Other { path: self.path.clone(), detail: error.to_string() })?;
        if let Some((hash, body)) = settings {
            tx.execute("INSERT OR IGNORE INTO settings(hash, body) VALUES(?1, ?2)", (hash, body))?;
        }
        tx.execute(
            "INSERT INTO decision(id, at, author, reason, verb) VALUES(?1, ?2, ?3, ?4, ?5)",
            params![id.0, at.0, author, reason, body],
        )?;
        if let Some(concerns) = concerns(&verb, &all) {
            open::set_meta(&tx, concerns, 1)?;
        }
        open::set_meta(&tx, "version", open::meta(&tx, "version")?.unwrap_or(0) + 1)?;
        tx.commit()?;
        let (author, reason) = (author.to_owned(), reason.map(ToOwned::to_owned));
        Ok(Decision { id, at, author, reason, verb, undone_by: None })
    }

    /// Every decision in the order in which they were made.
    pub fn decisions(&self) -> Result<Vec<Decision>> {
        all(&self.db).map_err(|error| error.at(&self.path))
    }

    /// Settings that were adopted at some time, by their hash.
    pub fn settings(&self, hash: &str) -> Result<Option<String>> {
        let find = "SELECT body FROM settings WHERE hash = ?1";
        self.db.query_row(find, [hash], |row| row.get(0)).optional().map_err(|e| self.fail(e))
    }

    /// The settings in force: their hash and what was adopted.
    pub fn adopted(&self) -> Result<Option<(String, String)>> {
        adopted(&self.db).map_err(|error| error.at(&self.path))
    }
}

/// What of the conclusions a decision concerns, by the name under which that is remembered: where somebody stands, or
/// everything. An undo concerns what it undoes.
fn concerns(verb: &Verb, all: &[Decision]) -> Option<&'static str> {
    let mut verb = verb;
    // Each undo names an earlier decision, so that this ends.
    while let Verb::Undo { decision } = verb {
        let Some(target) = all.iter().find(|known| known.id == *decision) else { return Some("rest") };
        verb = &target.verb;
    }
    match verb {
        Verb::Note { .. } | Verb::Export { .. } => None,
        Verb::Pin { .. } | Verb::Climber { .. } | Verb::LeaveAlone { .. } => Some("decided"),
        _ => Some("rest"),
    }
}

pub(super) fn adopted(db: &Connection) -> Result<Option<(String, String)>> {
    let hash = all(db)?.into_iter().rev().find_map(|decision| match decision.verb {
        Verb::Adopt { settings } if decision.undone_by.is_none() => Some(settings),
        _ => None,
    });
    let Some(hash) = hash else { return Ok(None) };
    let body = db.query_row("SELECT body FROM settings WHERE hash = ?1", [&hash], |row| row.get(0))?;
    Ok(Some((hash, body)))
}

/// Every decision, with what undid it. An undo that is itself undone undoes nothing.
pub(super) fn all(db: &Connection) -> Result<Vec<Decision>> {
    let mut find = db.prepare_cached("SELECT id, at, author, reason, verb FROM decision ORDER BY seq")?;
    let mut rows = find.query([])?;
    let mut decisions = Vec::new();
    while let Some(row) = rows.next()? {
        let body: String = row.get(4)?;
        let verb = serde_json::from_str(&body).map_err(|error| StoreError::Corrupt {
            path: "".into(),
            detail: format!("a decision cannot be read: {error}"),
        })?;
        decisions.push(Decision {
            id: DecisionId(row.get(0)?),
            at: Time(row.get(1)?),
            author: row.get(2)?,
            reason: row.get(3)?,
            verb,
            undone_by: None,
        });
    }
    // An undo comes after what it undoes: going backwards, all that may undo it has been seen.
    let mut undone = BTreeMap::new();
    for decision in decisions.iter_mut().rev() {
        decision.undone_by = undone.get(&decision.id).copied();
        if let (Verb::Undo { decision: target }, None) = (&decision.verb, decision.undone_by) {
            undone.insert(*target, decision.id);
        }
    }
    Ok(decisions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ids::{IdentityId, PersonId},
        stage::Stage,
    };

    /// What is to be concluded anew after a decision: where somebody stands, everything.
    fn after(store: &mut Store, verb: Verb) -> ((bool, bool), DecisionId) {
        store.derive().unwrap().finish().unwrap();
        let made = store.decide(Time(0), "dana", None, verb).unwrap();
        let dirty = store.dirty().unwrap();
        ((dirty.decided, dirty.rest), made.id)
    }

    #[test]
    fn only_a_decision_on_who_is_who_has_everybody_identified_anew() {
        let mut store = Store::memory().unwrap();
        let person = PersonId([1; 10]);
        let (a, b) = (IdentityId([1; 10]), IdentityId([2; 10]));
        let (pinned, pin) = after(&mut store, Verb::Pin { person, stage: Stage::Guide, until: None });
        assert_eq!(pinned, (true, false));
        assert_eq!(after(&mut store, Verb::LeaveAlone { person, until: None }).0, (true, false));
        let (linked, link) = after(&mut store, Verb::Link { a, b });
        assert_eq!(linked, (false, true));
        let (undone, undo) = after(&mut store, Verb::Undo { decision: pin });
        assert_eq!(undone, (true, false));
        assert_eq!(after(&mut store, Verb::Undo { decision: link }).0, (false, true));
        assert_eq!(after(&mut store, Verb::Undo { decision: undo }).0, (true, false), "the pin holds again");
    }
}
