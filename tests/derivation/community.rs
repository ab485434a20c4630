//! A small community of made-up people in a real store, and steps that happen to it in any order.

use std::sync::Arc;

use buyin::{
    domain::{
        account::Zone,
        activity::{Activity, Kind},
        decision::Verb,
        identity::Identity,
        ids::{DecisionId, IdentityId, PersonId},
        page::Page,
        points::Points,
        settings::{Settings, SourceZones},
        stage::Stage,
        time::{Day, Time},
    },
    jobs::derive,
    store::{Outcome, State, Store, View},
};
use proptest::{collection::vec, prelude::*};
use tempfile::TempDir;

/// The day on which conclusions are drawn; facts lie in the two years before it.
pub(super) const TODAY: Day = Day(20_700);
const SOURCES: [(&str, Zone); 2] = [("forge", Zone::Upstream), ("forum", Zone::Program)];
/// Who exists at both sources. At the forum nobody has an e-mail: only a decision links them.
const PEOPLE: [(&str, &str); 6] = [
    ("Ada Moss", "acme.example"),
    ("Bo Reed", "acme.example"),
    ("Cy Fern", "acme.example"),
    ("Di Vale", "globex.example"),
    ("Ed Lake", "globex.example"),
    ("Fay Hill", "you.example"),
];
const KINDS: [Kind; 16] = [
    Kind::CommitAuthored,
    Kind::CommitAuthored,
    Kind::CommitMerged,
    Kind::CommitReviewed,
    Kind::IssueOpened,
    Kind::IssueOpened,
    Kind::IssueCommented,
    Kind::IssueClosed,
    Kind::IssueReopened,
    Kind::PrMerged,
    Kind::AnswerAccepted,
    Kind::RoleGranted,
    Kind::RoleRemoved,
    Kind::CrmRoleSet,
    Kind::ContentPublished,
    Kind::ReactionGiven,
];
/// Few enough that activities are replaced and go, so that somebody's first is another one.
const KEYS: u8 = 60;
const LABELS: [&str; 6] = ["", "bug", "feature", "not planned", "completed", "champion"];

#[derive(Debug, Clone)]
pub(super) struct Act {
    key: u8,
    kind: usize,
    actor: usize,
    ago: i32,
    thread: Option<u8>,
    counterpart: Option<usize>,
    label: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A page of a source.
    Acts(usize, Vec<Act>),
    /// A source no longer holds this key.
    Gone(usize, u8),
    Decide(Choice),
    /// Undoes one of the decisions.
    Undo(prop::sample::Index),
    /// Both sources are complete up to so many days ago.
    Cover(i32),
    Derive,
}

impl Step {
    /// Whether a decision ends after the day on which conclusions are drawn.
    pub(super) fn ends_later(&self) -> bool {
        let until = match self {
            Self::Decide(Choice::Pin(.., until) | Choice::LeaveAlone(_, until)) => *until,
            _ => None,
        };
        until.is_some_and(|days| days > 0)
    }
}

#[derive(Debug, Clone)]
pub(super) enum Choice {
    Pin(usize, usize, Option<i32>),
    Climber(usize),
    LeaveAlone(usize, Option<i32>),
    Link(usize, usize),
    Veto(usize, usize),
    MovedOn(usize, i32, bool),
    Correct(usize, bool),
}

pub(super) fn act(key: u8, kind: usize, actor: usize, ago: i32) -> Act {
    Act { key, kind, actor, ago, thread: None, counterpart: None, label: 0 }
}

/// An act in a thread, with a label.
pub(super) fn in_thread(act: &Act, thread: u8, label: usize) -> Act {
    Act { thread: Some(thread), label, ..act.clone() }
}

fn acts() -> impl Strategy<Value = Act> {
    let person = 0..PEOPLE.len();
    (
        0..KEYS,
        0..KINDS.len(),
        person.clone(),
        0..730_i32,
        prop::option::weighted(0.7, 0..6_u8),
        prop::option::weighted(0.4, person),
        0..LABELS.len(),
    )
        .prop_map(|(key, kind, actor, ago, thread, counterpart, label)| Act {
            key,
            kind,
            actor,
            ago,
            thread,
            counterpart,
            label,
        })
}

