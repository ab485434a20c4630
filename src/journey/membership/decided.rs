//! What was decided about where people belong, painted onto the time of each: a later decision covers an earlier
//! one. Must not know activities.
//!
//! - *Correct* says where somebody belonged in a period, or that they belonged nowhere.
//! - *Moved on* ends what was before on its day. With a company the person belongs there until the next move;
//!   without one the accounts of before no longer count, whatever still comes from them, and a new one may.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{
    decision::Verb,
    ids::PersonId,
    person::{Ground, Nature},
    time::Day,
};

use super::{
    Left, Stated,
    spans::{EVER, NEVER},
};
use crate::journey::{
    identify::{Known, People},
    organisation::Accounts,
};

/// The decisions about one person.
#[derive(Debug, Default)]
pub(super) struct Decided {
    pub(super) stated: Vec<Stated>,
    pub(super) left: Vec<Left>,
    /// The days on which they moved on, ascending.
    pub(super) moved: Vec<Day>,
}

/// What is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paint {
    /// At the account, or nowhere.
    At(Option<u32>),
    /// Gone from where they were on that day.
    Left { on: i32 },
}

/// Half-open days.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: i32,
    to: i32,
    paint: Paint,
}

/// The decisions that hold, by the place of their person in `people.persons`.
pub(super) fn decided(known: &Known<'_>, people: &People, accounts: &Accounts) -> BTreeMap<usize, Decided> {
    let mut by_person: BTreeMap<usize, Vec<&Verb>> = BTreeMap::new();
    for (place, verb) in about_people(known, people) {
        by_person.entry(place).or_default().push(verb);
    }
    by_person.into_iter().map(|(place, verbs)| (place, timeline(&verbs, accounts))).collect()
}

/// The companies that decisions name, each with the place of the person.
pub(in crate::journey) fn companies<'a>(known: &Known<'a>, people: &People) -> Vec<(u32, &'a str)> {
    let named = about_people(known, people).into_iter().filter_map(|(place, verb)| {
        let company = match verb {
            Verb::MovedOn { to, .. } => to.as_deref(),
            Verb::Correct { company, .. } => company.as_deref(),
            _ => None,
        };
        Some((u32::try_from(place).ok()?, company?))
    });
    named.collect()
}

/// In the order in which they were decided. The id of any identity of a person means the person.
fn about_people<'a>(known: &Known<'a>, people: &People) -> Vec<(usize, &'a Verb)> {
    let wanted = |verb: &&Verb| matches!(verb, Verb::MovedOn { .. } | Verb::Correct { .. });
    let holding = known.decisions.iter().filter(|decision| decision.undone_by.is_none());
    let verbs: Vec<&Verb> = holding.map(|decision| &decision.verb).filter(wanted).collect();
    if verbs.is_empty() {
        return Vec::new();
    }
    let seqs: HashMap<PersonId, u32> =
        known.identities.iter().map(|one| (PersonId::from(one.id), one.seq)).collect();
    let mut places: HashMap<u32, usize> = HashMap::new();
    for (place, person) in people.persons.iter().enumerate().filter(|(_, one)| one.nature == Nature::Human) {
        places.extend(person.identities.iter().map(|seq| (*seq, place)));
    }
    let place = |verb: &Verb| places.get(seqs.get(&verb.person()?)?).copied();
    verbs.into_iter().filter_map(|verb| Some((place(verb)?, verb))).collect()
}

fn timeline(verbs: &[&Verb], accounts: &Accounts) -> Decided {
    let mut moved: Vec<Day> = verbs
        .iter()
        .filter_map(|verb| match verb {
            Verb::MovedOn { on, .. } => Some(*on),
            _ => None,
        })
        .collect();
    moved.sort_unstable();
    moved.dedup();
    let mut pieces = Vec::new();
    for verb in verbs {
        match verb {
            Verb::MovedOn { on, to, .. } => {
                let next = moved.iter().find(|day| *day > on).map_or(NEVER, |day| day.0);
                let at = |company: &String| Paint::At(accounts.of_company(company));
                let paint = to.as_ref().map_or(Paint::Left { on: on.0 }, at);
                lay(&mut pieces, Piece { from: on.0, to: next, paint });
            }
            Verb::Correct { company, from, to, .. } => {
                let at = company.as_ref().and_then(|company| accounts.of_company(company));
                let (from, to) = (from.map_or(EVER, |day| day.0), to.map_or(NEVER, |day| day.0));
                lay(&mut pieces, Piece { from, to, paint: Paint::At(at) });
            }
            _ => {}
        }
    }
    let mut decided = Decided { moved, ..Decided::default() };
    let end = |day: i32| (day != EVER && day != NEVER).then_some(Day(day));
    for Piece { from, to, paint } in pieces {
        let (from, to) = (end(from), end(to));
        match paint {
            Paint::At(account) => {
                decided.stated.push(Stated { account, ground: Ground::Decision, from, to });
            }
            Paint::Left { on } => {
                decided.left.push(Left { on: Day(on), from: from.unwrap_or(Day(on)), to });
            }
        }
    }
    decided
}

/// Puts a piece over what is there; neighbours of the same paint become one. In order of days.
fn lay(pieces: &mut Vec<Piece>, new: Piece) {
    if new.from >= new.to {
        return;
    }
    let mut all: Vec<Piece> = Vec::with_capacity(pieces.len() + 2);
    for old in pieces.drain(..) {
        let before = Piece { to: old.to.min(new.from), ..old };
        let after = Piece { from: old.from.max(new.to), ..old };
        all.extend([before, after].into_iter().filter(|piece| piece.from < piece.to));
    }
    all.push(new);
    all.sort_by_key(|piece| piece.from);
    for piece in all {
        match pieces.last_mut() {
            Some(last) if last.to == piece.from && last.paint == piece.paint => last.to = piece.to,
            _ => pieces.push(piece),
        }
    }
}
