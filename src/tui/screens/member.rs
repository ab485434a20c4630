//! One person: where they belonged and when, what they did, and the identities behind them. Must not know how
//! identities are linked.

use serde::{Deserialize, Serialize};

use super::{
    Asked, Context, Page, Pieces, Screen, Step, Target,
    account::{Account, NOTES, note, noted},
    activity::Activity,
    plain, quiet, timeline,
};
use crate::domain::query::When;
use crate::{
    domain::{
        activity::{Of, TimelineRow},
        decision::{About, Decision},
        ids::PersonId,
        person::{Ground, Membership, PersonDetail, PersonIdentity},
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
            text::{Charset, figure},
        },
    },
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
    activity: List<TimelineRow>,
    accounts: List<Membership>,
    identities: List<PersonIdentity>,
    notes: List<Decision>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Tab {
    Activity,
    Accounts,
    Identities,
    Notes,
}

const TABS: [Tab; 4] = [Tab::Activity, Tab::Accounts, Tab::Identities, Tab::Notes];

const ACCOUNTS: &[Column] = &[
    Column::text("ACCOUNT", 14, 1, 0),
    Column::right("SINCE", 10, 2),
    Column::right("UNTIL", 10, 1),
    Column::text("BECAUSE", 27, 0, 3),
];

const IDENTITIES: &[Column] = &[
    Column::text("SOURCE", 10, 0, 4),
    Column::text("NAME", 14, 1, 0),
    Column::text("E-MAIL", 16, 2, 1),
    Column::text("HANDLE", 12, 0, 3),
    Column::text("LINKED BY", 15, 0, 2),
    Column::right("ACTIVITY", 8, 5),
];

/// How many memberships are told above the list.
const TOLD: usize = 2;

impl Member {
    pub fn new(id: PersonId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            detail: None,
            gone: false,
            asked: Asked::default(),
            tab: Tab::Activity,
            activity: List::default(),
            accounts: List::default(),
            identities: List::default(),
            notes: List::default(),
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
        self.detail = detail.map(|mut detail| {
            self.accounts.set_whole(detail.memberships.iter().cloned());
            self.identities.set_whole(std::mem::take(&mut detail.identities));
            self.notes.set_whole(std::mem::take(&mut detail.decisions));
            self.name.clone_from(&detail.row.name);
            *detail
        });
    }
}

impl Page for Member {
    fn title(&self) -> String {
        self.name.clone()
    }

    fn list_mut(&mut self) -> &mut dyn Scroll {
        match self.tab {
            Tab::Activity => &mut self.activity,
            Tab::Accounts => &mut self.accounts,
            Tab::Identities => &mut self.identities,
            Tab::Notes => &mut self.notes,
        }
    }

    fn list(&self) -> &dyn Scroll {
        match self.tab {
            Tab::Activity => &self.activity,
            Tab::Accounts => &self.accounts,
            Tab::Identities => &self.identities,
            Tab::Notes => &self.notes,
        }
    }

    fn asks(&mut self, when: When, ticket: &mut dyn FnMut() -> u64) -> Vec<(u64, Query)> {
        let mut asks = Vec::new();
        if let Some(ticket) = self.asked.take(ticket) {
            asks.push((ticket, Query::Person { id: self.id, when }));
        }
        if self.tab == Tab::Activity && self.activity.wants() {
            let ticket = ticket();
            let of = Of::Person(self.id);
            asks.extend(
                self.activity.take(ticket).map(|window| (ticket, Query::Activities { of, when, window })),
            );
        }
        asks
    }

    fn awaits(&self, ticket: u64) -> bool {
        self.asked.awaits(ticket) || self.activity.awaits(ticket)
    }

    fn reply(&mut self, ticket: u64, reply: Reply) {
        if self.asked.awaits(ticket) {
            self.asked.done();
        }
        match reply {
            Reply::Person(detail) => self.take_detail(detail),
            Reply::Activities(slice) => self.activity.reply(ticket, slice),
            Reply::Failed(why) => self.activity.fail(ticket, &why),
            _ => {}
        }
    }

