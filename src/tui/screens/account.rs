//! One account: who it is, its people, what they did, and what was noted. Must not know how it was found.

use serde::{Deserialize, Serialize};

use super::{
    Asked, Context, Page, Pieces, Screen, Step, Target, accounts, activity::Activity, member::Member, next,
    people, plain, quiet, timeline,
};
use crate::domain::query::When;
use crate::{
    domain::{
        account::{AccountDetail, AccountRow, Relation},
        activity::{Of, TimelineRow},
        decision::{About, Decision},
        ids::AccountId,
        person::{Ground, MemberRow},
        query::PersonSort,
        time::Day,
    },
    jobs::read::{Query, Reply},
    tui::{
        command::Command,
        list::{List, Scroll},
        theme::Role,
        when,
        widgets::{
            table::{Cell, Column},
            text::figure,
        },
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    id: AccountId,
    /// Known from the list already; the rest comes with `asked`.
    row: Option<AccountRow>,
    gone: bool,
    asked: Asked,
    tab: Tab,
    sort: PersonSort,
    people: List<MemberRow>,
    timeline: List<TimelineRow>,
    notes: List<Decision>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Tab {
    People,
    Timeline,
    Notes,
}

const TABS: [Tab; 3] = [Tab::People, Tab::Timeline, Tab::Notes];

const PEOPLE: &[Column] = &[
    Column::text("PERSON", 14, 1, 0),
    Column::text("KNOWN BY", 11, 0, 3),
    Column::right("SINCE", 10, 4),
    Column::right("UNTIL", 10, 2),
    Column::right("ACTIVITY", 9, 1),
    Column::right("LAST", 8, 1),
];

pub(super) const NOTES: &[Column] = &[
    Column::text("DAY", 10, 0, 2),
    Column::text("BY", 10, 0, 3),
    Column::text("WHAT", 8, 0, 4),
    Column::text("TEXT", 14, 1, 0),
];

impl Account {
    pub fn new(id: AccountId, row: Option<AccountRow>) -> Self {
        Self {
            id,
            row,
            gone: false,
            asked: Asked::default(),
            tab: Tab::People,
            sort: PersonSort::Last,
            people: List::default(),
            timeline: List::default(),
            notes: List::default(),
        }
    }

    pub fn of(row: AccountRow) -> Self {
        Self::new(row.id, Some(row))
    }

    pub const fn id(&self) -> AccountId {
        self.id
    }

    fn take_detail(&mut self, detail: Option<Box<AccountDetail>>) {
        self.gone = detail.is_none();
        let Some(detail) = detail else {
            self.notes.set_whole([]);
            return;
        };
        self.row = Some(detail.row);
        self.notes.set_whole(detail.decisions);
    }
}

impl Page for Account {
    fn title(&self) -> String {
        self.row.as_ref().map_or_else(|| self.id.to_string(), |row| row.name.clone())
    }

    fn list_mut(&mut self) -> &mut dyn Scroll {
        match self.tab {
            Tab::People => &mut self.people,
            Tab::Timeline => &mut self.timeline,
            Tab::Notes => &mut self.notes,
        }
    }

    fn list(&self) -> &dyn Scroll {
        match self.tab {
            Tab::People => &self.people,
            Tab::Timeline => &self.timeline,
            Tab::Notes => &self.notes,
        }
    }

    fn asks(&mut self, when: When, ticket: &mut dyn FnMut() -> u64) -> Vec<(u64, Query)> {
        let mut asks = Vec::new();
        if let Some(ticket) = self.asked.take(ticket) {
            asks.push((ticket, Query::Account { id: self.id, when }));
        }
        let (account, sort) = (self.id, self.sort);
        if self.tab == Tab::People && self.people.wants() {
            let ticket = ticket();
            let window = self.people.take(ticket);
            asks.extend(window.map(|window| (ticket, Query::Members { account, sort, when, window })));
        }
        if self.tab == Tab::Timeline && self.timeline.wants() {
            let ticket = ticket();
            let of = Of::Account(account);
            asks.extend(
                self.timeline.take(ticket).map(|window| (ticket, Query::Activities { of, when, window })),
            );
        }
        asks
    }

    fn awaits(&self, ticket: u64) -> bool {
        self.asked.awaits(ticket) || self.people.awaits(ticket) || self.timeline.awaits(ticket)
    }

    fn reply(&mut self, ticket: u64, reply: Reply) {
        if self.asked.awaits(ticket) {
            self.asked.done();
        }
        match reply {
            Reply::Account(detail) => self.take_detail(detail),
            Reply::Members(slice) => self.people.reply(ticket, slice),
            Reply::Activities(slice) => self.timeline.reply(ticket, slice),
            Reply::Failed(why) => {
                self.people.fail(ticket, &why);
                self.timeline.fail(ticket, &why);
            }
            _ => {}
        }
    }

    fn refresh(&mut self) {
        self.asked.again();
        self.people.refresh();
        self.timeline.refresh();
    }

    fn is_waiting(&self) -> bool {
        match self.tab {
            Tab::People => self.people.is_waiting(),
            Tab::Timeline => self.timeline.is_waiting(),
            Tab::Notes => self.asked.is_waiting(),
        }
    }

    fn is_settling(&self) -> bool {
        self.row.is_none() && self.asked.is_waiting()
            || match self.tab {
                Tab::People => self.people.is_settling(),
                Tab::Timeline => self.timeline.is_settling(),
                Tab::Notes => self.asked.is_waiting(),
            }
    }

    fn command(&mut self, command: &Command) -> Step {
        match (command, self.tab) {
            (Command::Open, Tab::People) => match self.people.selected() {
                Some(row) => Member::step(row.person, &row.name),
                None => Step::No("there is no person to open"),
            },
            (Command::Open, Tab::Timeline) => match self.timeline.selected() {
                Some(row) => Activity::step(row),
                None => Step::No("there is no activity to open"),
            },
            (Command::Sort, Tab::People) => {
                self.sort = next(PersonSort::ALL, self.sort);
                self.people.restart();
                Step::Stay
            }
            (Command::Sort, _) => Step::No("this list is always newest first"),
            (Command::All, _) => Step::No("everything is shown here already"),
            _ => Step::No("that does nothing here"),
        }
    }

    fn sort(&mut self, word: &str) -> Result<(), Vec<&'static str>> {
        self.sort = PersonSort::parse(word).ok_or_else(|| self.sorts())?;
        self.people.restart();
        Ok(())
    }

    fn sorts(&self) -> Vec<&'static str> {
        PersonSort::ALL.iter().map(|sort| sort.text()).collect()
    }

    fn ordered(&self) -> Option<(&'static str, bool)> {
        let column = match people::order(self.sort) {
            ("FIRST", rising) => ("SINCE", rising),
            other => other,
        };
        (self.tab == Tab::People).then_some(column)
    }

    fn search(&self) -> Option<Screen> {
        let row = self.row.as_ref().filter(|_| self.tab == Tab::People);
        row.map(|row| Screen::People(people::People::of(&row.name)))
    }

    fn tabs(&self) -> Vec<String> {
        let people = self.row.as_ref().map_or(String::new(), |row| format!(" {}", figure(row.people.into())));
        let notes = match self.notes.total() {
            Some(count) if count > 0 => format!(" {count}"),
            _ => String::new(),
        };
        vec![format!("People{people}"), "Timeline".to_owned(), format!("Notes{notes}")]
    }

    fn tab(&self) -> usize {
        TABS.iter().position(|tab| *tab == self.tab).unwrap_or(0)
    }

    fn set_tab(&mut self, tab: usize) {
        self.tab = TABS.get(tab).copied().unwrap_or(self.tab);
    }

    fn target(&self) -> Option<Target> {
        let own = self.row.as_ref().map(accounts::target);
        match self.tab {
            Tab::People => self.people.selected().map(|row| Target {
                name: row.name.clone(),
                id: row.person.to_string(),
                link: own.as_ref().and_then(|own| own.link.clone()),
                about: own.as_ref().and_then(|own| own.about),
            }),
            Tab::Timeline => self
                .timeline
                .selected()
                .map(|row| Target { about: own.as_ref().and_then(|own| own.about), ..timeline::target(row) }),
            Tab::Notes => self.notes.selected().map(|row| noted(row, own.as_ref().and_then(|own| own.about))),
        }
        .or(own)
    }

    fn beside(&self, context: Context<'_>) -> String {
        let dot = context.options.charset.dot();
        let Some(row) = &self.row else { return String::new() };
        let known_by: Vec<&str> =
            row.domains.iter().filter(|domain| **domain != row.name).map(String::as_str).collect();
        let relation = match row.relation {
            Relation::Unknown => "relation unknown".to_owned(),
            known => known.to_string(),
        };
        let mut facts = vec![known_by.join(", "), relation];
        facts.extend(row.owner.as_ref().map(|owner| format!("owner {owner}")));
        if !row.confirmed {
            facts.push("unconfirmed".to_owned());
        }
        facts.retain(|fact| !fact.is_empty());
        facts.join(dot)
    }

    fn facts(&self, context: Context<'_>) -> Vec<Pieces> {
        let charset = context.options.charset;
        if self.gone {
            return vec![vec![("there is no such account any more; esc goes back".to_owned(), Role::Warn)]];
        }
        let Some(row) = &self.row else {
            let text = if self.asked.is_waiting() { "loading" } else { "this account could not be read" };
            return vec![vec![quiet(text)]];
        };
        let dot = charset.dot();
        let today = context.options.today;
        vec![vec![
            plain(accounts::headcount(row)),
            quiet(dot),
            plain(format!("{} activities", figure(row.activities))),
            quiet(dot),
            plain(when::short(row.first_activity, today)),
            quiet(charset.to()),
            plain(when::short(row.last_activity, today)),
            quiet(dot),
            accounts::weeks(&row.weeks, "nobody active in 12 weeks", context),
        ]]
    }

    fn columns(&self) -> &'static [Column] {
        match self.tab {
            Tab::People => PEOPLE,
            Tab::Timeline => timeline::WITH_PERSON,
            Tab::Notes => NOTES,
        }
    }

    fn rows(&self, context: Context<'_>) -> Vec<(bool, Vec<Cell>)> {
        match self.tab {
            Tab::People => {
                self.people.visible().map(|(chosen, row)| (chosen, person(row, context))).collect()
            }
            Tab::Timeline => {
                self.timeline.visible().map(|(chosen, row)| (chosen, timeline::cells(row, true))).collect()
            }
            Tab::Notes => self.notes.visible().map(|(chosen, row)| (chosen, note(row))).collect(),
        }
    }

    fn failure(&self) -> Option<&str> {
        match self.tab {
            Tab::People => self.people.failure(),
            Tab::Timeline => self.timeline.failure(),
            Tab::Notes => None,
        }
    }

    fn empty(&self, _context: Context<'_>) -> Vec<String> {
        let loaded = match self.tab {
            Tab::People => self.people.is_loaded(),
            Tab::Timeline => self.timeline.is_loaded(),
            Tab::Notes => self.notes.is_loaded(),
        };
        if !loaded {
            return vec!["loading".to_owned()];
        }
        match self.tab {
            Tab::People => vec!["nobody is known to belong to this account".to_owned()],
            Tab::Timeline => vec!["nothing is known to have been done here".to_owned()],
            Tab::Notes => vec![
                "nothing has been noted or decided yet".to_owned(),
                "type :note and a text, or :relation and a word such as prospect".to_owned(),
            ],
        }
    }
}

