//! Activities as rows, for every screen that lists them. Must not know whose they are.

use super::{Context, Step, Target, activity::Activity, ask::Ask, part::Row, plain, quiet};
use crate::{
    domain::{
        activity::{Kind, Of, TimelineRow},
        query::Slice,
        time::{Day, Time},
    },
    jobs::read::Reply,
    tui::{
        theme::Role,
        widgets::table::{Cell, Column},
    },
};

/// The columns of a list of many people's activities.
pub(super) const WITH_PERSON: &[Column] = &[
    Column::text("DAY", 11, 0, 1),
    Column::text("WHAT", 13, 0, 3),
    Column::text("PERSON", 14, 1, 2),
    Column::text("TITLE", 24, 6, 0),
    Column::text("WHERE", 10, 1, 4),
];

/// The columns of a list of one person's activities.
pub(super) const OF_ONE: &[Column] = &[
    Column::text("DAY", 11, 0, 1),
    Column::text("WHAT", 13, 0, 2),
    Column::text("TITLE", 28, 6, 0),
    Column::text("WHERE", 10, 1, 3),
];

impl Row for TimelineRow {
    const NONE: &'static str = "there is no activity to open";

    fn columns(ask: &Ask) -> &'static [Column] {
        if with_person(ask) { WITH_PERSON } else { OF_ONE }
    }

    fn cells(&self, ask: &Ask, context: Context<'_>) -> Vec<Cell> {
        let activity = &self.activity;
        let subject = activity.subject.as_deref().unwrap_or(&activity.source);
        let place = subject.strip_prefix("repo:").unwrap_or(subject);
        let place = place.rsplit('/').next().unwrap_or(place);
        let day = activity.at.day().to_string();
        let mut cells = vec![learned(day, activity.known_at, context), (what(activity.kind), Role::Figure)];
        if with_person(ask) {
            cells.push(plain(self.person_name.clone()));
        }
        cells.push(plain(activity.title.clone().unwrap_or_else(|| "-".to_owned())));
        cells.push(quiet(place));
        cells
    }

    fn target(&self) -> Target {
        let activity = &self.activity;
        Target {
            name: activity.title.clone().unwrap_or_else(|| activity.id.clone()),
            id: activity.id.clone(),
            link: activity.url.clone(),
            ..Target::default()
        }
    }

    fn open(&self) -> Step {
        Activity::step(self)
    }

    fn slice(reply: Reply, _day: Day) -> Option<Slice<Self>> {
        match reply {
            Reply::Activities(slice) => Some(slice),
            _ => None,
        }
    }
}

const fn with_person(ask: &Ask) -> bool {
    !matches!(ask, Ask::Activities(Of::Person(_)))
}

/// A day, marked with a `+` where what happened then was learned only after the day that is looked at.
pub(super) fn learned(day: String, known_at: Time, context: Context<'_>) -> Cell {
    match context.as_of {
        Some(as_of) if known_at.day() > as_of => (format!("{day}+"), Role::Warn),
        _ => quiet(day),
    }
}

/// What was done, in as few words as a column has room for.
pub(super) fn what(kind: Kind) -> String {
    match kind {
        Kind::CommitAuthored => "commit".to_owned(),
        Kind::CommitCoauthored => "co-authored".to_owned(),
        Kind::CommitReviewed => "reviewed".to_owned(),
        Kind::CommitMerged => "merged".to_owned(),
        Kind::RoleGranted => "role given".to_owned(),
        Kind::RoleRemoved => "role ended".to_owned(),
        Kind::ReactionGiven => "reaction".to_owned(),
        Kind::AnswerPosted => "answered".to_owned(),
        Kind::AnswerAccepted => "accepted".to_owned(),
        Kind::MessagePosted => "message".to_owned(),
        Kind::MessageReplied => "replied".to_owned(),
        Kind::IssueCommented => "commented".to_owned(),
        Kind::IssueReopened => "reopened".to_owned(),
        Kind::ReleasePublished => "release".to_owned(),
        Kind::EventRegistered => "registered".to_owned(),
        Kind::EventAttended => "attended".to_owned(),
        Kind::EventSpoke => "spoke".to_owned(),
        Kind::MeetingAttended => "meeting".to_owned(),
        Kind::ContentPublished => "published".to_owned(),
        Kind::ContentAmplified => "amplified".to_owned(),
        Kind::CourseCompleted => "course done".to_owned(),
        Kind::ProductSignedUp => "signed up".to_owned(),
        Kind::TrialStarted => "trial".to_owned(),
        Kind::SupportOpened => "support".to_owned(),
        Kind::SupportClosed => "support end".to_owned(),
        Kind::ReviewSecurity => "security".to_owned(),
        Kind::PricingAsked => "pricing".to_owned(),
        Kind::ContactCreated => "contact".to_owned(),
        Kind::DealCreated => "deal begun".to_owned(),
        Kind::DealStageChanged => "deal moved".to_owned(),
        Kind::CrmRoleSet => "role in CRM".to_owned(),
        // What is left is short enough as it is.
        other => other.text().replace(['.', '_'], " "),
    }
}
