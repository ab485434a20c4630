//! From ledgers to conclusions: reads what is known, lets the journey conclude, writes what changed. Must not
//! know any rule.
//!
//! One run, whose writes are one transaction:
//! 1. **Who is who and who was where** (`who`). If anything but activities changed (identities, records,
//!    decisions, settings), everybody is identified anew; else only the memberships of those who acted are
//!    folded, from the evidence kept.
//! 2. **Whom that touches** (`touched`): actors and those they acted upon, everybody in their threads;
//!    everybody they ever dealt with, where somebody became another, belongs elsewhere, or came to hold or
//!    lost a role; those around what was somebody's first act until now; those whom decisions name; and those
//!    for whom the day has come on which time alone changes something.
//! 3. **Where each of these stands** ([`journeys`]), each alone and from all of their facts.
//! 4. **Where the accounts stand** (`accounts`) of those who stand elsewhere than before or belong elsewhere.
//! 5. **The momentum of all** ([`trend`]), when a week that counts has changed, another one is over, or the
//!    rules are other ones.
//!
//! A run after a few changes ends with the same rows, bit for bit, as one over everything. For each step asks
//! its whole question again for whom it asks at all, and whoever is not asked has the same input as before:
//! `touched` errs by touching too many. Rules, zones or an engine that differ from those of the last run, and a
//! source of whose silence less is known than then (`heard`), touch everybody. The tests hold it to the digest of the derived tables (`tests/derivation`), and
//! `buyin rebuild --check` does so anywhere.
//!
//! A run that finds that another buyin wrote while it was thinking concludes nothing and begins again.

mod accounts;
mod heard;
pub mod journeys;
pub mod lens;
mod speakers;
pub mod surroundings;
mod touched;
pub mod trend;
mod who;

use std::collections::BTreeSet;

use crate::{
    domain::{decision::Decision, settings::Settings, time::Day},
    store::{Dirty, Store, StoreError},
};

use touched::Touched;

/// A part of a derivation that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Who is who, and who was where.
    People,
    Journeys,
    Accounts,
    Momentum,
    /// Indexes are built, and all is written.
    Written,
}

/// Derives what the ledgers' last changes touch, and what the days since then have brought. `false`: nothing.
pub fn run(store: &mut Store, settings: &Settings, today: Day) -> Result<bool, StoreError> {
    watched(store, settings, today, &mut |_| ())
}

/// The same; `done` hears of each part as it ends.
pub fn watched(
    store: &mut Store,
    settings: &Settings,
    today: Day,
    done: &mut dyn FnMut(Step),
) -> Result<bool, StoreError> {
    let mut any = false;
    // What time brings is looked at once: it may wait for silence to be known.
    let mut time = true;
    loop {
        let dirty = store.dirty()?;
        let everything = store.remembered(RULES)? != Some(fingerprint(settings)) || heard::fell_back(store)?;
        let due =
            time && (store.is_due(today)? || accounts::is_due(store, today)? || trend::is_due(store, today)?);
        if dirty.is_empty() && !everything && !due {
            return Ok(any);
        }
        if once(store, settings, today, (&dirty, everything), done)? {
            any = true;
            time = false;
        }
    }
}

/// Under which name the store remembers by which rules the journeys were concluded.
const RULES: &str = "rules";

/// `false`: another buyin wrote while this one was thinking, so that nothing was concluded.
fn once(
    store: &mut Store,
    settings: &Settings,
    today: Day,
    (dirty, everything): (&Dirty, bool),
    done: &mut dyn FnMut(Step),
) -> Result<bool, StoreError> {
    let decisions: Vec<Decision> = store.decisions()?;
    let in_force: Vec<Decision> =
        decisions.iter().filter(|decision| decision.undone_by.is_none()).cloned().collect();
    let identified = if dirty.rest { Some(who::identify(store, settings, &in_force)?) } else { None };
    let accounts_due = accounts::is_due(store, today)?;
    let deriving = store.derive()?;
    if deriving.version()? != dirty.version {
        return Ok(false);
    }
    let mut touched =
        if everything || deriving.is_fresh() { Touched::everybody() } else { Touched::default() };
    match identified {
        Some(identified) => who::put(&deriving, identified, dirty, &mut touched)?,
        None => who::again(&deriving, settings, dirty, &mut touched)?,
    }
    if dirty.rest || dirty.decided {
        // A decision that was made or undone may speak of anybody whom decisions name.
        touched.decided(&deriving.ledger(), &decisions)?;
    }
    touched.of_activities(&deriving.ledger(), dirty)?;
    if !touched.everybody {
        touched.persons.extend(deriving.due(today)?);
    }
    let mut of = BTreeSet::from_iter(deriving.count()?);
    done(Step::People);
    of.extend(journeys::conclude(&deriving, settings, today, &mut touched, &in_force)?);
    deriving.index_interests()?;
    done(Step::Journeys);
    let everywhere = touched.everybody || accounts_due;
    accounts::conclude(&deriving, settings, today, (!everywhere).then_some(&of))?;
    done(Step::Accounts);
    trend::conclude(&deriving, settings, today, everything)?;
    done(Step::Momentum);
    deriving.remember(RULES, fingerprint(settings))?;
    heard::remember(&deriving)?;
    deriving.finish()?;
    done(Step::Written);
    Ok(true)
}

/// What the journeys depend on beside facts and decisions. FNV-1a: short, and the same everywhere.
fn fingerprint(settings: &Settings) -> i64 {
    let shaped = serde_json::to_vec(&(crate::domain::settings::ENGINE, &settings.rules, &settings.zones));
    let hash = shaped.unwrap_or_default().into_iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash.cast_signed()
}
