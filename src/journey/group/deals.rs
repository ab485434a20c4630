//! The deals of an account, from what a CRM says of the contacts. Must not know stages.
//!
//! A deal is the account's from the first day on which a fact of it falls on somebody who belongs that day. From then
//! on every fact of it counts, also those upon people who have left: a deal does not stay open because its contact
//! changed jobs, and it does not follow them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Past};
use crate::domain::{
    journey::{BEGINNING, DealFact, DealStep},
    time::Day,
};

/// Adds what the deals of these people change, the facts of one day in the order open, won, lost.
pub(super) fn changes<'a>(people: &[Past<'a>], changes: &mut Vec<(Day, Change<'a>)>) {
    let day = |fact: &DealFact| fact.day.max(BEGINNING);
    let mut ours: BTreeMap<u32, Day> = BTreeMap::new();
    for past in people {
        for fact in past.journey.deals.iter().filter(|fact| past.belongs(day(fact))) {
            let since = ours.entry(fact.deal).or_insert_with(|| day(fact));
            *since = day(fact).min(*since);
        }
    }
    let mut steps: Vec<(Day, u32, DealStep)> = Vec::new();
    for (member, past) in people.iter().enumerate() {
        for fact in &past.journey.deals {
            let Some(since) = ours.get(&fact.deal) else { continue };
            changes.push((day(fact), Change::Contact { member, deal: fact.deal }));
            if *since <= day(fact) {
                steps.push((day(fact), fact.deal, fact.what));
            }
        }
    }
    steps.sort_unstable();
    steps.dedup();
    changes.extend(steps.into_iter().map(|(day, deal, what)| (day, Change::Deal { deal, what })));
}

#[derive(Default)]
struct Deal {
    open: bool,
    won: bool,
    contacts: BTreeSet<usize>,
}

/// What is open and won, and how many blockers have an open deal.
pub(super) struct Deals {
    all: BTreeMap<u32, Deal>,
    open: u32,
    won: u32,
    /// Of each member: whether they are an active blocker, and how many open deals they are a contact of.
    members: Vec<(bool, u32)>,
    blocked: u32,
}

impl Deals {
    pub(super) fn new(people: usize) -> Self {
        Self { all: BTreeMap::new(), open: 0, won: 0, members: vec![(false, 0); people], blocked: 0 }
    }

    pub(super) fn is_open(&self) -> bool {
        self.open > 0
    }

    pub(super) fn is_won(&self) -> bool {
        self.won > 0
    }

    /// Whether an active blocker is a contact of an open deal.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked > 0
    }

    pub(super) fn blocks(&mut self, member: usize, blocks: bool) {
        let open = self.members[member].1;
        self.set(member, blocks, open);
    }

    pub(super) fn contact(&mut self, member: usize, deal: u32) {
        let deal = self.all.entry(deal).or_default();
        if !deal.contacts.insert(member) {
            return;
        }
        let (blocks, open) = self.members[member];
        let open = open + u32::from(deal.open);
        self.set(member, blocks, open);
    }

    pub(super) fn step(&mut self, deal: u32, what: DealStep) {
        let deal = self.all.entry(deal).or_default();
        let open = what == DealStep::Open;
        // Whatever becomes of a deal that was won, only its loss ends it.
        let won = what == DealStep::Won || deal.won && what != DealStep::Lost;
        self.won = self.won + u32::from(won) - u32::from(deal.won);
        self.open = self.open + u32::from(open) - u32::from(deal.open);
        let before = std::mem::replace(&mut deal.open, open);
        deal.won = won;
        if before != open {
            for member in deal.contacts.clone() {
                let (blocks, count) = self.members[member];
                self.set(member, blocks, count + u32::from(open) - u32::from(before));
            }
        }
    }

    fn set(&mut self, member: usize, blocks: bool, open: u32) {
        let counts = |(blocks, open): (bool, u32)| u32::from(blocks && open > 0);
        let before = std::mem::replace(&mut self.members[member], (blocks, open));
        self.blocked = self.blocked + counts((blocks, open)) - counts(before);
    }
}
