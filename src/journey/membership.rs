//! Who belonged where, and when: the evidence of each person, and a fold over their activities. Must not
//! know how identities were linked nor how accounts were found.
//!
//! The rules, as they can be said on a screen:
//! - Of several statements about a day the best ground counts: decision, CRM, affiliation, roster, then
//!   e-mail, then what can be inferred. Between statements of one ground the one that began later counts.
//! - A statement without a beginning speaks of now: it begins where the work e-mails of other accounts end.
//! - A work e-mail says where somebody was on that day: the raw address of the commit, not the one that
//!   `.mailmap` puts in its place.
//! - An activity without a work e-mail belongs to where the nearest work e-mail within a year points (of
//!   two equally near the earlier one): *inferred*. Without one, the `.mailmap`'s address counts as its
//!   e-mail; without that, it belongs nowhere.
//! - A membership by e-mail lasts from its first day until another account's e-mails go on after its last
//!   one: then it ends where the other began, at the earliest the day after its own last. Nobody leaves by
//!   being quiet; who goes on without a work e-mail for longer than one speaks (`[thresholds] elsewhere_days`,
//!   a year) was last seen there with the last one, and belongs there until the first act after that time. Who
//!   comes back after more than a year in which others spoke, or acts that belong nowhere, has two memberships.
//! - A better ground cuts a weaker one out of the period that it covers.
//! - A decision covers all that sources say, also that somebody belonged nowhere; of two decisions the later one
//!   counts. Who moved on without a known company no longer belongs to the accounts of before, whatever still
//!   comes from them. No e-mail speaks for days on the other side of a move.

mod decided;
mod fold;
mod spans;

use crate::domain::{
    activity::Kind,
    derived::PersonParts,
    ids::AccountId,
    person::{Ground, Nature},
    time::{Day, Time},
};

use super::{
    identify::{Known, People},
    organisation::{Accounts, statements},
};

pub(in crate::journey) use decided::companies;
pub use fold::fold;

/// All that is known of where a person belonged, beside their activities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Ledger numbers, ascending, each with the accounts of its raw and its `.mailmap`'s address (an index
    /// into the accounts); identities without either are left out.
    pub mail: Vec<(u32, Option<u32>, Option<u32>)>,
    /// Best ground first; of one ground the one that began later first.
    pub stated: Vec<Stated>,
    /// Periods in which the accounts of before no longer count, in order of days.
    pub left: Vec<Left>,
    /// The days on which the person was decided to have moved on, ascending.
    pub moved: Vec<Day>,
    /// The accounts named above, in the order of their ids, which is the order of all ties.
    pub accounts: Vec<u32>,
    /// For how many days a work e-mail speaks for acts without one; who acts for longer has gone elsewhere.
    pub elsewhere_days: u32,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            mail: Vec::new(),
            stated: Vec::new(),
            left: Vec::new(),
            moved: Vec::new(),
            accounts: Vec::new(),
            elsewhere_days: spans::YEAR.unsigned_abs(),
        }
    }
}

/// Somebody said that the person belongs to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated {
    /// `None`: nowhere.
    pub account: Option<u32>,
    pub ground: Ground,
    pub from: Option<Day>,
    /// The first day that no longer counts.
    pub to: Option<Day>,
}

/// The person has left where they were before `on`; that counts from `from` until `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    pub on: Day,
    pub from: Day,
    /// The first day that no longer counts.
    pub to: Option<Day>,
}

/// An activity, as far as memberships are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// The ledger number of who acted.
    pub identity: u32,
    pub kind: Kind,
    pub at: Time,
}

/// The evidence of every person, in the order of `people.persons`. Bots and your own have none.
pub fn evidence(known: &Known<'_>, people: &People, accounts: &Accounts) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = people.persons.iter().map(|person| mail_of(person, accounts)).collect();
    for statement in statements(known, people) {
        let Some(account) = accounts.of_company(statement.company) else { continue };
        let usable = match (statement.from, statement.to) {
            (Some(from), Some(to)) => from < to,
            _ => true,
        };
        if usable {
            all[statement.person as usize].stated.push(Stated {
                account: Some(account),
                ground: statement.ground,
                from: statement.from,
                to: statement.to,
            });
        }
    }
    for (place, decided) in decided::decided(known, people, accounts) {
        let evidence = &mut all[place];
        evidence.stated.extend(decided.stated);
        (evidence.left, evidence.moved) = (decided.left, decided.moved);
    }
    let elsewhere_days = known.settings.rules.thresholds.elsewhere_days;
    let id = |account: u32| accounts.list[account as usize].id;
    for evidence in &mut all {
        evidence.elsewhere_days = elsewhere_days;
        let Evidence { mail, stated, accounts, .. } = evidence;
        stated.sort_by_key(|one| (one.ground, std::cmp::Reverse(one.from), one.account.map(id), one.to));
        stated.dedup();
        accounts.extend(mail.iter().flat_map(|(_, raw, proper)| [*raw, *proper]).flatten());
        accounts.extend(stated.iter().filter_map(|one| one.account));
        accounts.sort_by_key(|account| id(*account));
        accounts.dedup();
    }
    all
}

fn mail_of(person: &PersonParts, accounts: &Accounts) -> Evidence {
    if person.nature != Nature::Human {
        return Evidence::default();
    }
    let of = |seq: &u32| (*seq, accounts.of_identity(*seq), accounts.of_proper_address(*seq));
    let mail = person.identities.iter().map(of).filter(|(_, raw, proper)| raw.or(*proper).is_some());
    Evidence { mail: mail.collect(), ..Evidence::default() }
}

/// Names all that [`fold`] depends on besides the activities: equal fingerprints and equal activities
/// yield equal memberships. Stable across builds and machines, and when other accounts come or go.
pub fn fingerprint(person: &PersonParts, evidence: &Evidence, accounts: &Accounts) -> u64 {
    let mut hash = Fnv::new();
    let id = |account: Option<u32>| account.map_or(AccountId([0; 10]), |at| accounts.list[at as usize].id);
    hash.add(&[1, person.nature as u8]);
    for seq in &person.identities {
        hash.add(&seq.to_be_bytes());
    }
    hash.add(&[2]);
    for (seq, raw, proper) in &evidence.mail {
        hash.add(&seq.to_be_bytes());
        hash.add(&id(*raw).0);
        hash.add(&id(*proper).0);
    }
    hash.add(&[3]);
    for one in &evidence.stated {
        hash.add(&id(one.account).0);
        hash.add(&[one.ground as u8]);
        hash.days(&[one.from, one.to]);
    }
    hash.add(&[4]);
    for left in &evidence.left {
        hash.days(&[Some(left.on), Some(left.from), left.to]);
    }
    hash.add(&[5]);
    for day in &evidence.moved {
        hash.days(&[Some(*day)]);
    }
    hash.add(&evidence.elsewhere_days.to_be_bytes());
    hash.0
}

/// FNV-1a: short, and the same everywhere.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn days(&mut self, days: &[Option<Day>]) {
        for day in days {
            self.add(&[u8::from(day.is_some())]);
            self.add(&day.unwrap_or_default().0.to_be_bytes());
        }
    }
}
