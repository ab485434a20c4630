//! The filter language: the same in the terminal, on the command line and in saved views, in the habit of
//! forge search. Must not know how a filter is carried out.

mod complete;
mod keys;
mod parse;
mod write;

pub use complete::complete;
pub use parse::parse;

use serde::{Deserialize, Serialize};

use super::{
    account::Zone,
    points::Points,
    stage::{GroupState, Phase, Stage},
};

/// All terms must hold. An empty filter matches everything that the default view shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Filter {
    pub terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Written with a `-` before it.
    pub negated: bool,
    pub test: Test,
}

/// What a term asks. Values separated by commas are alternatives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Test {
    /// A bare word: letters of the name in this order, best matches first.
    Name(String),
    /// `relation:prospect,customer`
    Relation(Vec<super::account::Relation>),
    /// `domain:example.com`, also matching subdomains.
    Domain(Vec<String>),
    /// `owner:dana`
    Owner(Vec<String>),
    /// `phase:program`
    Phase(Vec<Phase>),
    /// `stage:teacher`: where a person stands; on accounts, that an active member stands there.
    Stage(Vec<Stage>),
    /// `state:contested`
    State(Vec<GroupState>),
    /// `basis:program`: the furthest zone that carries a person's stage, or a group's consensus.
    Basis(Vec<Zone>),
    /// `has:blocker`, `has:cause`
    Has(Vec<Has>),
    /// `interest:operator`: part of the name of what the account is active in.
    Interest(Vec<String>),
    /// `account:acme` on people: part of the name of an account that they ever belonged to, or of one of its
    /// domains.
    Account(Vec<String>),
    /// `source:prometheus`: with at least one activity there.
    Source(Vec<String>),
    /// `ground:email`
    Ground(Vec<super::person::Ground>),
    /// `is:confirmed` and its like.
    Is(Vec<Is>),
    /// `people:>=5`, `members:3`, `activities:>100`, `identities:>2`
    Count(Count, Compare, u64),
    /// `momentum:>2`, `support:>=60%`: a decimal in thousandths.
    Number(Measure, Compare, Points),
    /// `last:<14d`: the age of the first or last activity in days.
    Age(Which, Compare, u32),
}

super::account::words! {
    /// Yes-or-no properties.
    Is {
        Confirmed = "confirmed", Unconfirmed = "unconfirmed", Bot = "bot", Own = "own", Human = "human",
        Unaffiliated = "unaffiliated",
        Rising = "rising", Falling = "falling", New = "new", Steady = "steady",
        Customer = "customer",
        Contested = "contested", Consensus = "consensus", Forming = "forming", Wide = "wide",
        /// A person with an own act of late; an account with such a member.
        Active = "active",
        /// Was active once, and is no more.
        Lapsed = "lapsed",
        /// On the ladder.
        Placed = "placed",
        Mobilizer = "mobilizer", Talker = "talker",
        /// Stands where a decision says, not where the rules do.
        Pinned = "pinned",
        LeftAlone = "left-alone",
    }
}

super::account::words! {
    /// What an account, its active members, or a person has.
    Has {
        Skeptic = "skeptic", Blocker = "blocker", Teacher = "teacher", Guide = "guide", GoGetter = "go-getter",
        /// A thread that blocks somebody.
        Cause = "cause",
        /// A crossing from one zone into another.
        Handshake = "handshake",
        Interest = "interest",
        Owner = "owner",
    }
}

super::account::words! {
    Count {
        People = "people", Members = "members", Activities = "activities", Identities = "identities",
        /// Members with an own act of late.
        Active = "active",
        Handshakes = "handshakes",
    }
}

super::account::words! {
    /// What is measured in decimals.
    Measure { Momentum = "momentum", Support = "support" }
}

super::account::words! {
    Which { First = "first", Last = "last" }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

/// What a filter is applied to; decides which keys it may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Over {
    Accounts,
    People,
}

/// What is wrong with a filter: which word, where it starts (in bytes), and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}: `{word}`{}", .nearest.as_ref().map_or(String::new(), |n| format!(", did you mean `{n}`?")))]
pub struct FilterError {
    pub word: String,
    pub at: usize,
    pub message: String,
    pub nearest: Option<String>,
}
