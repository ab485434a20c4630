//! Whom a change touches: the actors and those they acted upon, everybody in the threads it happened in, and,
//! where somebody became another (linked, moved, given a role), everybody they ever dealt with. Must not know any
//! rule: it errs by touching too many, never too few.

use std::collections::BTreeSet;

use crate::{
    domain::{decision::Decision, ids::PersonId},
    store::{Dirty, Ledger, StoreError},
};

/// Whose journey is to be thought through again.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) everybody: bool,
    pub(super) persons: BTreeSet<PersonId>,
}

impl Touched {
    pub(super) fn everybody() -> Self {
        Self { everybody: true, persons: BTreeSet::new() }
    }

    /// Those whom decisions speak of, in force or undone.
    pub(super) fn decided(&mut self, ledger: &Ledger<'_>, decisions: &[Decision]) -> Result<(), StoreError> {
        if self.everybody {
            return Ok(());
        }
        for person in decisions.iter().filter_map(|decision| decision.verb.person()) {
            self.persons.insert(ledger.canonical(person)?);
        }
        Ok(())
    }

    /// Those whom changed activities name, and everybody in their threads.
    pub(super) fn of_activities(&mut self, ledger: &Ledger<'_>, dirty: &Dirty) -> Result<(), StoreError> {
        if self.everybody {
            return Ok(());
        }
        for identity in &dirty.identities {
            self.identity(ledger, *identity)?;
        }
        for thread in &dirty.threads {
            self.thread(ledger, *thread)?;
        }
        for identity in &dirty.roles {
            if let Some((person, _)) = ledger.person_of(*identity)? {
                self.all_dealings(ledger, person)?;
            }
        }
        Ok(())
    }

    /// Everybody a person ever dealt with: what others are credited with depends on who this one is.
    pub(super) fn all_dealings(&mut self, ledger: &Ledger<'_>, person: PersonId) -> Result<(), StoreError> {
        if self.everybody {
            return Ok(());
        }
        self.persons.insert(person);
        let identities = ledger.identities_of(person)?;
        let (mut threads, mut others) = (BTreeSet::new(), BTreeSet::new());
        ledger.acts_of(&identities, &mut |act| {
            threads.extend(act.thread);
            others.extend(act.counterpart);
        })?;
        ledger.acts_upon(&identities, &mut |act| {
            others.insert(act.identity);
        })?;
        for other in others {
            self.identity(ledger, other)?;
        }
        for thread in threads {
            self.thread(ledger, thread)?;
        }
        Ok(())
    }

    /// Who may have been credited with bringing somebody: everybody around an activity that was their first.
    pub(super) fn around(&mut self, ledger: &Ledger<'_>, seq: i64) -> Result<(), StoreError> {
        if self.everybody {
            return Ok(());
        }
        // What is gone has been marked when it went.
        let Some(act) = ledger.act(seq)? else { return Ok(()) };
        self.identity(ledger, act.identity)?;
        if let Some(other) = act.counterpart {
            self.identity(ledger, other)?;
        }
        if let Some(thread) = act.thread {
            self.thread(ledger, thread)?;
        }
        Ok(())
    }

    fn thread(&mut self, ledger: &Ledger<'_>, thread: u32) -> Result<(), StoreError> {
        let mut people = BTreeSet::new();
        ledger.acts_in(thread, &mut |act| {
            people.insert(act.identity);
            people.extend(act.counterpart);
        })?;
        people.into_iter().try_for_each(|identity| self.identity(ledger, identity))
    }

    fn identity(&mut self, ledger: &Ledger<'_>, identity: u32) -> Result<(), StoreError> {
        if let Some((person, _)) = ledger.person_of(identity)? {
            self.persons.insert(person);
        }
        Ok(())
    }
}
