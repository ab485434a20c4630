//! A plan: who is at an account and all that happens there, as small plain facts without texts of their own. The
//! contract between the scenes and whoever writes pages. Must not know names, addresses or pages.

use crate::{config::DemoPart, domain::activity::Kind};

pub(super) const DAY: i64 = 86_400;
/// How long the history is, in days.
pub(super) const HISTORY: u16 = 730;

/// Those whom everybody meets: your own people, then maintainers of no company, then machines.
pub(super) const STAFF: u8 = 8;
pub(super) const MAINTAINERS: u8 = 5;
pub(super) const TRIAGE_BOT: Who = Who::Cast(STAFF + MAINTAINERS);
pub(super) const STALE_BOT: Who = Who::Cast(STAFF + MAINTAINERS + 1);
/// Numbers for the people of one account: members first, then strangers of no company.
pub(super) const MEMBERS: u8 = 48;
pub(super) const STRANGERS: u8 = 16;

/// Somebody, as an account's plan knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Cast(u8),
    Member(u8),
    Stranger(u8),
}

/// Somebody who belongs to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Member {
    /// Their archetype.
    pub(super) like: &'static str,
    /// Their login shows no address and they commit from a private one: an imported list says where they work.
    pub(super) hidden: bool,
    /// They came from another company at that second.
    pub(super) moved: Option<i64>,
    /// The CRM holds them, in this role.
    pub(super) contact: Option<&'static str>,
}

/// Which thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thread {
    /// Of the account: its place in the plan.
    Own(u32),
    /// The one about the release that broke so much.
    Release,
    /// The account's deal.
    Deal,
}

/// Something that happened. Texts are pieces of fixed lists; an empty piece is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) kind: Kind,
    pub(super) actor: Who,
    pub(super) other: Option<Who>,
    /// Seconds since 1970.
    pub(super) at: i64,
    pub(super) place: Place,
    pub(super) labels: [&'static str; 2],
}

/// Where something happens, and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) part: DemoPart,
    pub(super) subject: &'static str,
    pub(super) thread: Option<Thread>,
    pub(super) title: [&'static str; 2],
}

/// All of one account.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// Its number among the accounts; the project itself comes after the last.
    pub(super) account: u32,
    pub(super) members: Vec<Member>,
    pub(super) facts: Vec<Fact>,
    /// The day of the history on which each thread was opened.
    pub(super) threads: Vec<u16>,
    /// The first second that the history no longer holds.
    pub(super) end: i64,
}

impl Plan {
    /// Seconds of a day, counted back from the end.
    pub(super) fn days_ago(&self, days: i64) -> i64 {
        self.end - days * DAY
    }

    pub(super) fn start(&self) -> i64 {
        self.days_ago(HISTORY.into())
    }

    /// Opens a thread, if that lies within the history.
    pub(super) fn open(&mut self, at: i64) -> Thread {
        let day = (at - self.start()).div_euclid(DAY).clamp(0, i64::from(HISTORY) - 1);
        self.threads.push(u16::try_from(day).unwrap_or(0));
        Thread::Own(u32::try_from(self.threads.len() - 1).unwrap_or(u32::MAX))
    }

    /// Adds a fact; what lies outside of the history has not happened.
    pub(super) fn add(&mut self, fact: Fact) {
        if (self.start()..self.end).contains(&fact.at) {
            self.facts.push(fact);
        }
    }

    /// A new colleague, if there is a number left for one.
    pub(super) fn join(&mut self, member: Member) -> Option<Who> {
        let number = u8::try_from(self.members.len()).ok().filter(|number| *number < MEMBERS)?;
        self.members.push(member);
        Some(Who::Member(number))
    }

    pub(super) fn member(&mut self, who: Who) -> Option<&mut Member> {
        let Who::Member(number) = who else { return None };
        self.members.get_mut(usize::from(number))
    }
}
