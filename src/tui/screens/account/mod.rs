//! One account: its way and where its consensus stands, its group in lanes, what was done, all its people, what
//! blocks them, and what was noted. Must not know how any of it was found.

mod causes;
mod group;
mod head;
mod people;

use serde::{Deserialize, Serialize};

use super::{
    Asked, Context, Page, Part, Pieces, Reasons, Screen, Step, Target, accounts, ask::Ask, member,
    next_order, notes, part::Listing, people::People, quiet,
};
use crate::{
    domain::{
        account::{AccountDetail, AccountRow, HandshakeRow},
        activity::{Of, TimelineRow},
        decision::Decision,
        ids::AccountId,
        person::MemberRow,
        query::{PersonSort, When},
    },
    jobs::read::{Query, Reply},
    tui::{
        command::{Command, Move},
        theme::Role,
        widgets::{lanes::Lane, text::figure},
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    id: AccountId,
    /// Known from the list already; the rest comes with `asked`.
    row: Option<AccountRow>,
    shakes: Vec<HandshakeRow>,
    gone: bool,
    asked: Asked,
    tab: Tab,
    /// The lines above the tabs, by the height of the screen.
    lines: u16,
    /// There is room for lanes.
    wide: bool,
    group: group::Group,
    timeline: Listing<TimelineRow>,
    people: Listing<MemberRow>,
    causes: Listing<causes::Topic>,
    notes: Listing<Decision>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Tab {
    Group,
    Timeline,
    People,
    Causes,
    Notes,
}

const TABS: [Tab; 5] = [Tab::Group, Tab::Timeline, Tab::People, Tab::Causes, Tab::Notes];

impl Account {
    pub fn new(id: AccountId, row: Option<AccountRow>) -> Self {
        Self {
            id,
            row,
            shakes: Vec::new(),
            gone: false,
            asked: Asked::default(),
            tab: Tab::Group,
            lines: 1,
            wide: false,
            group: group::of(id),
            timeline: Listing::new(Ask::Activities(Of::Account(id))),
            people: Listing::new(Ask::Members { account: id, sort: PersonSort::Last }),
            causes: Listing::given(),
            notes: Listing::given(),
        }
    }

    pub fn of(row: AccountRow) -> Self {
        Self::new(row.id, Some(row))
    }

    pub const fn id(&self) -> AccountId {
        self.id
    }

    fn has_lanes(&self) -> bool {
        self.wide && self.tab == Tab::Group
    }

    fn take_detail(&mut self, detail: Option<Box<AccountDetail>>) {
        self.gone = detail.is_none();
        let Some(detail) = detail else {
            self.notes.set([]);
            self.causes.set([]);
            return;
        };
        let causes = detail.causes.into_iter().map(causes::Topic::Cause);
        self.causes.set(causes.chain(detail.interests.into_iter().map(causes::Topic::Interest)));
        self.row = Some(detail.row);
        self.shakes = detail.handshakes;
        self.notes.set(detail.decisions);
    }

    /// The person under the marker.
    fn person(&self) -> Option<Target> {
        match self.tab {
            Tab::Group => self.group.target(),
            Tab::People => self.people.target(),
            _ => None,
        }
    }
}

impl Page for Account {
    fn title(&self) -> String {
        self.row.as_ref().map_or_else(|| self.id.to_string(), |row| row.name.clone())
    }

    fn part(&self) -> &dyn Part {
        match self.tab {
            Tab::Group => &self.group,
            Tab::Timeline => &self.timeline,
            Tab::People => &self.people,
            Tab::Causes => &self.causes,
            Tab::Notes => &self.notes,
        }
    }

    fn part_mut(&mut self) -> &mut dyn Part {
        match self.tab {
            Tab::Group => &mut self.group,
            Tab::Timeline => &mut self.timeline,
            Tab::People => &mut self.people,
            Tab::Causes => &mut self.causes,
            Tab::Notes => &mut self.notes,
        }
    }

    fn parts_mut(&mut self) -> Vec<&mut dyn Part> {
        vec![&mut self.group, &mut self.timeline, &mut self.people, &mut self.causes, &mut self.notes]
    }

    fn thing(&self) -> Option<&Asked> {
        Some(&self.asked)
    }

    fn thing_mut(&mut self) -> Option<&mut Asked> {
        Some(&mut self.asked)
    }

    fn question(&self, when: When) -> Option<Query> {
        Some(Query::Account { id: self.id, when })
    }

    fn take(&mut self, reply: Reply) {
        if let Reply::Account(detail) = reply {
            self.take_detail(detail);
        }
    }

    fn fit(&mut self, width: u16, height: u16) {
        self.wide = width >= group::LANES_FROM && height >= 12;
        self.lines = match height {
            0..16 => 1,
            16..20 => 2,
            _ => 3,
        };
        let rows = height.saturating_sub(self.chrome()).max(1);
        let all = self.has_lanes();
        // In lanes everybody is seen at once.
        self.part_mut().scroll_mut().resize(if all { 1_000 } else { rows });
    }

    fn command(&mut self, command: &Command) -> Step {
        match (command, self.tab) {
            (Command::Open, _) => self.part().open(),
            (Command::Sort, Tab::Group) => {
                Step::No("the group stands by stage; its people (3) can be sorted")
            }
            (Command::Sort, Tab::People) => next_order(&mut self.people, ""),
            (Command::Sort, _) => Step::No("this list is always newest first"),
            (Command::All, _) => Step::No("everything is shown here already"),
            _ => Step::No("that does nothing here"),
        }
    }

    fn go(&mut self, movement: Move) {
        if self.has_lanes() {
            group::go(&mut self.group, movement);
        } else {
            self.part_mut().scroll_mut().go(movement);
        }
    }

    fn sideways(&mut self, right: bool) -> bool {
        let lanes = self.has_lanes();
        if lanes {
            group::sideways(&mut self.group, right);
        }
        lanes
    }

    fn search(&self) -> Option<Screen> {
        let row = self.row.as_ref().filter(|_| matches!(self.tab, Tab::Group | Tab::People));
        row.map(|row| Screen::People(Box::new(People::of(&row.name))))
    }

    fn tabs(&self) -> Vec<String> {
        let row = self.row.as_ref();
        let some = |count: Option<u64>| {
            count.filter(|count| *count > 0).map_or(String::new(), |count| format!(" {}", figure(count)))
        };
        let active = row.map_or(String::new(), |row| format!(" {}", figure(row.group.active.into())));
        let people = row.map_or(String::new(), |row| format!(" {}", figure(row.people.into())));
        let blocking =
            self.causes.at_hand().filter(|topic| matches!(topic, causes::Topic::Cause(_))).count() as u64;
        vec![
            format!("Group{active}"),
            "Timeline".to_owned(),
            format!("People{people}"),
            format!("Causes{}", some(Some(blocking))),
            format!("Notes{}", some(self.notes.total())),
        ]
    }

    fn tab(&self) -> usize {
        TABS.iter().position(|tab| *tab == self.tab).unwrap_or(0)
    }

    fn set_tab(&mut self, tab: usize) {
        self.tab = TABS.get(tab).copied().unwrap_or(self.tab);
    }

    fn target(&self) -> Option<Target> {
        let own = self.row.as_ref().map(crate::tui::screens::part::Row::target);
        let account = own.as_ref().and_then(|own| own.account.clone());
        self.part().target().map(|target| Target { account, ..target }).or(own)
    }

    fn reasons(&self) -> Reasons {
        let person = self.person().and_then(|target| target.person);
        let person = person.map(|(id, name)| member::reason(id, &name));
        person.into_iter().chain(self.row.as_ref().map(accounts::reasons).unwrap_or_default()).collect()
    }

    fn of(&self) -> Option<Of> {
        Some(Of::Account(self.id))
    }

    fn beside(&self, context: Context<'_>) -> String {
        self.row.as_ref().map_or_else(String::new, |row| head::beside(row, context))
    }

    fn facts(&self, context: Context<'_>) -> Vec<Pieces> {
        if self.gone {
            let text = if context.as_of.is_some() {
                "there was no such account by this day; ) goes on to the next day, esc back"
            } else {
                "there is no such account any more; esc goes back"
            };
            return vec![vec![(text.to_owned(), Role::Warn)]];
        }
        let Some(row) = &self.row else {
            let text = if self.asked.is_waiting() {
                "loading"
            } else {
                "this account could not be read; r tries again"
            };
            return vec![vec![quiet(text)]];
        };
        let stands = head::stands(row, context);
        let last = if self.tab == Tab::Group && !self.wide {
            group::heads(&row.group, context)
        } else {
            head::known(row, context)
        };
        match self.lines {
            1 => vec![stands],
            2 => vec![stands, last],
            _ => vec![head::way(row, &self.shakes, context), stands, last],
        }
    }

    fn fact_lines(&self) -> u16 {
        self.lines
    }

    fn lanes(&self, context: Context<'_>) -> Option<Vec<Lane>> {
        let row = self.row.as_ref().filter(|_| self.has_lanes() && self.group.at_hand().next().is_some())?;
        Some(group::lanes(&self.group, &row.group, context))
    }

    fn foot(&self, context: Context<'_>) -> Option<Pieces> {
        group::foot(&self.group, context)
    }

    fn empty(&self, context: Context<'_>) -> Vec<String> {
        if !self.part().is_loaded() {
            return vec!["loading".to_owned()];
        }
        match self.tab {
            Tab::Group | Tab::People if context.as_of.is_some() => vec![
                "nobody was known to belong to this account by this day".to_owned(),
                "press ) for the next day on which something happened here".to_owned(),
            ],
            Tab::Group | Tab::People => vec![
                "nobody is known to belong to this account".to_owned(),
                "a source with work e-mails, a roster or a CRM says who does; :sources".to_owned(),
            ],
            Tab::Timeline => vec!["nothing is known to have been done here".to_owned()],
            Tab::Causes => vec![
                "nothing blocks anybody here, and no interest stands out".to_owned(),
                "a blocker's cause would stand here with its thread; o opens it".to_owned(),
            ],
            Tab::Notes => notes::none("press n and a text, or type :relation and a word such as prospect"),
        }
    }
}