    fn refresh(&mut self) {
        self.asked.again();
        self.activity.refresh();
    }

    fn is_waiting(&self) -> bool {
        self.asked.is_waiting() || self.tab == Tab::Activity && self.activity.is_waiting()
    }

    fn is_settling(&self) -> bool {
        self.asked.is_waiting() || self.tab == Tab::Activity && self.activity.is_settling()
    }

    fn command(&mut self, command: &Command) -> Step {
        match command {
            Command::Open => match self.tab {
                Tab::Activity => match self.activity.selected() {
                    Some(row) => Activity::step(row),
                    None => Step::No("there is no activity to open"),
                },
                Tab::Accounts => match self.accounts.selected() {
                    Some(member) => {
                        Step::Go(Box::new(Screen::Account(Box::new(Account::new(member.account, None)))))
                    }
                    None => Step::No("this person belongs to no account"),
                },
                Tab::Identities | Tab::Notes => Step::No("all of it stands here; y copies"),
            },
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
            format!("Activity{}", count(row.map(|row| row.activities))),
            format!("Accounts{}", count(some(self.accounts.total()))),
            format!("Identities{}", count(row.map(|row| row.identities.into()))),
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
        let about = Some(About::Person(self.id));
        let own = Target { name: self.name.clone(), id: self.id.to_string(), link: None, about };
        let shown = match self.tab {
            Tab::Activity => self.activity.selected().map(|row| Target { about, ..timeline::target(row) }),
            Tab::Accounts => self.accounts.selected().map(|row| Target {
                name: row.account_name.clone(),
                id: row.account.to_string(),
                link: None,
                about,
            }),
            Tab::Notes => self.notes.selected().map(|row| noted(row, about)),
            Tab::Identities => self.identities.selected().map(|row| Target {
                name: row.handle.clone().or_else(|| row.name.clone()).unwrap_or_default(),
                id: row.id.to_string(),
                link: None,
                about,
            }),
        };
        shown.or(Some(own))
    }

    fn beside(&self, context: Context<'_>) -> String {
        let Some(detail) = &self.detail else { return String::new() };
        let mut facts = Vec::new();
        if detail.row.nature != crate::domain::person::Nature::Human {
            facts.push(detail.row.nature.to_string());
        }
        let (today, row) = (context.options.today, &detail.row);
        if row.first_activity.is_some() {
            let (first, last) =
                (when::short(row.first_activity, today), when::short(row.last_activity, today));
            facts.push(format!("{first}{}{last}", context.options.charset.to()));
        }
        facts.join(context.options.charset.dot())
    }

    fn facts(&self, context: Context<'_>) -> Vec<Pieces> {
        let charset = context.options.charset;
        let Some(detail) = &self.detail else {
            let text = match (self.gone, self.asked.is_waiting()) {
                (true, _) => "there is no such person any more; esc goes back",
                (false, true) => "loading",
                (false, false) => "this person could not be read",
            };
            return vec![vec![(text.to_owned(), Role::Warn)]];
        };
        let roles = detail.roles.join(charset.dot());
        let roles: Option<Pieces> = (!roles.is_empty()).then(|| vec![quiet("roles  "), (roles, Role::Good)]);
        if detail.memberships.is_empty() {
            let none = vec![quiet("belongs to no account that we can see")];
            return [none].into_iter().chain(roles).collect();
        }
        let more = detail.memberships.len().saturating_sub(TOLD);
        let mut lines: Vec<Pieces> =
            detail.memberships.iter().take(TOLD).map(|member| membership(member, charset)).collect();
        if more > 0
            && let Some(last) = lines.last_mut()
        {
            last.push(quiet(format!("{}{more} more before (2)", charset.dot())));
        }
        lines.extend(roles);
        lines
    }

    fn fact_lines(&self) -> u16 {
        let Some(detail) = &self.detail else { return 1 };
        let told = detail.memberships.len().clamp(1, TOLD) + usize::from(!detail.roles.is_empty());
        u16::try_from(told).unwrap_or(1)
    }

    fn columns(&self) -> &'static [Column] {
        match self.tab {
            Tab::Activity => timeline::OF_ONE,
            Tab::Accounts => ACCOUNTS,
            Tab::Identities => IDENTITIES,
            Tab::Notes => NOTES,
        }
    }

