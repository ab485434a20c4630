//! What is known of others, asked once and remembered. Must not know any rule.

use std::collections::HashMap;

use crate::{
    domain::{
        ids::{AccountId, PersonId},
        person::Nature,
        time::{Day, Time},
    },
    journey::case::{Act, Around, Belonging, Other, Subject},
};

use super::engine::OPENINGS;

/// Whose something is, seen from the person that is assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Mine,
    /// Of another human.
    Theirs(PersonId),
    Bots,
    Unknown,
}

/// A person and the others around them.
pub(super) struct Known<'a> {
    subject: &'a Subject<'a>,
    around: &'a mut dyn Around,
    who: HashMap<u32, Other>,
    openers: HashMap<u32, Option<(Time, u32)>>,
    bonds: HashMap<PersonId, Vec<Belonging>>,
    firsts: HashMap<PersonId, Option<Act>>,
    roles: HashMap<PersonId, Vec<(Day, Option<Day>)>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(subject: &'a Subject<'a>, around: &'a mut dyn Around) -> Self {
        Self {
            subject,
            around,
            who: HashMap::new(),
            openers: HashMap::new(),
            bonds: HashMap::new(),
            firsts: HashMap::new(),
            roles: HashMap::new(),
        }
    }

    pub(super) fn is_me(&self, identity: u32) -> bool {
        self.subject.identities.binary_search(&identity).is_ok()
    }

    pub(super) fn who(&mut self, identity: u32) -> Other {
        *self.who.entry(identity).or_insert_with(|| self.around.who(identity))
    }

    pub(super) fn whose(&mut self, identity: u32) -> Whose {
        if self.is_me(identity) {
            return Whose::Mine;
        }
        let other = self.who(identity);
        match other.nature {
            Nature::Bot => Whose::Bots,
            _ if other.person == self.subject.person => Whose::Mine,
            Nature::Human | Nature::Own => Whose::Theirs(other.person),
        }
    }

    /// The other human behind a counterpart.
    pub(super) fn other(&mut self, identity: Option<u32>) -> Option<PersonId> {
        match self.whose(identity?) {
            Whose::Theirs(person) => Some(person),
            _ => None,
        }
    }

    /// All acts of a thread; remembers who opened it.
    pub(super) fn thread(&mut self, thread: u32) -> Vec<Act> {
        let acts = self.around.thread(thread);
        self.openers.insert(thread, opening(&acts).map(|act| (act.at, act.identity)));
        acts
    }

    /// Who had opened a thread by a moment.
    pub(super) fn opener(&mut self, thread: Option<u32>, by: Time) -> Whose {
        self.opened_by(thread, by).map_or(Whose::Unknown, |identity| self.whose(identity))
    }

    fn opened_by(&mut self, thread: Option<u32>, by: Time) -> Option<u32> {
        let thread = thread?;
        if !self.openers.contains_key(&thread) {
            self.thread(thread);
        }
        let (at, identity) = self.openers.get(&thread).copied().flatten()?;
        (at <= by).then_some(identity)
    }

    /// The identity whose change, issue or answer an act is upon: its counterpart, else who opened the thread.
    pub(super) fn upon(&mut self, act: &Act) -> Option<u32> {
        act.counterpart.or_else(|| self.opened_by(act.thread, act.at))
    }

    /// Whose change, issue or answer an act is upon.
    pub(super) fn whose_is(&mut self, act: &Act) -> Whose {
        self.upon(act).map_or(Whose::Unknown, |identity| self.whose(identity))
    }

    /// Whether the person belongs or belonged anywhere at all.
    pub(super) fn has_account(&self) -> bool {
        !self.subject.memberships.is_empty()
    }

    /// Whether somebody belonged to the same account on a day.
    pub(super) fn is_colleague(&mut self, person: PersonId, day: Day) -> bool {
        let mine = self.subject.memberships;
        if mine.is_empty() {
            return false;
        }
        let theirs = self.bonds.entry(person).or_insert_with(|| {
            let mut all = self.around.memberships(person);
            all.retain(|theirs| mine.iter().any(|mine| mine.account == theirs.account));
            all
        });
        let here = |account: AccountId| mine.iter().any(|mine| mine.account == account && mine.holds(day));
        theirs.iter().any(|theirs| theirs.holds(day) && here(theirs.account))
    }

    /// Who began in a thread.
    pub(super) fn newcomers(&mut self, thread: u32) -> Vec<PersonId> {
        self.around.newcomers(thread)
    }

    fn first(&mut self, person: PersonId) -> Option<Act> {
        *self.firsts.entry(person).or_insert_with(|| self.around.first(person))
    }

    /// The first act of another human, if they shared an account with the person on its day.
    pub(super) fn first_as_colleague(&mut self, person: PersonId) -> Option<Act> {
        if person == self.subject.person || self.is_stranger(person) {
            return None;
        }
        let first = self.first(person)?;
        let is_human = self.who(first.identity).nature == Nature::Human;
        (is_human && self.is_colleague(person, first.at.day())).then_some(first)
    }

    /// Whether somebody never shared an account with the person.
    fn is_stranger(&mut self, person: PersonId) -> bool {
        // Any day fills the memory; it is what is remembered that counts.
        self.is_colleague(person, Day(0));
        self.bonds.get(&person).is_none_or(Vec::is_empty)
    }

    /// Whether somebody speaks for the project on a day: holds a role, or is one of your own people.
    pub(super) fn speaks_for_it(&mut self, identity: u32, day: Day) -> bool {
        let other = self.who(identity);
        match other.nature {
            Nature::Bot => false,
            Nature::Own => true,
            Nature::Human => {
                let roles = self.roles.entry(other.person).or_insert_with(|| self.around.roles(other.person));
                holds(roles, day)
            }
        }
    }

    /// Whether another may be taken to speak for the project, since nobody is known to do so by that day: no colleague,
    /// and somebody who was around before the thread was opened.
    pub(super) fn seems_to_speak_for_it(&mut self, person: PersonId, opening: &Act, day: Day) -> bool {
        let Some(thread) = opening.thread else { return false };
        self.around.spoken_for_since(thread).is_none_or(|since| since > day)
            && !self.is_colleague(person, day)
            && self.first(person).is_some_and(|first| first.at < opening.at)
    }

    /// The day up to which silence in a thread is known.
    pub(super) fn heard_until(&mut self, thread: u32) -> Day {
        self.around.heard_until(thread).min(self.subject.horizon)
    }
}

/// Whether one of the periods holds a day.
pub(super) fn holds(periods: &[(Day, Option<Day>)], day: Day) -> bool {
    periods.iter().any(|(from, until)| *from <= day && until.is_none_or(|until| day < until))
}

/// What opened a thread.
pub(super) fn opening(acts: &[Act]) -> Option<&Act> {
    acts.iter().find(|act| OPENINGS.contains(&act.kind))
}