pub(super) fn decision() -> impl Strategy<Value = Choice> {
    let person = 0..PEOPLE.len();
    prop_oneof![
        (person.clone(), 0..Stage::ALL.len(), prop::option::of(-200..200_i32))
            .prop_map(|(person, stage, until)| Choice::Pin(person, stage, until)),
        person.clone().prop_map(Choice::Climber),
        (person.clone(), prop::option::of(-200..200_i32)).prop_map(|(p, until)| Choice::LeaveAlone(p, until)),
        (person.clone(), person.clone()).prop_map(|(a, b)| Choice::Link(a, b)),
        (person.clone(), person.clone()).prop_map(|(a, b)| Choice::Veto(a, b)),
        (person.clone(), 0..700_i32, any::<bool>()).prop_map(|(p, ago, to)| Choice::MovedOn(p, ago, to)),
        (person, any::<bool>()).prop_map(|(p, to)| Choice::Correct(p, to)),
    ]
}

pub(super) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..SOURCES.len(), vec(acts(), 1..12)).prop_map(|(source, acts)| Step::Acts(source, acts)),
        3 => (0..SOURCES.len(), 0..KEYS).prop_map(|(source, key)| Step::Gone(source, key)),
        2 => decision().prop_map(Step::Decide),
        1 => any::<prop::sample::Index>().prop_map(Step::Undo),
        1 => (0..200_i32).prop_map(Step::Cover),
        4 => Just(Step::Derive),
    ];
    vec(step, 1..most)
}

pub(super) struct Community {
    pub(super) store: Store,
    pub(super) settings: Settings,
    sources: Vec<u16>,
    decisions: Vec<DecisionId>,
    covered: Day,
    folder: TempDir,
}

impl Community {
    /// With or without own people.
    pub(super) fn new(own: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let mut store = Store::open(&folder.path().join("buyin.db")).unwrap();
        let mut settings = Settings::default();
        settings.you.domains = own.then(|| "you.example".to_owned()).into_iter().collect();
        let mut sources = Vec::new();
        for (name, zone) in SOURCES {
            sources.push(store.source(name, "file").unwrap());
            settings.zones.push(SourceZones { source: name.to_owned(), zone, parts: Vec::new() });
        }
        let mut community =
            Self { store, settings, sources, decisions: Vec::new(), covered: Day(i32::MIN), folder };
        community.cover(Day(TODAY.0 - 200));
        community
    }

    /// By rules by which every piece of evidence moves somebody: what is not concluded again shows.
    pub(super) fn eager(own: bool) -> Self {
        let mut community = Self::new(own);
        let rules = &mut community.settings.rules;
        for step in &mut rules.moves {
            (step.points, step.acts, step.weeks, step.days, step.counterparts) = (Points(100), 1, 1, 0, 0);
        }
        rules.blocker.points = Points(500);
        community
    }

    pub(super) fn take(&mut self, step: &Step) {
        match step {
            Step::Acts(source, acts) => self.acts(*source, acts),
            Step::Gone(source, key) => {
                let page = Page { gone: vec![vec![*key]], ..Page::default() };
                self.store.apply(self.sources[*source], "all", &page, None, now()).unwrap();
            }
            Step::Decide(choice) => {
                if let Some(id) = self.decide(choice) {
                    self.decisions.push(id);
                }
            }
            Step::Undo(which) => {
                if !self.decisions.is_empty() {
                    let at = which.index(self.decisions.len());
                    let id = self.decisions.remove(at);
                    self.verb(Verb::Undo { decision: id });
                }
            }
            Step::Cover(ago) => self.cover(Day(TODAY.0 - ago)),
            Step::Derive => self.derive(TODAY),
        }
    }

