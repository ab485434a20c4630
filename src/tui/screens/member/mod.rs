//! One person: where they stand and stood, the evidence for it, what they did, the identities behind them, the
//! roles they held. Must not know how any of it was found.

mod head;
mod identities;
mod journey;
mod ladder;

use serde::{Deserialize, Serialize};

use super::{
    Asked, Context, Page, Part, Pieces, Reasons, Screen, Step, Target,
    ask::Ask,
    ledger::{self, Ledger},
    notes,
    part::Listing,
};
use crate::{
    domain::{
        activity::{Of, TimelineRow},
        decision::Decision,
        ids::PersonId,
        journey::Spell,
        person::{PersonDetail, PersonIdentity},
        query::When,
        stage::Stage,
        why::{WhyAbout, WhyOf},
    },
    jobs::read::{Query, Reply},
    tui::{command::Command, theme::Role, widgets::text::figure},
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    id: PersonId,
    name: String,
    /// Everything but what stands in a list of its own.
    detail: Option<PersonDetail>,
    gone: bool,
    asked: Asked,
    tab: Tab,
    /// The lines above the tabs, by the height of the screen.
    lines: u16,
    journey: Listing<journey::Turn>,
    evidence: Ledger,
    activity: Listing<TimelineRow>,
    identities: Listing<PersonIdentity>,
    places: Listing<identities::Place>,
    notes: Listing<Decision>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Tab {
    Journey,
    Evidence,
    Activity,
    Identities,
    Roles,
    Notes,
}

const TABS: [Tab; 6] = [Tab::Journey, Tab::Evidence, Tab::Activity, Tab::Identities, Tab::Roles, Tab::Notes];

/// The number of a person that has a reason.
pub(super) fn reason(id: PersonId, name: &str) -> (String, WhyAbout, WhyOf) {
    (format!("Stage of {name}"), WhyAbout::Person(id), WhyOf::Stage)
}

impl Member {
    pub fn new(id: PersonId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            detail: None,
            gone: false,
            asked: Asked::default(),
            tab: Tab::Journey,
            lines: 1,
            journey: Listing::given(),
            evidence: ledger::of(WhyAbout::Person(id), WhyOf::Stage),
            activity: Listing::new(Ask::Activities(Of::Person(id))),
            identities: Listing::given(),
            places: Listing::given(),
            notes: Listing::given(),
        }
    }

    /// The step to this person's screen.
    pub fn step(id: PersonId, name: &str) -> Step {
        Step::Go(Box::new(Screen::Member(Box::new(Self::new(id, name)))))
    }

    pub const fn id(&self) -> PersonId {
        self.id
    }

    fn take_detail(&mut self, detail: Option<Box<PersonDetail>>) {
        self.gone = detail.is_none();
        if detail.is_none() {
            self.journey.set([]);
            self.identities.set([]);
            self.places.set([]);
            self.notes.set([]);
        }
        self.detail = detail.map(|mut detail| {
            self.journey.set(journey::turns(&detail));
            detail.moves.clear();
            let roles = detail.roles.iter().cloned().map(identities::Place::Role);
            self.places.set(roles.chain(detail.memberships.iter().cloned().map(identities::Place::Account)));
            self.identities.set(std::mem::take(&mut detail.identities));
            self.notes.set(std::mem::take(&mut detail.decisions));
            self.name.clone_from(&detail.row.name);
            *detail
        });
    }
}

impl Page for Member {
    fn title(&self) -> String {
        self.name.clone()
    }

    fn part(&self) -> &dyn Part {
        match self.tab {
            Tab::Journey => &self.journey,
            Tab::Evidence => &self.evidence,
            Tab::Activity => &self.activity,
            Tab::Identities => &self.identities,
            Tab::Roles => &self.places,
            Tab::Notes => &self.notes,
        }
    }

    fn part_mut(&mut self) -> &mut dyn Part {
        match self.tab {
            Tab::Journey => &mut self.journey,
            Tab::Evidence => &mut self.evidence,
            Tab::Activity => &mut self.activity,
            Tab::Identities => &mut self.identities,
            Tab::Roles => &mut self.places,
            Tab::Notes => &mut self.notes,
        }
    }

    fn parts_mut(&mut self) -> Vec<&mut dyn Part> {
        vec![
            &mut self.journey,
            &mut self.evidence,
            &mut self.activity,
            &mut self.identities,
            &mut self.places,
            &mut self.notes,
        ]
    }

    fn thing(&self) -> Option<&Asked> {
        Some(&self.asked)
    }

