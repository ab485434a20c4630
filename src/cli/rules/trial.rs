//! The rows of `buyin rules try`: people who would stand elsewhere and groups that would be judged otherwise. Must not know
//! how they are found.

use std::borrow::Cow;

use serde::Serialize;

use crate::{
    cli::{
        accounts::written,
        output::Row,
        standing::{because, state, we_see},
        table::{Column, left, right},
    },
    domain::{
        activity::ActivityRow,
        ids::AccountId,
        journey::Group,
        points::Points,
        time::Time,
        tried::{Stands, Tried, TriedMove},
    },
    journey::report::{GroupReport, without_address},
};

/// `teacher`, `(teacher)` when lapsed; `contested 2 of 5`.
fn written_as(one: &Tried, of: fn(&Tried) -> Side) -> String {
    match of(one) {
        Side::Member(Stands { stage, active: true }) => stage.to_string(),
        Side::Member(Stands { stage, active: false }) => format!("({stage})"),
        Side::Group(group) => format!("{} {}, {} active", state(&group), we_see(&group), group.active),
    }
}

/// One side of the comparison.
enum Side {
    Member(Stands),
    Group(Group),
}

fn from(one: &Tried) -> Side {
    match one {
        Tried::Member(member) => Side::Member(member.from),
        Tried::Group(group) => Side::Group(group.from),
    }
}

fn to(one: &Tried) -> Side {
    match one {
        Tried::Member(member) => Side::Member(member.to),
        Tried::Group(group) => Side::Group(group.to),
    }
}

fn by(one: &Tried) -> Option<&TriedMove> {
    match one {
        Tried::Member(member) => member.by.as_ref(),
        Tried::Group(_) => None,
    }
}

fn name(one: &Tried) -> String {
    match one {
        Tried::Member(member) => without_address(&member.name, false).into_owned(),
        Tried::Group(_) => "the group".to_owned(),
    }
}

fn account(one: &Tried) -> Option<(AccountId, &str)> {
    match one {
        Tried::Member(member) => member.account.as_ref().map(|(id, name)| (*id, name.as_str())),
        Tried::Group(group) => Some((group.account, group.name.as_str())),
    }
}

/// `works-for-them`, `no more works-for-them`.
fn rule(one: &Tried) -> String {
    match by(one) {
        Some(TriedMove { is_made: true, rule, .. }) => rule.clone(),
        Some(TriedMove { rule, .. }) => format!("no more {rule}"),
        None => "-".to_owned(),
    }
}

/// What carries the move, or what it would lack.
fn reason(one: &Tried) -> String {
    match by(one) {
        Some(TriedMove { lacks: Some(lacks), .. }) => format!("needs {lacks}"),
        Some(by) => because(&by.because),
        None => "-".to_owned(),
    }
}

fn ids(one: &Tried) -> String {
    let because = by(one).map_or(&[][..], |by| &by.because);
    because.iter().map(|activity| activity.id.as_str()).collect::<Vec<_>>().join(" ")
}

const TABLE: &[Column<Tried>] = &[
    left("account", |one, _| account(one).map_or("-", |(_, name)| name).to_owned()),
    left("member", |one, _| name(one)),
    left("from", |one, _| written_as(one, from)),
    left("to", |one, _| written_as(one, to)),
    right("at", |one, today| by(one).map_or("-".to_owned(), |by| by.day.short(today))),
    left("rule", |one, _| rule(one)),
    left("because", |one, _| reason(one)),
];

const FILE: &[Column<Tried>] = &[
    left("what", |one, _| what(one).to_owned()),
    left("id", |one, _| id(one)),
    left("name", |one, _| called(one).into_owned()),
    left("account", |one, _| account(one).map(|(id, _)| id.to_string()).unwrap_or_default()),
    left("account_name", |one, _| account(one).map(|(_, name)| name.to_owned()).unwrap_or_default()),
    left("from", |one, _| from(one).word().to_owned()),
    left("to", |one, _| to(one).word().to_owned()),
    left("from_active", |one, _| from(one).active()),
    left("to_active", |one, _| to(one).active()),
    left("from_support", |one, _| from(one).support()),
    left("to_support", |one, _| to(one).support()),
    left("at", |one, _| written(by(one).map(|by| by.day.start()))),
    left("rule", |one, _| by(one).map(|by| by.rule.clone()).unwrap_or_default()),
    left("made", |one, _| by(one).map(|by| by.is_made.to_string()).unwrap_or_default()),
    left("lacks", |one, _| by(one).and_then(|by| by.lacks.clone()).unwrap_or_default()),
    left("because", |one, _| ids(one)),
];

fn what(one: &Tried) -> &'static str {
    match one {
        Tried::Member(_) => "member",
        Tried::Group(_) => "account",
    }
}

fn id(one: &Tried) -> String {
    match one {
        Tried::Member(member) => member.person.to_string(),
        Tried::Group(group) => group.account.to_string(),
    }
}

/// The name of the person or the account.
fn called(one: &Tried) -> Cow<'_, str> {
    match one {
        Tried::Member(member) => without_address(&member.name, false),
        Tried::Group(group) => Cow::Borrowed(&group.name),
    }
}

impl Side {
    /// A stage, or the state of a group.
    fn word(&self) -> &'static str {
        match self {
            Self::Member(stands) => stands.stage.text(),
            Self::Group(group) => group.state.text(),
        }
    }

    /// Whether somebody is, or how many are.
    fn active(&self) -> String {
        match self {
            Self::Member(stands) => stands.active.to_string(),
            Self::Group(group) => group.active.to_string(),
        }
    }

    fn support(&self) -> String {
        match self {
            Self::Group(group) if group.placed() > 0 => Points(i64::from(group.support())).to_string(),
            _ => String::new(),
        }
    }

    fn is_active(&self) -> Option<bool> {
        match self {
            Self::Member(stands) => Some(stands.active),
            Self::Group(_) => None,
        }
    }

    fn group(&self) -> Option<GroupReport> {
        match self {
            Self::Member(_) => None,
            Self::Group(group) => Some(GroupReport::new(group)),
        }
    }
}

/// A row of `rules try` for other programs: a member (`from` and `to` are stages) or an account (states of its group).
#[derive(Serialize)]
struct TriedReport<'a> {
    what: &'static str,
    id: String,
    name: Cow<'a, str>,
    account: Option<AccountId>,
    from: &'static str,
    to: &'static str,
    from_active: Option<bool>,
    to_active: Option<bool>,
    from_group: Option<GroupReport>,
    to_group: Option<GroupReport>,
    at: Option<Time>,
    rule: Option<&'a str>,
    made: Option<bool>,
    lacks: Option<&'a str>,
    because: &'a [ActivityRow],
}

impl Row for Tried {
    fn table() -> &'static [Column<Self>] {
        TABLE
    }

    fn file() -> &'static [Column<Self>] {
        FILE
    }

    fn json(&self) -> impl Serialize + '_ {
        let (before, after, by) = (from(self), to(self), by(self));
        TriedReport {
            what: what(self),
            id: id(self),
            name: called(self),
            account: account(self).map(|(id, _)| id),
            from: before.word(),
            to: after.word(),
            from_active: before.is_active(),
            to_active: after.is_active(),
            from_group: before.group(),
            to_group: after.group(),
            at: by.map(|by| by.day.start()),
            rule: by.map(|by| by.rule.as_str()),
            made: by.map(|by| by.is_made),
            lacks: by.and_then(|by| by.lacks.as_deref()),
            because: by.map_or(&[][..], |by| &by.because),
        }
    }
}
