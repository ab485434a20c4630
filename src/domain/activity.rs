//! An activity: one dated fact from a source. Must not know what it is evidence of (that is `journey`) nor
//! its zone (that is the settings' to say).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    ids::{AccountId, IdentityId, PersonId},
    time::Time,
};

macro_rules! kinds {
    ($($variant:ident = $number:literal $text:literal),+ $(,)?) => {
        /// What somebody did. The list is closed: a new kind is a change to it. The numbers are what the
        /// store keeps; they are never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Kind { $(#[doc = concat!("`", $text, "`")] $variant = $number),+ }

        impl Kind {
            /// Every kind, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The written form, as in the JSON contract.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the number that the store keeps.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

kinds! {
    CommitAuthored = 1 "commit.authored", CommitCoauthored = 2 "commit.coauthored",
    CommitReviewed = 3 "commit.reviewed", CommitMerged = 4 "commit.merged",
    PrOpened = 10 "pr.opened", PrMerged = 11 "pr.merged", PrClosed = 12 "pr.closed",
    PrReviewed = 13 "pr.reviewed", PrCommented = 14 "pr.commented",
    IssueOpened = 20 "issue.opened", IssueCommented = 21 "issue.commented",
    IssueClosed = 22 "issue.closed", IssueReopened = 23 "issue.reopened",
    RepoStarred = 30 "repo.starred", RepoForked = 31 "repo.forked",
    RoleGranted = 32 "role.granted", RoleRemoved = 33 "role.removed",
    ReleasePublished = 34 "release.published",
    TopicOpened = 40 "topic.opened", PostReplied = 41 "post.replied",
    AnswerPosted = 42 "answer.posted", AnswerAccepted = 43 "answer.accepted",
    MessagePosted = 44 "message.posted", MessageReplied = 45 "message.replied",
    ReactionGiven = 46 "reaction.given",
    ProgramJoined = 50 "program.joined", EventRegistered = 51 "event.registered",
    EventAttended = 52 "event.attended", EventSpoke = 53 "event.spoke",
    MeetingAttended = 54 "meeting.attended", ContentPublished = 55 "content.published",
    ContentAmplified = 56 "content.amplified", CourseCompleted = 57 "course.completed",
    ProductSignedUp = 60 "product.signed_up", TrialStarted = 61 "trial.started",
    TrialEnded = 62 "trial.ended", SupportOpened = 63 "support.opened",
    SupportClosed = 64 "support.closed", ReviewSecurity = 65 "review.security",
    PricingAsked = 66 "pricing.asked",
    ContactCreated = 70 "contact.created", MeetingHeld = 71 "meeting.held",
    EmailReplied = 72 "email.replied", CallHeld = 73 "call.held",
    DealCreated = 74 "deal.created", DealStageChanged = 75 "deal.stage_changed",
    DealWon = 76 "deal.won", DealLost = 77 "deal.lost", CrmRoleSet = 78 "crm.role_set",
}

impl Kind {
    /// Reads the written form.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.text() == text)
    }

    /// Whether the fact is *about* a person rather than an act of theirs: such facts are never activity
    /// of a member and never make anybody active (`crm.*`, `deal.*`, `contact.created`, roles held).
    pub const fn is_about(self) -> bool {
        matches!(
            self,
            Self::ContactCreated
                | Self::DealCreated
                | Self::DealStageChanged
                | Self::DealWon
                | Self::DealLost
                | Self::CrmRoleSet
                | Self::RoleGranted
                | Self::RoleRemoved
        )
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.text())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("unknown activity kind: {text}")))
    }
}

/// An activity as a source hands it over. People are named by their place in the page's `identities`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The source's own stable key, unique within the source; a later record with the same key is a new
    /// version of this one.
    pub key: Vec<u8>,
    pub kind: Kind,
    /// Who acted: an index into the page's identities.
    pub actor: u32,
    /// When it happened.
    pub at: Time,
    /// Where: `repo:owner/name`, `category:…`, `channel:…`.
    pub subject: Option<Arc<str>>,
    /// The issue, topic or pull request it belongs to, as the source names it (`#123`).
    pub thread: Option<Arc<str>>,
    /// Whom it answers or acts upon: an index into the page's identities.
    pub counterpart: Option<u32>,
    pub labels: Vec<String>,
    /// One harmless line.
    pub title: Option<String>,
    /// An http or https link. `None` where it follows from the subject's own address and the key.
    pub url: Option<String>,
}

/// An activity as it is shown: the ACTIVITY of the JSON contract and what lists need beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityRow {
    /// Stable within the store: the source's name and the written key, `prometheus/4f1c…`.
    pub id: String,
    pub kind: Kind,
    pub at: Time,
    pub source: String,
    pub subject: Option<String>,
    pub title: Option<String>,
    pub url: Option<String>,
    #[serde(skip)]
    pub actor: IdentityId,
    #[serde(skip)]
    pub thread: Option<String>,
    #[serde(skip)]
    pub counterpart: Option<IdentityId>,
    #[serde(skip)]
    pub labels: Vec<String>,
    #[serde(skip)]
    pub known_at: Time,
    /// The ledger's sequence; the tie-break between activities of one second.
    #[serde(skip)]
    pub seq: i64,
}

/// Whose activities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Of {
    Account(AccountId),
    Person(PersonId),
}

/// An activity in a timeline, with who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineRow {
    pub activity: ActivityRow,
    pub person: Option<PersonId>,
    pub person_name: String,
}

/// An activity as `export activities` writes it: with whom it was for at that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedActivity {
    pub activity: ActivityRow,
    /// Who acted, as concluded.
    pub person: Option<PersonId>,
    /// Where they belonged at that day.
    pub account: Option<AccountId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_text_and_its_number() {
        assert_eq!(Kind::ALL.len(), 49);
        for kind in Kind::ALL.iter().copied() {
            assert_eq!(Kind::parse(kind.text()), Some(kind));
            assert_eq!(Kind::from_number(kind as u8), Some(kind));
        }
    }
}
