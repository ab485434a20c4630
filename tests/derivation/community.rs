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
const SOURCES: [(&str, Zone); 3] =
    [("forge", Zone::Upstream), ("forum", Zone::Program), ("product", Zone::Downstream)];
/// Parts of a source, which are complete up to days of their own. The second is there from its first page on.
const STREAMS: [&str; 2] = ["all", "more"];
/// Who exists at all sources. Beside the forge nobody has an e-mail: only a decision links them.
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

/// A source and a part of it.
pub(super) type Part = (usize, usize);
/// The first part of the forge.
pub(super) const FORGE: Part = (0, 0);

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A page of a source.
    Acts(Part, Vec<Act>),
    /// A source no longer holds this key.
    Gone(Part, u8),
    Decide(Choice),
    /// Undoes one of the decisions.
    Undo(prop::sample::Index),
    /// A part of a source is complete up to so many days ago; that may be earlier than it was said to be.
    Cover(Part, i32),
    /// From now on other settings hold.
    Change(Change),
    Derive,
}

/// Settings that shape conclusions.
#[derive(Debug, Clone)]
pub(super) enum Change {
    Zone(usize, usize),
    ActiveDays(u32),
    UnansweredDays(u32),
    /// How a group is judged.
    Quorum(u32),
    /// How many weeks momentum looks at.
    Recent(u32),
    Block(i64),
    /// The points of one of the signals; none switch it off.
    Signal(usize, i64),
    Label(String),
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

fn part() -> impl Strategy<Value = Part> {
    // Most of it stands in the first part.
    (0..SOURCES.len(), prop_oneof![4 => Just(0), 1 => Just(1)])
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0..SOURCES.len(), 0..Zone::ALL.len()).prop_map(|(source, zone)| Change::Zone(source, zone)),
        1 => (10..300_u32).prop_map(Change::ActiveDays),
        1 => (5..60_u32).prop_map(Change::UnansweredDays),
        1 => (1..4_u32).prop_map(Change::Quorum),
        1 => (1..12_u32).prop_map(Change::Recent),
        1 => (200..3_000_i64).prop_map(Change::Block),
        1 => (0..20_usize, 0..4_000_i64).prop_map(|(signal, points)| Change::Signal(signal, points)),
        1 => prop::sample::select(vec!["bug", "completed", "champion"])
            .prop_map(|label| Change::Label(label.to_owned())),
    ]
}

pub(super) fn changes() -> impl Strategy<Value = Vec<Change>> {
    vec(change(), 1..4)
}

pub(super) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (part(), vec(acts(), 1..12)).prop_map(|(part, acts)| Step::Acts(part, acts)),
        3 => (part(), 0..KEYS).prop_map(|(part, key)| Step::Gone(part, key)),
        2 => decision().prop_map(Step::Decide),
        1 => any::<prop::sample::Index>().prop_map(Step::Undo),
        2 => (part(), 0..300_i32).prop_map(|(part, ago)| Step::Cover(part, ago)),
        2 => change().prop_map(Step::Change),
        4 => Just(Step::Derive),
    ];
    vec(step, 1..most)
}

pub(super) struct Community {
    pub(super) store: Store,
    pub(super) settings: Settings,
    sources: Vec<u16>,
    decisions: Vec<DecisionId>,
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
        let mut community = Self { store, settings, sources, decisions: Vec::new(), folder };
        for source in 0..SOURCES.len() {
            community.cover_part((source, 0), Day(TODAY.0 - 200));
        }
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
            Step::Acts(part, acts) => self.acts(*part, acts),
            Step::Gone(part, key) => {
                let page = Page { gone: vec![native_key(*part, *key)], ..Page::default() };
                self.apply(*part, &page);
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
            Step::Cover(part, ago) => self.cover_part(*part, Day(TODAY.0 - ago)),
            Step::Change(change) => self.change(change),
            Step::Derive => self.derive(TODAY),
        }
    }

    fn acts(&mut self, part: Part, acts: &[Act]) {
        let source = part.0;
        let identities = (0..PEOPLE.len()).map(|person| identity(source, person)).collect();
        let person = |at: usize| u32::try_from(at).unwrap();
        let activities = acts
            .iter()
            .map(|act| Activity {
                key: native_key(part, act.key),
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
        self.apply(part, &Page { identities, activities, ..Page::default() });
    }

    fn apply(&mut self, (source, stream): Part, page: &Page) {
        self.store.apply(self.sources[source], STREAMS[stream], page, None, now()).unwrap();
    }

    /// All parts of all sources are complete up to a day.
    pub(super) fn cover(&mut self, day: Day) {
        for source in 0..SOURCES.len() {
            for stream in 0..STREAMS.len() {
                self.cover_part((source, stream), day);
            }
        }
    }

    fn cover_part(&mut self, (source, stream): Part, day: Day) {
        let until = Some(Time(day.plus(1).start().0 - 1));
        let outcome = Outcome { state: State::Ok, until, checked_at: now(), error: None, hint: None };
        self.store.settle(self.sources[source], STREAMS[stream], &outcome).unwrap();
    }

    fn change(&mut self, change: &Change) {
        let Settings { rules, zones, .. } = &mut self.settings;
        match change {
            Change::Zone(source, zone) => zones[*source].zone = Zone::ALL[*zone],
            Change::ActiveDays(days) => rules.thresholds.active_days = *days,
            Change::UnansweredDays(days) => rules.thresholds.unanswered_days = *days,
            Change::Quorum(people) => rules.thresholds.quorum = *people,
            Change::Recent(weeks) => rules.thresholds.recent_weeks = *weeks,
            Change::Block(points) => rules.blocker.points = Points(*points),
            Change::Signal(place, points) => {
                let count = rules.signals.len();
                rules.signals[place % count].points = Points(*points);
            }
            Change::Label(label) => {
                rules.labels.values_mut().for_each(|labels| labels.retain(|known| known != label));
            }
        }
    }

    /// The settings are those in force, also for who asks the store.
    pub(super) fn adopt(&mut self) {
        let settings = serde_json::to_string(&self.settings).unwrap();
        self.store.adopt(&self.settings.hash(&[]), &settings, now(), "tester").unwrap();
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
            Choice::Link(a, b) => {
                Verb::Link { a: self.identity_id(0, *a)?, b: self.identity_id(1 + a % 2, *b)? }
            }
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
        forge: Some(format!("{}.example", SOURCES[source].0)),
        ..Identity::default()
    }
}

/// What a source calls a record: no two parts hold the same.
fn native_key((_, stream): Part, key: u8) -> Vec<u8> {
    vec![u8::try_from(stream).unwrap(), key]
}

fn now() -> Time {
    TODAY.plus(1).start()
}