    fn rows(&self, _context: Context<'_>) -> Vec<(bool, Vec<Cell>)> {
        match self.tab {
            Tab::Activity => {
                self.activity.visible().map(|(chosen, row)| (chosen, timeline::cells(row, false))).collect()
            }
            Tab::Accounts => self.accounts.visible().map(|(chosen, row)| (chosen, account(row))).collect(),
            Tab::Notes => self.notes.visible().map(|(chosen, row)| (chosen, note(row))).collect(),
            Tab::Identities => {
                self.identities.visible().map(|(chosen, row)| (chosen, identity(row))).collect()
            }
        }
    }

    fn failure(&self) -> Option<&str> {
        if self.tab == Tab::Activity { self.activity.failure() } else { None }
    }

    fn empty(&self, _context: Context<'_>) -> Vec<String> {
        let loading = match self.tab {
            Tab::Activity => !self.activity.is_loaded(),
            _ => self.asked.is_waiting(),
        };
        if loading {
            return vec!["loading".to_owned()];
        }
        match self.tab {
            Tab::Activity => vec!["nothing is known to have been done by this person".to_owned()],
            Tab::Accounts => vec!["this person belongs to no account that we can see".to_owned()],
            Tab::Identities => vec!["no identity of this person is known".to_owned()],
            Tab::Notes => {
                vec!["nothing has been noted or decided yet".to_owned(), "type :note and a text".to_owned()]
            }
        }
    }
}

/// Why somebody is thought to belong to an account.
const fn because(ground: Ground) -> &'static str {
    match ground {
        Ground::Decision => "decided",
        Ground::Crm => "the CRM says so",
        Ground::Affiliation => "an imported list says so",
        Ground::Roster => "a maintainers' list says so",
        Ground::Profile => "their profile says so",
        Ground::Email => "work e-mail",
        Ground::Inferred => "inferred from a near e-mail",
    }
}

fn ground(ground: Ground) -> Cell {
    let role = if ground == Ground::Inferred { Role::Warn } else { Role::Quiet };
    (because(ground).to_owned(), role)
}

fn membership(member: &Membership, charset: Charset) -> Pieces {
    let period = match (member.from, member.to) {
        (Some(from), Some(to)) => format!("{from}{}{to}", charset.to()),
        (Some(from), None) => format!("since {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => "at an unknown time".to_owned(),
    };
    let name = member.account_name.clone();
    let name =
        if member.to.is_some() { quiet(format!("once at {name}")) } else { plain(format!("at {name}")) };
    vec![name, quiet(format!("  {period}{}", charset.dot())), ground(member.ground)]
}

fn account(row: &Membership) -> Vec<Cell> {
    let day = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
    let name = row.account_name.clone();
    let name = if row.to.is_some() { quiet(name) } else { plain(name) };
    vec![name, quiet(day(row.from)), quiet(day(row.to)), ground(row.ground)]
}

fn identity(row: &PersonIdentity) -> Vec<Cell> {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    vec![
        quiet(row.source.clone()),
        plain(text(&row.name)),
        plain(text(&row.email)),
        plain(text(&row.handle)),
        quiet(row.rule.map_or("first", |rule| rule.text())),
        (figure(row.activities), Role::Figure),
    ]
}

/// A day in a list of people.
pub(super) fn last(time: Option<crate::domain::time::Time>, context: Context<'_>) -> Cell {
    (when::short(time, context.options.today), Role::Figure)
}