    fn acts(&mut self, source: usize, acts: &[Act]) {
        let identities = (0..PEOPLE.len()).map(|person| identity(source, person)).collect();
        let person = |at: usize| u32::try_from(at).unwrap();
        let activities = acts
            .iter()
            .map(|act| Activity {
                key: vec![act.key],
                kind: KINDS[act.kind],
                actor: person(act.actor),
                at: Time(Day(TODAY.0 - act.ago).start().0 + i64::from(act.key) * 60),
                subject: Some(Arc::from("repo:acme/tool")),
                thread: act.thread.map(|thread| Arc::from(format!("#{thread}"))),
                counterpart: act.counterpart.map(person),
                labels: Some(LABELS[act.label].to_owned())
                    .filter(|label| !label.is_empty())
                    .into_iter()
                    .collect(),
                title: None,
                url: None,
            })
            .collect();
        let page = Page { identities, activities, ..Page::default() };
        self.store.apply(self.sources[source], "all", &page, None, now()).unwrap();
    }

    /// Coverage never goes back.
    pub(super) fn cover(&mut self, day: Day) {
        self.covered = self.covered.max(day);
        let until = Some(Time(self.covered.plus(1).start().0 - 1));
        let outcome = Outcome { state: State::Ok, until, checked_at: now(), error: None, hint: None };
        for source in self.sources.clone() {
            self.store.settle(source, "all", &outcome).unwrap();
        }
    }

    /// Another part of a source, of which nothing is known yet.
    pub(super) fn add_stream(&mut self, source: usize, stream: &str) {
        self.store.apply(self.sources[source], stream, &Page::default(), None, now()).unwrap();
    }

    pub(super) fn view(&self) -> View {
        View::open(&self.folder.path().join("buyin.db")).unwrap()
    }

    pub(super) fn derive(&mut self, today: Day) {
        derive::run(&mut self.store, &self.settings, today).unwrap();
    }

    /// `None`: it speaks of somebody whom nobody knows yet.
    pub(super) fn decide(&mut self, choice: &Choice) -> Option<DecisionId> {
        let day = |ago: &i32| Day(TODAY.0 + ago);
        let verb = match choice {
            Choice::Pin(person, stage, until) => Verb::Pin {
                person: self.person(*person)?,
                stage: Stage::ALL[*stage],
                until: until.as_ref().map(day),
            },
            Choice::Climber(person) => Verb::Climber { person: self.person(*person)?, until: None },
            Choice::LeaveAlone(person, until) => {
                Verb::LeaveAlone { person: self.person(*person)?, until: until.as_ref().map(day) }
            }
            Choice::Link(a, b) => Verb::Link { a: self.identity_id(0, *a)?, b: self.identity_id(1, *b)? },
            Choice::Veto(a, b) if a != b => {
                Verb::Veto { a: self.identity_id(0, *a)?, b: self.identity_id(1, *b)? }
            }
            Choice::Veto(..) => return None,
            Choice::MovedOn(person, ago, to) => Verb::MovedOn {
                person: self.person(*person)?,
                on: Day(TODAY.0 - ago),
                to: to.then(|| "globex.example".to_owned()),
            },
            Choice::Correct(person, to) => Verb::Correct {
                person: self.person(*person)?,
                company: to.then(|| "acme.example".to_owned()),
                from: None,
                to: None,
            },
        };
        Some(self.verb(verb))
    }

    pub(super) fn verb(&mut self, verb: Verb) -> DecisionId {
        let at = Day(TODAY.0 - 20).start();
        self.store.decide(at, "tester", None, verb).unwrap().id
    }

    pub(super) fn person(&self, person: usize) -> Option<PersonId> {
        self.identity_id(0, person).map(PersonId::from)
    }

    fn identity_id(&self, source: usize, person: usize) -> Option<IdentityId> {
        let native = identity(source, person).native;
        let known = self.store.identities().unwrap();
        let one = known.iter().find(|one| one.source == self.sources[source] && one.profile.native == native);
        one.map(|one| one.id)
    }
}

fn identity(source: usize, person: usize) -> Identity {
    let (name, domain) = PEOPLE[person];
    let first = name.split(' ').next().unwrap_or(name).to_lowercase();
    if source == 0 {
        let email = format!("{first}@{domain}");
        return Identity {
            native: format!("{name} <{email}>"),
            name: Some(name.to_owned()),
            email: Some(email),
            ..Identity::default()
        };
    }
    Identity {
        native: format!("@{first}{person}"),
        handle: Some(format!("{first}{person}")),
        forge: Some("forum.example".to_owned()),
        ..Identity::default()
    }
}

fn now() -> Time {
    TODAY.plus(1).start()
}
