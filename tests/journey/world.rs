//! A world in memory: people, what they did, what was decided, and how far each source was heard. It tells the
//! engine what it asks for, and can be cut at a day. Must not know a store, nor any rule.

use std::collections::BTreeMap;

use buyin::{
    domain::{
        account::Zone,
        activity::Kind,
        ids::{AccountId, PersonId},
        person::Nature,
        time::{Day, Time},
    },
    journey::case::{Act, Around, Belonging, Decided, Marks, Other, Subject},
};

pub(super) const OPENINGS: [Kind; 5] =
    [Kind::IssueOpened, Kind::TopicOpened, Kind::PrOpened, Kind::SupportOpened, Kind::MessagePosted];

/// Says what labels mean to the rules.
pub(super) type Reader<'a> = &'a dyn Fn(&[&str]) -> Marks;

/// Somebody; people are named by their place in [`World::people`]. Each identity belongs to one of them.
#[derive(Debug, Clone)]
pub(super) struct Somebody {
    pub(super) name: String,
    pub(super) nature: Nature,
    pub(super) identities: Vec<u32>,
    pub(super) belongings: Vec<Belonging>,
}

/// An activity, its labels still in words.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub(super) seq: i64,
    pub(super) at: Time,
    pub(super) known_at: Time,
    pub(super) source: u16,
    pub(super) identity: u32,
    pub(super) kind: Kind,
    pub(super) zone: Zone,
    pub(super) labels: Vec<String>,
    pub(super) subject: Option<u32>,
    pub(super) thread: Option<u32>,
    pub(super) counterpart: Option<u32>,
}

#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) people: Vec<Somebody>,
    /// In order of time and ledger; see [`World::new`].
    pub(super) facts: Vec<Fact>,
    /// Whom it is about, and what; in the order in which they were made.
    pub(super) decisions: Vec<(usize, Decided)>,
    /// The day up to which all is known.
    pub(super) today: Day,
    /// Sources that are complete up to an earlier day.
    pub(super) covered: BTreeMap<u16, Day>,
    /// Which sources each person acts in.
    sources: Vec<Vec<u16>>,
}

impl World {
    pub(super) fn new(people: Vec<Somebody>, facts: Vec<Fact>, today: Day) -> Self {
        let mut world = Self {
            people,
            facts,
            decisions: Vec::new(),
            today,
            covered: BTreeMap::new(),
            sources: Vec::new(),
        };
        world.facts.sort_by_key(|fact| (fact.at, fact.seq));
        world.sources = (0..world.people.len())
            .map(|who| world.own(who).map(|fact| fact.source).collect::<Vec<_>>())
            .collect();
        world
    }

    /// The facts up to the end of a day, and the silence up to it. Who is who stays as known today.
    pub(super) fn as_of(&self, day: Day) -> Self {
        let mut world = self.clone();
        world.facts.retain(|fact| fact.at.day() <= day);
        world.decisions.retain(|(_, decided)| decided.from <= day);
        world.today = world.today.min(day);
        world
    }

