//! Scenes: what can happen to somebody, and the small steps that all stories are made of. Must not know how the
//! longer stories go (`stories`) nor why somebody plays in them.

use crate::{
    config::DemoPart::{self, Community, Crm, Product, Program},
    domain::activity::Kind,
};

use super::{
    plan::{DAY, Fact, MAINTAINERS, Place, Plan, STAFF, STRANGERS, Thread, Who},
    random::Random,
    titles,
};

/// What can happen to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scene {
    /// One of these, by chance.
    Any(&'static [Self]),
    /// A question in the forum, answered.
    Ask,
    /// A bug that is answered and mended, and the reporter says so.
    Bug,
    /// A bug that nobody answers; the reporter comes back to it after a month.
    Ignored,
    /// The same, answered and mended late.
    AnsweredLate,
    /// A bug that a machine closed.
    GoneStale,
    /// Bugs of the latest release, all left alone.
    Broken,
    /// Closed by a person as not planned.
    TurnedDown,
    /// A wish, sometimes not granted.
    Wish,
    /// A change that is reviewed and merged.
    Change,
    /// A change that waits.
    Waiting,
    /// A page of documentation, merged.
    Page,
    /// A review of a stranger's change.
    Review,
    /// A stranger's question answered, and the answer accepted.
    Answer,
    /// A word in a stranger's issue.
    Reply,
    Chat,
    Speak,
    Publish,
    Share,
    /// A topic in which a colleague appears for the first time.
    Bring,
    React,
    Star,
    Fork,
    Meetup,
    /// The project's open call.
    OpenCall,
    /// Says in the thread of the release, or in the colleagues' one, that they are leaving.
    MoveAway(Thread),
    Granted,
    Removed,
    Join,
    Workshop,
    Course,
    /// A topic in the program's own forum.
    Peers,
    Badge,
    SignUp,
    Trial,
    /// A case with support.
    Case,
    Pricing,
    Security,
    Contact(&'static str),
    Champion,
    Meeting,
    Call,
    Mail,
}

/// Somebody's way through an account's plan.
pub(super) struct Script<'a> {
    pub(super) plan: &'a mut Plan,
    pub(super) random: &'a mut Random,
    pub(super) me: Who,
    /// The second of the next act.
    pub(super) at: i64,
}

pub(super) const NONE: [&str; 2] = [""; 2];

impl Script<'_> {
    pub(super) fn play(&mut self, scene: Scene) {
        match scene {
            Scene::Any(scenes) => {
                let scene = self.random.pick(scenes);
                self.play(scene);
            }
            Scene::Ask => self.ask(),
            Scene::Bug => self.bug(),
            Scene::Ignored => self.ignored(false),
            Scene::AnsweredLate => self.ignored(true),
            Scene::GoneStale => self.gone_stale(),
            Scene::Broken => self.broken(),
            Scene::TurnedDown => self.turned_down(),
            Scene::Wish => self.wish(),
            Scene::Change => self.change(false),
            Scene::Page => self.change(true),
            Scene::Waiting => self.waiting(),
            Scene::Review => self.review(),
            Scene::Answer => self.answer(),
            Scene::Reply => self.reply(),
            Scene::Chat => self.chat(),
            Scene::Bring => self.bring(),
            Scene::MoveAway(thread) => self.move_away(thread),
            Scene::Workshop => self.workshop(),
            Scene::Peers => self.peers(),
            Scene::Badge => self.badge(),
            Scene::Trial => self.trial(),
            Scene::Case => self.case(),
            Scene::Contact(role) => self.contact(role),
            Scene::Champion => self.champion(),
            _ => self.alone(scene),
        }
    }

    /// Acts that need nobody else and belong to no thread.
    fn alone(&mut self, scene: Scene) {
        let repo = self.random.pick(&titles::REPOS);
        let talk = self.random.pick(&titles::TALKS);
        let meetup = self.random.pick(&titles::MEETUPS);
        let course = self.random.pick(&titles::COURSES);
        let (part, subject, title, kind) = match scene {
            Scene::Speak => (Community, "channel:stage", talk, Kind::EventSpoke),
            Scene::Publish => (Community, "channel:press", talk, Kind::ContentPublished),
            Scene::Share => (Community, "channel:press", talk, Kind::ContentAmplified),
            Scene::React => (Community, titles::FORUM[3], "", Kind::ReactionGiven),
            Scene::Star => (Community, repo, "", Kind::RepoStarred),
            Scene::Fork => (Community, repo, "", Kind::RepoForked),
            Scene::Meetup => (Community, "channel:meetups", meetup, Kind::EventAttended),
            Scene::OpenCall => {
                (Community, "channel:meetups", "Tarnmill community call", Kind::MeetingAttended)
            }
            Scene::Granted => (Community, titles::REPOS[0], "maintainer", Kind::RoleGranted),
            Scene::Removed => (Community, titles::REPOS[0], "maintainer", Kind::RoleRemoved),
            Scene::Join => (Program, "channel:guild", "Joined the guild", Kind::ProgramJoined),
            Scene::Course => (Program, "channel:courses", course, Kind::CourseCompleted),
            Scene::SignUp => (Product, "channel:cloud", "Signed up", Kind::ProductSignedUp),
            Scene::Pricing => (Product, "channel:sales", "What would 40 workers cost?", Kind::PricingAsked),
            Scene::Security => (Product, "channel:trust", "Security questionnaire", Kind::ReviewSecurity),
            Scene::Meeting => (Crm, "channel:crm", "Architecture review", Kind::MeetingHeld),
            Scene::Call => (Crm, "channel:crm", "Call about the rollout", Kind::CallHeld),
            _ => (Crm, "channel:crm", "Re: next steps", Kind::EmailReplied),
        };
        let place = Place { part, subject, thread: None, title: [title, ""] };
        self.act(place, kind, NONE);
    }

    pub(super) fn say(
        &mut self,
        place: Place,
        kind: Kind,
        actor: Who,
        other: Option<Who>,
        labels: [&'static str; 2],
    ) {
        self.plan.add(Fact { kind, actor, other, at: self.at, place, labels });
    }

    /// The person's own act.
    pub(super) fn act(&mut self, place: Place, kind: Kind, labels: [&'static str; 2]) {
        self.say(place, kind, self.me, None, labels);
    }

    pub(super) fn later(&mut self, low: i64, high: i64) {
        self.at += self.random.between(low, high) * DAY + self.random.between(600, 7_200);
    }

    pub(super) fn open(&mut self, part: DemoPart, subject: &'static str, title: [&'static str; 2]) -> Place {
        Place { part, subject, thread: Some(self.plan.open(self.at)), title }
    }

    pub(super) fn cast(&mut self) -> Who {
        Who::Cast(u8::try_from(self.random.below(u32::from(STAFF + MAINTAINERS))).unwrap_or(0))
    }

    pub(super) fn stranger(&mut self) -> Who {
        Who::Stranger(u8::try_from(self.random.below(u32::from(STRANGERS))).unwrap_or(0))
    }

    /// A bug in some area: where, and its label.
    pub(super) fn fault(&mut self) -> (Place, &'static str) {
        let area = &titles::AREAS[self.random.below(6) as usize];
        let fault = self.random.pick(area.faults);
        let repo = self.random.pick(&titles::REPOS);
        (self.open(Community, repo, [area.part, fault]), area.label)
    }
}
