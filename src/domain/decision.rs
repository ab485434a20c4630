//! A decision: a fact from a person using buyin. It beats every automatic conclusion, on every later
//! sync. Must not know how it is kept or carried out.

use serde::{Deserialize, Serialize};

use super::{
    account::Relation,
    ids::{AccountId, DecisionId, IdentityId, PersonId},
    stage::Stage,
    time::{Day, Time},
};

/// What was decided. Later verbs are added here and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum Verb {
    /// This account is a prospect, customer, … to us.
    Relation { account: AccountId, relation: Relation },
    /// A remark on an account or a person.
    Note { about: About, text: String },
    /// These two identities are one person.
    Link { a: IdentityId, b: IdentityId },
    /// These two identities are not one person.
    Veto { a: IdentityId, b: IdentityId },
    /// This person stands here, whatever the rules say; the automatic stage stays visible beside it.
    Pin { person: PersonId, stage: Stage, until: Option<Day> },
    /// In it for themself: counts as `other` until the day.
    Climber { person: PersonId, until: Option<Day> },
    /// No asks to this person until the day.
    LeaveAlone { person: PersonId, until: Option<Day> },
    /// A new job: the memberships of before end on the day, and one at `to` (a name or a domain) begins.
    MovedOn { person: PersonId, on: Day, to: Option<String> },
    /// What we thought was wrong: in that period (all the time without one) the person belonged to `company` (a
    /// name or a domain), or to none.
    Correct { person: PersonId, company: Option<String>, from: Option<Day>, to: Option<Day> },
    /// Conclusions are drawn with these settings from now on.
    Adopt { settings: String },
    /// People were written out for use elsewhere: what, how many, and whether with e-mail addresses.
    Export { what: String, rows: u64, emails: bool },
    /// As if that decision had never been.
    Undo { decision: DecisionId },
}

impl Verb {
    pub const fn text(&self) -> &'static str {
        match self {
            Self::Relation { .. } => "relation",
            Self::Note { .. } => "note",
            Self::Link { .. } => "link",
            Self::Veto { .. } => "veto",
            Self::Pin { .. } => "pin",
            Self::Climber { .. } => "climber",
            Self::LeaveAlone { .. } => "leave-alone",
            Self::MovedOn { .. } => "moved-on",
            Self::Correct { .. } => "correct",
            Self::Adopt { .. } => "adopt",
            Self::Export { .. } => "export",
            Self::Undo { .. } => "undo",
        }
    }
}

impl Verb {
    /// What it is about, in words and without the verb; ids as they are written.
    pub fn what(&self) -> String {
        let until = |until: &Option<Day>| until.map_or(String::new(), |day| format!(" until {day}"));
        match self {
            Self::Relation { relation, .. } => relation.to_string(),
            Self::Note { text, .. } => text.clone(),
            Self::Link { a, b } | Self::Veto { a, b } => format!("{a} {b}"),
            Self::Pin { stage, until: day, .. } => format!("{stage}{}", until(day)),
            Self::Climber { until: day, .. } => format!("climber{}", until(day)),
            Self::LeaveAlone { until: day, .. } => format!("leave alone{}", until(day)),
            Self::MovedOn { on, to, .. } => {
                format!("moved on {on}{}", to.as_ref().map_or(String::new(), |to| format!(" to {to}")))
            }
            Self::Correct { company, from, to, .. } => {
                let day =
                    |word: &str, day: &Option<Day>| day.map_or(String::new(), |day| format!(" {word} {day}"));
                let company = company.as_deref().unwrap_or("no company");
                format!("{company}{}{}", day("from", from), day("to", to))
            }
            Self::Adopt { settings } => settings.clone(),
            Self::Export { what, rows, emails } => {
                format!("{rows} {what}{}", if *emails { " with e-mails" } else { "" })
            }
            Self::Undo { decision } => decision.to_string(),
        }
    }

    /// The person that it is about.
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Note { about: About::Person(person), .. }
            | Self::Pin { person, .. }
            | Self::Climber { person, .. }
            | Self::LeaveAlone { person, .. }
            | Self::MovedOn { person, .. }
            | Self::Correct { person, .. } => Some(*person),
            _ => None,
        }
    }
}

/// What a note speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    Account(AccountId),
    Person(PersonId),
}

/// A decision of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub id: DecisionId,
    pub at: Time,
    pub author: String,
    pub reason: Option<String>,
    #[serde(flatten)]
    pub verb: Verb,
    /// Set when a later decision undid this one.
    pub undone_by: Option<DecisionId>,
}
