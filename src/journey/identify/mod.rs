//! Who is who: identities become people by strong keys, by `.mailmap`, by what sources say and by full
//! names; a conflict or a veto stops a link. Pure and independent of the order of the records. Must not
//! know activities.
//!
//! `face` prepares each identity, `keys` and `claims` find candidates, `resolve` joins them in a fixed
//! order. The outcome of a component of candidates depends on that component alone, so that it can be
//! computed anew by itself.

mod claims;
pub(crate) mod face;
mod keys;
pub(crate) mod mailmap;
pub(crate) mod names;
mod resolve;

use std::collections::HashMap;

use crate::domain::{
    decision::{Decision, Verb},
    derived::{Link, PersonParts},
    identity::KnownIdentity,
    ids::IdentityId,
    person::{LinkRule, Nature},
    record::Record,
    settings::Settings,
};

use face::Face;
use mailmap::Mailmap;
use resolve::Said;

pub use resolve::Stop;

/// What is known, from the ledgers.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub identities: &'a [KnownIdentity],
    /// Source, key, the latest version.
    pub records: &'a [(u16, Vec<u8>, Record)],
    /// Those in force, in ledger order.
    pub decisions: &'a [Decision],
    pub settings: &'a Settings,
}

/// Who is who.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// By first identity.
    pub persons: Vec<PersonParts>,
    /// The accepted evidence: just enough to hold each person together.
    pub links: Vec<Link>,
    /// Links that were stopped.
    pub conflicts: Vec<Conflict>,
}

/// Two identities that a rule would have made one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// Ledger numbers, `a < b`.
    pub a: u32,
    pub b: u32,
    pub rule: LinkRule,
    pub stop: Stop,
}

/// Links identities to people.
pub fn people(known: &Known<'_>) -> People {
    let sorted = by_ledger(known.identities);
    let mut faces: Vec<Face> = sorted.iter().map(|one| Face::new(one, &known.settings.you)).collect();
    let mailmap = Mailmap::read(known.records);
    face::vouch(&mut faces, &sorted, &mailmap);
    let mut candidates = keys::candidates(&faces, &sorted, &mailmap);
    candidates.groups.extend(claims::groups(&faces, &sorted, known.records));
    candidates.order();
    let said = said(&sorted, known.decisions);
    let resolved = resolve::resolve(candidates, &said);
    let seq = |at: u32| faces[at as usize].seq;
    let mut links: Vec<Link> = resolved
        .links
        .iter()
        .map(|(a, b, rule)| Link { a: seq(*a.min(b)), b: seq(*a.max(b)), rule: *rule })
        .collect();
    links.sort_unstable();
    let mut conflicts: Vec<Conflict> = resolved
        .stops
        .iter()
        .map(|(a, b, rule, stop)| Conflict { a: seq(*a.min(b)), b: seq(*a.max(b)), rule: *rule, stop: *stop })
        .collect();
    conflicts.sort_unstable();
    conflicts.dedup();
    People { persons: persons(&resolved.root, &faces, &sorted, &mailmap), links, conflicts }
}

/// The identities in ledger order.
pub(crate) fn by_ledger(identities: &[KnownIdentity]) -> Vec<&KnownIdentity> {
    let mut sorted: Vec<&KnownIdentity> = identities.iter().collect();
    sorted.sort_by_key(|one| one.seq);
    sorted
}

/// The decisions about pairs of identities that are known, by place.
fn said(sorted: &[&KnownIdentity], decisions: &[Decision]) -> Vec<Said> {
    let pairs: Vec<(bool, IdentityId, IdentityId)> = decisions
        .iter()
        .filter(|decision| decision.undone_by.is_none())
        .filter_map(|decision| match decision.verb {
            Verb::Link { a, b } => Some((true, a, b)),
            Verb::Veto { a, b } => Some((false, a, b)),
            _ => None,
        })
        .filter(|(_, a, b)| a != b)
        .collect();
    if pairs.is_empty() {
        return Vec::new();
    }
    let places: HashMap<IdentityId, u32> = (0_u32..).zip(sorted).map(|(at, one)| (one.id, at)).collect();
    let pairs = pairs.into_iter().filter_map(|(link, a, b)| {
        let (a, b) = (*places.get(&a)?, *places.get(&b)?);
        Some(if link { Said::Link(a, b) } else { Said::Veto(a, b) })
    });
    pairs.collect()
}

fn persons(
    root: &[u32],
    faces: &[Face],
    sorted: &[&KnownIdentity],
    mailmap: &Mailmap<'_>,
) -> Vec<PersonParts> {
    let mut members: Vec<(u32, u32)> = (0_u32..).zip(root).map(|(at, root)| (*root, at)).collect();
    members.sort_unstable();
    members
        .chunk_by(|a, b| a.0 == b.0)
        .map(|chunk| {
            let places: Vec<usize> = chunk.iter().map(|(_, at)| *at as usize).collect();
            let all = |test: fn(&Face) -> bool| places.iter().all(|at| test(&faces[*at]));
            let nature = if all(|face| face.bot) {
                Nature::Bot
            } else if all(|face| !face.own) {
                Nature::Human
            } else {
                Nature::Own
            };
            PersonParts {
                id: sorted[places[0]].id.into(),
                identities: places.iter().map(|at| faces[*at].seq).collect(),
                name: name_of(&places, faces, sorted, mailmap),
                nature,
            }
        })
        .collect()
}

/// The name of a person: the `.mailmap`'s proper name, else the name that is most a full name, then most
/// frequent, then longest, then earliest; else a handle, else the local part of an address, else a name that
/// says nothing.
fn name_of(places: &[usize], faces: &[Face], sorted: &[&KnownIdentity], mailmap: &Mailmap<'_>) -> String {
    let profile = |at: usize| &sorted[at].profile;
    let mut votes: Vec<((bool, bool), &str, usize)> = Vec::new();
    for at in places {
        let face = &faces[*at];
        let name = profile(*at).name.as_deref();
        let proper = (!mailmap.is_empty())
            .then(|| mailmap.proper(face.source, name, &face.email))
            .flatten()
            .and_then(|proper| proper.name);
        if let Some(proper) = proper {
            votes.push(((true, true), proper, *at));
        }
        if let Some(name) = name.filter(|name| says_something(name, face)) {
            // `jane-doe` is a handle, whatever its words are.
            votes.push(((false, face.full && name.trim().contains(' ')), name, *at));
        }
    }
    let mut best = None;
    votes.sort_unstable_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
    for chunk in votes.chunk_by(|a, b| a.0 == b.0 && a.1 == b.1) {
        let (class, name, first) = chunk[0];
        let rank = (class, chunk.len(), name.chars().count(), std::cmp::Reverse(first));
        if best.as_ref().is_none_or(|(top, _)| rank > *top) {
            best = Some((rank, name));
        }
    }
    let telling = |name: &&str| !name.is_empty() && !crate::journey::lists::is_generic_name(name);
    best.map(|(_, name)| name.to_owned())
        .or_else(|| places.iter().find_map(|at| profile(*at).handle.clone()))
        .or_else(|| places.iter().find_map(|at| Some(faces[*at].local()).filter(telling).map(str::to_owned)))
        .or_else(|| places.iter().find_map(|at| profile(*at).name.clone()))
        .unwrap_or_else(|| profile(places[0]).native.clone())
}

/// Whether a name is worth showing: no address, and none of the names that say nothing.
fn says_something(name: &str, face: &Face) -> bool {
    !name.contains('@')
        && !name.trim().is_empty()
        && (face.bot || !crate::journey::lists::is_generic_name(&face.words))
}