    pub(super) fn id(who: usize) -> PersonId {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&(who as u64 + 1).to_be_bytes());
        PersonId(bytes)
    }

    pub(super) fn account(number: u8) -> AccountId {
        AccountId([number; 10])
    }

    /// Who is behind an identity.
    pub(super) fn behind(&self, identity: u32) -> usize {
        self.people.iter().position(|one| one.identities.contains(&identity)).expect("everybody is somebody")
    }

    pub(super) fn own(&self, who: usize) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |fact| self.people[who].identities.contains(&fact.identity))
    }

    /// Today, or the day of a fact beyond it.
    pub(super) fn last_day(&self) -> Day {
        self.facts.last().map_or(self.today, |fact| fact.at.day().max(self.today))
    }

    /// Up to where silence is known of somebody.
    pub(super) fn horizon(&self, who: usize) -> Day {
        self.sources[who]
            .iter()
            .filter_map(|source| self.covered.get(source))
            .copied()
            .fold(self.today, Day::min)
    }

    /// Up to where silence is known in a thread.
    pub(super) fn heard(&self, thread: u32) -> Day {
        let source = self.facts.iter().find(|fact| fact.thread == Some(thread)).map(|fact| fact.source);
        source.and_then(|source| self.covered.get(&source)).map_or(self.today, |day| self.today.min(*day))
    }

    /// Who acted, and upon whom.
    pub(super) fn actor(&self, fact: &Fact) -> usize {
        self.behind(fact.identity)
    }

    pub(super) fn counterpart(&self, fact: &Fact) -> Option<usize> {
        fact.counterpart.map(|identity| self.behind(identity))
    }

    /// Whether it is another human than that one.
    pub(super) fn is_other(&self, whom: usize, than: usize) -> bool {
        whom != than && self.people[whom].nature != Nature::Bot
    }

    /// Whether two humans are at one account on a day.
    pub(super) fn are_colleagues(&self, one: usize, other: usize, day: Day) -> bool {
        let of =
            |who: usize| self.people[who].belongings.iter().filter(move |belonging| belonging.holds(day));
        let human = self.people[other].nature == Nature::Human;
        human && one != other && of(one).any(|mine| of(other).any(|theirs| theirs.account == mine.account))
    }

    /// What opened the thread of a fact, by then.
    pub(super) fn opener(&self, fact: &Fact) -> Option<&Fact> {
        let before = |one: &&Fact| one.thread == fact.thread && (one.at, one.seq) <= (fact.at, fact.seq);
        fact.thread?;
        self.facts.iter().filter(before).find(|one| OPENINGS.contains(&one.kind))
    }

    /// Periods in which somebody held a role, and the activity that granted each: for each subject and identity as
    /// long as more was granted than removed, counted at the end of the day.
    pub(super) fn roles(&self, who: usize) -> Vec<(Day, Option<Day>, &Fact)> {
        let mut places: BTreeMap<(Option<u32>, u32), Vec<&Fact>> = BTreeMap::new();
        for fact in self.own(who).filter(|fact| matches!(fact.kind, Kind::RoleGranted | Kind::RoleRemoved)) {
            places.entry((fact.subject, fact.identity)).or_default().push(fact);
        }
        let mut roles: Vec<(Day, Option<Day>, &Fact)> = Vec::new();
        for facts in places.values() {
            let (mut held, mut open) = (0, None);
            for today in facts.chunk_by(|one, other| one.at.day() == other.at.day()) {
                let granted: Vec<_> = today.iter().filter(|fact| fact.kind == Kind::RoleGranted).collect();
                held = (held + granted.len()).saturating_sub(today.len() - granted.len());
                match (open, granted.first()) {
                    (None, Some(fact)) if held > 0 => open = Some((fact.at.day(), None, **fact)),
                    (Some((from, _, fact)), _) if held == 0 => {
                        roles.push((from, Some(today[0].at.day()), fact));
                        open = None;
                    }
                    _ => {}
                }
            }
            roles.extend(open);
        }
        roles.sort_by_key(|(from, _, fact)| (*from, fact.at, fact.seq));
        roles
    }

    /// Whether somebody holds any role on a day.
    pub(super) fn holds_role(&self, who: usize, day: Day) -> bool {
        self.roles(who).iter().any(|(from, to, _)| *from <= day && to.is_none_or(|to| day < to))
    }

    /// Since when it is known who speaks for the project of a source and a subject.
    pub(super) fn spoken_for_since(&self, source: u16, subject: Option<u32>) -> Option<Day> {
        if self.people.iter().any(|one| one.nature == Nature::Own) {
            return Some(Day(i32::MIN));
        }
        let here = |fact: &&Fact| fact.source == source || subject.is_some() && fact.subject == subject;
        let granted = |fact: &&Fact| fact.kind == Kind::RoleGranted && here(fact);
        self.facts.iter().find(granted).map(|fact| fact.at.day())
    }

    /// Calls `f` with all that the engine is told of one person.
    pub(super) fn with<T>(
        &self,
        who: usize,
        reader: Reader<'_>,
        f: impl FnOnce(&Subject<'_>, &mut dyn Around) -> T,
    ) -> T {
        let identities = &self.people[who].identities;
        let own: Vec<Act> = self.own(who).map(|fact| act(fact, reader)).collect();
        let upon: Vec<Act> = self
            .facts
            .iter()
            .filter(|fact| fact.counterpart.is_some_and(|whom| identities.contains(&whom)))
            .map(|fact| act(fact, reader))
            .collect();
        let decided: Vec<Decided> =
            self.decisions.iter().filter(|(whom, _)| *whom == who).map(|(_, decided)| *decided).collect();
        let subject = Subject {
            person: Self::id(who),
            identities,
            own: &own,
            upon: &upon,
            memberships: &self.people[who].belongings,
            decided: &decided,
            horizon: self.horizon(who),
        };
        f(&subject, &mut Asked { world: self, reader })
    }
}

fn act(fact: &Fact, reader: Reader<'_>) -> Act {
    let labels: Vec<&str> = fact.labels.iter().map(String::as_str).collect();
    Act {
        at: fact.at,
        seq: fact.seq,
        known_at: fact.known_at,
        identity: fact.identity,
        kind: fact.kind,
        zone: fact.zone,
        marks: reader(&labels),
        subject: fact.subject,
        thread: fact.thread,
        counterpart: fact.counterpart,
    }
}

struct Asked<'a> {
    world: &'a World,
    reader: Reader<'a>,
}

impl Asked<'_> {
    fn person(&self, id: PersonId) -> usize {
        (0..self.world.people.len()).find(|who| World::id(*who) == id).expect("a person of this world")
    }
}

impl Around for Asked<'_> {
    fn who(&mut self, identity: u32) -> Other {
        let who = self.world.behind(identity);
        Other { person: World::id(who), nature: self.world.people[who].nature }
    }

    fn thread(&mut self, thread: u32) -> Vec<Act> {
        let of = self.world.facts.iter().filter(|fact| fact.thread == Some(thread));
        of.map(|fact| act(fact, self.reader)).collect()
    }

    fn first(&mut self, person: PersonId) -> Option<Act> {
        let who = self.person(person);
        self.world.own(who).find(|fact| !fact.kind.is_about()).map(|fact| act(fact, self.reader))
    }

    fn newcomers(&mut self, thread: u32) -> Vec<PersonId> {
        let everybody = (0..self.world.people.len()).map(World::id);
        let began = |person: &PersonId| {
            let first = self.world.own(self.person(*person)).find(|fact| !fact.kind.is_about());
            first.is_some_and(|first| first.thread == Some(thread))
        };
        everybody.filter(began).collect()
    }

    fn memberships(&mut self, person: PersonId) -> Vec<Belonging> {
        self.world.people[self.person(person)].belongings.clone()
    }

    fn roles(&mut self, person: PersonId) -> Vec<(Day, Option<Day>)> {
        let who = self.person(person);
        self.world.roles(who).into_iter().map(|(from, to, _)| (from, to)).collect()
    }

    fn spoken_for_since(&mut self, thread: u32) -> Option<Day> {
        let fact = self.world.facts.iter().find(|fact| fact.thread == Some(thread))?;
        self.world.spoken_for_since(fact.source, fact.subject)
    }

    fn heard_until(&mut self, thread: u32) -> Day {
        self.world.heard(thread)
    }
}
