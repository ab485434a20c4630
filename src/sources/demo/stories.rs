//! How the scenes go: who opens, answers, closes, in which order, with which labels. They keep the conventions of
//! facts: the closer, merger or accepter acts, the counterpart is whose issue, change or answer it is. Must not know
//! who plays in them nor why.

use crate::{
    config::DemoPart::{Community, Crm, Product, Program},
    domain::activity::Kind,
};

use super::{
    plan::{DAY, Member, Place, STAFF, STALE_BOT, TRIAGE_BOT, Thread, Who},
    scene::{NONE, Script},
    titles,
    world::release_place,
};

impl Script<'_> {
    pub(super) fn ask(&mut self) {
        let (forum, title) = (self.random.pick(&titles::FORUM), self.random.pick(&titles::QUESTIONS));
        let place = self.open(Community, forum, [title, ""]);
        self.act(place, Kind::TopicOpened, ["question", ""]);
        self.later(0, 2);
        let who = if self.random.chance(25) { self.stranger() } else { self.cast() };
        self.say(place, Kind::AnswerPosted, who, Some(self.me), NONE);
        if self.random.chance(60) {
            self.later(0, 3);
            self.say(place, Kind::AnswerAccepted, self.me, Some(who), NONE);
        }
    }

    pub(super) fn chat(&mut self) {
        let (subject, title) = (self.random.pick(&titles::CHAT), self.random.pick(&titles::QUESTIONS));
        let place = Place { part: Community, subject, thread: None, title: [title, ""] };
        self.act(place, Kind::MessagePosted, NONE);
        if self.random.chance(50) {
            self.later(0, 0);
            let who = self.cast();
            self.say(place, Kind::MessageReplied, who, Some(self.me), NONE);
        }
    }

    pub(super) fn bug(&mut self) {
        let (place, area) = self.fault();
        self.act(place, Kind::IssueOpened, ["kind/bug", area]);
        self.triaged(place);
        self.later(0, 5);
        let who = self.cast();
        self.say(place, Kind::IssueCommented, who, Some(self.me), NONE);
        self.mended(place);
        if self.random.chance(8) {
            self.later(2, 9);
            self.act(place, Kind::IssueReopened, NONE);
            self.mended(place);
        }
    }

    pub(super) fn triaged(&mut self, place: Place) {
        if self.random.chance(30) {
            self.say(place, Kind::IssueCommented, TRIAGE_BOT, Some(self.me), NONE);
        }
    }

    pub(super) fn mended(&mut self, place: Place) {
        self.later(2, 14);
        let who = self.cast();
        self.say(place, Kind::IssueClosed, who, Some(self.me), ["completed", ""]);
        self.later(1, 3);
        self.act(place, Kind::IssueCommented, NONE);
    }

    pub(super) fn ignored(&mut self, answered_late: bool) {
        let (place, area) = self.fault();
        self.act(place, Kind::IssueOpened, ["kind/bug", area]);
        self.triaged(place);
        self.later(31, 37);
        self.act(place, Kind::IssueCommented, NONE);
        if answered_late {
            self.later(20, 30);
            let who = self.cast();
            self.say(place, Kind::IssueCommented, who, Some(self.me), NONE);
            self.mended(place);
        }
    }

    pub(super) fn gone_stale(&mut self) {
        let (place, area) = self.fault();
        self.act(place, Kind::IssueOpened, ["kind/bug", area]);
        self.later(89, 91);
        self.say(place, Kind::IssueClosed, STALE_BOT, Some(self.me), ["stale", ""]);
    }

    pub(super) fn broken(&mut self) {
        let opened = self.at;
        let first = self.random.below(6) as usize;
        for number in 0..4 {
            self.at = opened + i64::try_from(number).unwrap_or(0) * 2 * DAY;
            let place = self.open(Community, titles::REPOS[0], ["4.0", titles::BROKEN[(first + number) % 6]]);
            self.act(place, Kind::IssueOpened, ["kind/regression", "area/upgrade"]);
            self.later(31, 33);
            self.act(place, Kind::IssueCommented, NONE);
        }
        let place = Place { thread: Some(Thread::Release), ..release_place() };
        self.later(0, 1);
        self.act(place, Kind::IssueCommented, NONE);
    }

    pub(super) fn turned_down(&mut self) {
        let title = self.random.pick(&titles::TURNED_DOWN);
        let place = self.open(Community, titles::REPOS[0], [title, ""]);
        self.act(place, Kind::IssueOpened, ["area/engine", ""]);
        self.later(3, 9);
        let who = self.cast();
        self.say(place, Kind::IssueCommented, who, Some(self.me), NONE);
        self.say(place, Kind::IssueClosed, who, Some(self.me), ["not planned", ""]);
        self.later(0, 2);
        self.act(place, Kind::IssueCommented, NONE);
    }

    pub(super) fn wish(&mut self) {
        let title = self.random.pick(&titles::WISHES);
        let place = self.open(Community, titles::REPOS[0], [title, ""]);
        self.act(place, Kind::IssueOpened, ["kind/feature", ""]);
        self.later(1, 20);
        let who = self.cast();
        self.say(place, Kind::IssueCommented, who, Some(self.me), NONE);
        if self.random.chance(40) {
            self.later(5, 30);
            self.say(place, Kind::IssueClosed, who, Some(self.me), ["not planned", ""]);
        }
    }

    pub(super) fn change(&mut self, docs: bool) {
        let list: &[&'static str] = if docs { &titles::PAGES } else { &titles::CHANGES };
        let title = self.random.pick(list);
        let subject = if docs { titles::DOCS } else { self.random.pick(&titles::REPOS) };
        let labels = if docs { ["documentation", ""] } else { NONE };
        let place = self.open(Community, subject, [title, ""]);
        self.act(place, Kind::PrOpened, labels);
        self.later(0, 3);
        let (reviewer, merger) = (self.cast(), self.cast());
        self.say(place, Kind::PrReviewed, reviewer, Some(self.me), NONE);
        self.later(0, 2);
        if self.random.chance(20) {
            self.act(place, Kind::PrCommented, NONE);
            self.later(0, 1);
        }
        self.say(place, Kind::PrMerged, merger, Some(self.me), labels);
        self.act(place, Kind::CommitAuthored, labels);
        match self.random.below(12) {
            0 => {
                let friend = self.stranger();
                self.say(place, Kind::CommitCoauthored, friend, Some(self.me), labels);
            }
            1 => self.say(place, Kind::CommitReviewed, reviewer, Some(self.me), labels),
            2 => self.say(place, Kind::CommitMerged, merger, Some(self.me), labels),
            _ => {}
        }
    }

    pub(super) fn waiting(&mut self) {
        let (title, subject) = (self.random.pick(&titles::CHANGES), self.random.pick(&titles::REPOS));
        let place = self.open(Community, subject, [title, ""]);
        self.act(place, Kind::PrOpened, NONE);
        if self.random.chance(40) {
            self.later(20, 60);
            self.act(place, Kind::PrClosed, NONE);
        }
    }

    pub(super) fn review(&mut self) {
        let (title, subject) = (self.random.pick(&titles::CHANGES), self.random.pick(&titles::REPOS));
        let (author, merger) = (self.stranger(), self.cast());
        let place = self.open(Community, subject, [title, ""]);
        self.say(place, Kind::PrOpened, author, None, NONE);
        self.later(0, 2);
        self.say(place, Kind::PrReviewed, self.me, Some(author), NONE);
        self.later(0, 3);
        self.say(place, Kind::PrMerged, merger, Some(author), NONE);
    }

    pub(super) fn answer(&mut self) {
        let (forum, title) = (self.random.pick(&titles::FORUM), self.random.pick(&titles::QUESTIONS));
        let asker = self.stranger();
        let place = self.open(Community, forum, [title, ""]);
        self.say(place, Kind::TopicOpened, asker, None, ["question", ""]);
        self.later(0, 2);
        self.say(place, Kind::AnswerPosted, self.me, Some(asker), NONE);
        if self.random.chance(70) {
            self.later(0, 3);
            self.say(place, Kind::AnswerAccepted, asker, Some(self.me), NONE);
        }
    }

    pub(super) fn reply(&mut self) {
        let asker = self.stranger();
        let (place, area) = self.fault();
        self.say(place, Kind::IssueOpened, asker, None, ["kind/bug", area]);
        self.later(0, 4);
        self.say(place, Kind::IssueCommented, self.me, Some(asker), NONE);
        self.later(0, 4);
        let who = self.cast();
        self.say(place, Kind::IssueCommented, who, Some(asker), NONE);
    }

    pub(super) fn bring(&mut self) {
        let place = self.open(Community, titles::FORUM[3], ["How we run Tarnmill", ""]);
        self.act(place, Kind::TopicOpened, NONE);
        self.later(0, 3);
        let Some(colleague) = self.plan.join(Member { like: "brought", ..Member::default() }) else { return };
        self.say(place, Kind::PostReplied, colleague, Some(self.me), NONE);
        let me = std::mem::replace(&mut self.me, colleague);
        for _ in 0..self.random.between(0, 2) {
            self.later(20, 60);
            self.ask();
        }
        self.me = me;
    }

    pub(super) fn move_away(&mut self, thread: Thread) {
        let place = Place { thread: Some(thread), ..release_place() };
        let title =
            if thread == Thread::Release { place.title } else { ["engine", titles::AREAS[2].faults[0]] };
        self.act(Place { title, ..place }, Kind::IssueCommented, ["migration-away", ""]);
    }

    pub(super) fn workshop(&mut self) {
        let title = self.random.pick(&titles::WORKSHOPS);
        let place = Place { part: Program, subject: "channel:workshops", thread: None, title: [title, ""] };
        self.act(place, Kind::EventRegistered, NONE);
        self.later(3, 12);
        self.act(place, Kind::EventAttended, NONE);
    }

    pub(super) fn peers(&mut self) {
        let (subject, title) = (self.random.pick(&titles::GUILD), self.random.pick(&titles::QUESTIONS));
        let place = self.open(Program, subject, [title, ""]);
        self.act(place, Kind::TopicOpened, NONE);
        self.later(0, 2);
        let who = Who::Cast(u8::try_from(self.random.below(u32::from(STAFF))).unwrap_or(0));
        self.say(place, Kind::PostReplied, who, Some(self.me), NONE);
    }

    pub(super) fn badge(&mut self) {
        let place = Place {
            part: Program,
            subject: "channel:booth",
            thread: None,
            title: ["Tarnmill Days, booth", ""],
        };
        self.act(place, Kind::EventAttended, NONE);
        self.contact("");
    }

    pub(super) fn trial(&mut self) {
        let place = Place {
            part: Product,
            subject: "channel:cloud",
            thread: None,
            title: ["Trial of Tarnmill Cloud", ""],
        };
        self.act(place, Kind::TrialStarted, NONE);
        let started = self.at;
        self.at += 30 * DAY;
        self.act(place, Kind::TrialEnded, NONE);
        self.at = started;
    }

    pub(super) fn case(&mut self) {
        let title = self.random.pick(&titles::CASES);
        let place = self.open(Product, "channel:support", [title, ""]);
        self.act(place, Kind::SupportOpened, NONE);
        self.later(1, 6);
        let who = Who::Cast(u8::try_from(self.random.below(u32::from(STAFF))).unwrap_or(0));
        self.say(place, Kind::SupportClosed, who, Some(self.me), ["solved", ""]);
    }

    pub(super) fn contact(&mut self, role: &'static str) {
        let me = self.me;
        let Some(member) = self.plan.member(me) else { return };
        if member.contact.is_none() {
            member.contact = Some(role);
            let place =
                Place { part: Crm, subject: "channel:crm", thread: None, title: ["Contact created", ""] };
            self.act(place, Kind::ContactCreated, NONE);
        }
    }

    pub(super) fn champion(&mut self) {
        self.contact("Principal engineer");
        let place =
            Place { part: Crm, subject: "channel:crm", thread: None, title: ["Buying role", "champion"] };
        self.act(place, Kind::CrmRoleSet, ["champion", ""]);
    }
}