fn person(row: &MemberRow, context: Context<'_>) -> Vec<Cell> {
    let left = row.to.is_some();
    let name = if left { quiet(row.name.clone()) } else { plain(row.name.clone()) };
    let ground = if row.ground == Ground::Inferred { Role::Warn } else { Role::Quiet };
    let day = |day: Option<Day>, none: &str| day.map_or_else(|| none.to_owned(), |day| day.to_string());
    vec![
        name,
        (row.ground.to_string(), ground),
        quiet(day(row.from, "-")),
        quiet(day(row.to, "")),
        (figure(row.activities), Role::Figure),
        (when::short(row.last_activity, context.options.today), Role::Figure),
    ]
}

/// What can be taken along of a decision.
pub(super) fn noted(row: &Decision, about: Option<About>) -> Target {
    Target { name: told(row), id: row.id.to_string(), link: None, about }
}

/// A decision as a row.
pub(super) fn note(row: &Decision) -> Vec<Cell> {
    let role = if row.undone_by.is_some() { Role::Quiet } else { Role::Name };
    vec![
        quiet(row.at.day().to_string()),
        quiet(row.author.clone()),
        (row.verb.text().to_owned(), role),
        (told(row), role),
    ]
}

fn told(row: &Decision) -> String {
    let text = row.verb.what();
    let reason = row.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
    let undone = if row.undone_by.is_some() { " (undone)" } else { "" };
    format!("{text}{reason}{undone}")
}