    fn thing_mut(&mut self) -> Option<&mut Asked> {
        Some(&mut self.asked)
    }

    fn question(&self, when: When) -> Option<Query> {
        Some(Query::Person { id: self.id, when })
    }

    fn take(&mut self, reply: Reply) {
        if let Reply::Person(detail) = reply {
            self.take_detail(detail);
        }
    }

    fn fit(&mut self, _width: u16, height: u16) {
        self.lines = match height {
            0..14 => 1,
            14..20 => 2,
            _ => 4,
        };
        let rows = height.saturating_sub(self.chrome()).max(1);
        self.part_mut().scroll_mut().resize(rows);
    }

    fn command(&mut self, command: &Command) -> Step {
        match command {
            Command::Open => self.part().open(),
            Command::Sort => Step::No("this list is always newest first"),
            Command::All => Step::No("everything is shown here already"),
            _ => Step::No("that does nothing here"),
        }
    }

    fn tabs(&self) -> Vec<String> {
        let row = self.detail.as_ref().map(|detail| &detail.row);
        let count = |count: Option<u64>| count.map_or(String::new(), |count| format!(" {}", figure(count)));
        let some = |count: Option<u64>| count.filter(|count| *count > 0);
        vec![
            format!("Journey{}", count(some(self.journey.total()))),
            "Evidence".to_owned(),
            "Activity".to_owned(),
            format!("Identities{}", count(row.map(|row| row.identities.into()))),
            format!("Roles{}", count(some(self.places.total()))),
            format!("Notes{}", count(some(self.notes.total()))),
        ]
    }

    fn tab(&self) -> usize {
        TABS.iter().position(|tab| *tab == self.tab).unwrap_or(0)
    }

    fn set_tab(&mut self, tab: usize) {
        self.tab = TABS.get(tab).copied().unwrap_or(self.tab);
    }

    fn target(&self) -> Option<Target> {
        let person = Some((self.id, self.name.clone()));
        let own = Target { name: self.name.clone(), id: self.id.to_string(), ..Target::default() };
        Some(Target { person, ..self.part().target().unwrap_or(own) })
    }

    fn reasons(&self) -> Reasons {
        vec![reason(self.id, &self.name)]
    }

    fn of(&self) -> Option<Of> {
        Some(Of::Person(self.id))
    }

    fn beside(&self, context: Context<'_>) -> String {
        self.detail.as_ref().map_or_else(String::new, |detail| head::beside(detail, context))
    }

    fn facts(&self, context: Context<'_>) -> Vec<Pieces> {
        let Some(detail) = &self.detail else {
            let text = match (self.gone, self.asked.is_waiting(), context.as_of) {
                (true, _, Some(_)) => "nobody of that name was known by this day; ) goes on to the next day",
                (true, _, None) => "there is no such person any more; esc goes back",
                (false, true, _) => "loading",
                (false, false, _) => "this person could not be read; r reads the sources again",
            };
            return vec![vec![(text.to_owned(), Role::Warn)]];
        };
        let mut lines = vec![head::stands(detail, context), head::belongs(detail, context)];
        let room = usize::from(context.width).saturating_sub(14).max(4);
        if let Some(ladder) = ladder::ladder(&detail.spells, context.day(), room) {
            lines.extend([ladder.scale, ladder.strip]);
        }
        lines
    }

    fn fact_lines(&self) -> u16 {
        let placed = |spell: &Spell| spell.stage != Stage::Unplaced;
        let ladder = self.detail.as_ref().is_some_and(|detail| detail.spells.iter().any(placed));
        if ladder { self.lines } else { self.lines.min(2) }
    }

    fn empty(&self, context: Context<'_>) -> Vec<String> {
        if !self.part().is_loaded() {
            return vec!["loading".to_owned()];
        }
        let by = if context.as_of.is_some() { " by this day" } else { "" };
        match self.tab {
            Tab::Journey => vec![
                format!("no rule has placed this person{by}"),
                "a first issue, question, change or trial would; 2 shows what counts".to_owned(),
            ],
            Tab::Evidence => vec![
                format!("nothing counts for this person{by}"),
                "stars, reactions and registrations alone place nobody".to_owned(),
            ],
            Tab::Activity => vec![format!("nothing is known to have been done by this person{by}")],
            Tab::Identities => vec!["no identity of this person is known".to_owned()],
            Tab::Roles => vec![
                "this person belongs to no account and holds no role that we can see".to_owned(),
                "type :correct and a company to say where they belong".to_owned(),
            ],
            Tab::Notes => notes::none("press n and a text, or p to pin a stage"),
        }
    }
}
