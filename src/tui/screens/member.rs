//! One person: where they belonged and when, what they did, and the identities behind them. Must not know how
//! identities are linked.

use serde::{Deserialize, Serialize};

use super::{Asked, Context, Page, Pieces, Screen, Step, Target, account::Account, plain, quiet, timeline};
use crate::{
    domain::{
        activity::{Of, TimelineRow},
        decision::About,
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
    /// Everything but the identities, which stand in their list.
    detail: Option<PersonDetail>,
    gone: bool,
    asked: Asked,
    tab: usize,
    activity: List<TimelineRow>,
    identities: List<PersonIdentity>,
}

const IDENTITIES: &[Column] = &[
    Column::text("SOURCE", 12, 0, 3),
    Column::text("NAME", 14, 1, 0),
    Column::text("E-MAIL", 16, 2, 1),
    Column::text("HANDLE", 14, 0, 2),
    Column::text("LINKED BY", 15, 0, 5),
    Column::right("ACTIVITY", 8, 4),
];

/// How many memberships are told above the list.
const TOLD: usize = 3;

impl Member {
    pub fn new(id: PersonId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            detail: None,
            gone: false,
            asked: Asked::default(),
            tab: 0,
            activity: List::default(),
            identities: List::default(),
        }
    }

    /// The step to this person's screen.
    pub fn step(id: PersonId, name: &str) -> Step {
        Step::Go(Box::new(Screen::Member(Box::new(Self::new(id, name)))))
    }

    fn memberships(&self) -> &[Membership] {
        self.detail.as_ref().map_or(&[], |detail| &detail.memberships)
    }
}

impl Page for Member {
    fn title(&self) -> String {
        self.name.clone()
    }

    fn list_mut(&mut self) -> &mut dyn Scroll {
        if self.tab == 0 { &mut self.activity } else { &mut self.identities }
    }

    fn asks(&mut self, _today: Day, ticket: &mut dyn FnMut() -> u64) -> Vec<(u64, Query)> {
        let mut asks = Vec::new();
        if let Some(ticket) = self.asked.take(ticket) {
            asks.push((ticket, Query::Person { id: self.id }));
        }
        if self.tab == 0 && self.activity.wants() {
            let ticket = ticket();
            let of = Of::Person(self.id);
            asks.extend(self.activity.take(ticket).map(|window| (ticket, Query::Activities { of, window })));
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
            Reply::Person(detail) => {
                self.gone = detail.is_none();
                self.detail = detail.map(|mut detail| {
                    self.identities.set_whole(std::mem::take(&mut detail.identities));
                    self.name.clone_from(&detail.row.name);
                    *detail
                });
            }
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
        self.asked.is_waiting() || self.tab == 0 && self.activity.is_waiting()
    }

    fn is_settling(&self) -> bool {
        self.asked.is_waiting() || self.tab == 0 && self.activity.is_settling()
    }

    fn command(&mut self, command: &Command) -> Step {
        match command {
            Command::Open => match self.memberships().first() {
                Some(member) => {
                    Step::Go(Box::new(Screen::Account(Box::new(Account::new(member.account, None)))))
                }
                None => Step::No("this person belongs to no account"),
            },
            Command::Sort => Step::No("this list is always newest first"),
            Command::All => Step::No("everything is shown here already"),
            _ => Step::No("that does nothing here"),
        }
    }

    fn tabs(&self) -> Vec<String> {
        let row = self.detail.as_ref().map(|detail| &detail.row);
        let count = |count: Option<u64>| count.map_or(String::new(), |count| format!(" {}", figure(count)));
        vec![
            format!("Activity{}", count(row.map(|row| row.activities))),
            format!("Identities{}", count(row.map(|row| row.identities.into()))),
        ]
    }

    fn tab(&self) -> usize {
        self.tab
    }

    fn set_tab(&mut self, tab: usize) {
        self.tab = tab.min(1);
    }

    fn target(&self) -> Option<Target> {
        let about = Some(About::Person(self.id));
        let own = Target { name: self.name.clone(), id: self.id.to_string(), link: None, about };
        let shown = match self.tab {
            0 => self.activity.selected().map(|row| Target { about, ..timeline::target(row) }),
            _ => self.identities.selected().map(|row| Target {
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
        facts.extend(detail.roles.iter().cloned());
        facts.join(context.options.charset.dot())
    }

    fn facts(&self, context: Context<'_>) -> Vec<Pieces> {
        let charset = context.options.charset;
        let Some(detail) = &self.detail else {
            let text = if self.gone { "there is no such person any more; esc goes back" } else { "loading" };
            return vec![vec![(text.to_owned(), Role::Warn)]];
        };
        if detail.memberships.is_empty() {
            return vec![vec![quiet("belongs to no account that we can see")]];
        }
        let more = detail.memberships.len().saturating_sub(TOLD);
        let mut lines: Vec<Pieces> =
            detail.memberships.iter().take(TOLD).map(|member| membership(member, charset)).collect();
        if more > 0
            && let Some(last) = lines.last_mut()
        {
            last.push(quiet(format!("{}{more} more before", charset.dot())));
        }
        lines
    }

    fn fact_lines(&self) -> u16 {
        u16::try_from(self.memberships().len().clamp(1, TOLD)).unwrap_or(1)
    }

    fn columns(&self) -> &'static [Column] {
        if self.tab == 0 { timeline::OF_ONE } else { IDENTITIES }
    }

    fn rows(&self, _context: Context<'_>) -> Vec<(bool, Vec<Cell>)> {
        match self.tab {
            0 => self.activity.visible().map(|(chosen, row)| (chosen, timeline::cells(row, false))).collect(),
            _ => self.identities.visible().map(|(chosen, row)| (chosen, identity(row))).collect(),
        }
    }

    fn failure(&self) -> Option<&str> {
        if self.tab == 0 { self.activity.failure() } else { None }
    }

    fn empty(&self, _context: Context<'_>) -> Vec<String> {
        let loaded = if self.tab == 0 { self.activity.is_loaded() } else { self.detail.is_some() };
        vec![if loaded { "nothing is known of this person here" } else { "loading" }.to_owned()]
    }
}

fn membership(member: &Membership, charset: Charset) -> Pieces {
    let day = |day: Option<Day>, none: &str| day.map_or_else(|| none.to_owned(), |day| day.to_string());
    let ground = if member.ground == Ground::Inferred { Role::Warn } else { Role::Quiet };
    vec![
        plain(member.account_name.clone()),
        quiet(format!("  {}{}{}  ", day(member.from, "?"), charset.to(), day(member.to, "now"))),
        (format!("by {}", member.ground), ground),
    ]
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
