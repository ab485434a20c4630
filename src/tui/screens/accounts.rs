//! The accounts: one row for each company, with its way, its group and where its consensus stands. Must not know
//! how a row is found.

use serde::{Deserialize, Serialize};

use super::{
    Context, Page, Part, Pieces, Reasons, Screen, Step, Target,
    account::Account,
    ask::Ask,
    part::{Listing, Row},
    plain, quiet, stages, way,
};
use crate::{
    domain::{
        account::{AccountRow, Relation},
        filter::{Filter, Test},
        query::{AccountSort, Slice},
        time::Day,
        why::{WhyAbout, WhyOf},
    },
    jobs::read::Reply,
    tui::{
        theme::Role,
        views, when,
        widgets::{
            table::{Cell, Column},
            text::figure,
        },
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accounts {
    list: Listing<AccountRow>,
}

impl Default for Accounts {
    fn default() -> Self {
        let ask = Ask::Accounts { filter: Filter::default(), sort: AccountSort::Last, all: false };
        Self { list: Listing::new(ask) }
    }
}

impl Accounts {
    fn is_all(&self) -> bool {
        matches!(self.list.ask(), Ask::Accounts { all: true, .. })
    }

    fn is_filtered(&self) -> bool {
        self.filtering().is_some_and(|filtering| !filtering.filter.terms.is_empty())
    }

    /// What the default view leaves out and the filter asks for all the same: relations outside the market,
    /// unconfirmed accounts.
    fn widened(&self) -> (bool, bool) {
        let Some(filtering) = self.filtering() else { return (false, false) };
        let asks = |wanted: fn(&Test) -> bool| {
            filtering.filter.terms.iter().any(|term| !term.negated && wanted(&term.test))
        };
        let confirmed = |test: &Test| match test {
            Test::Is(words) => words.iter().any(|word| matches!(word.text(), "confirmed" | "unconfirmed")),
            _ => false,
        };
        (asks(|test| matches!(test, Test::Relation(_))), asks(confirmed))
    }
}

/// The columns, with one that only an order by its own figures brings into sight.
const fn columns(last: u8, (we_see, momentum): (u8, u8), by_order: Column) -> [Column; 11] {
    [
        Column::text("ACCOUNT", 15, 2, 0).wishing(22),
        Column::text("PHASE", 16, 0, 4),
        Column::text("GROUP", 8, 1, 2),
        Column::text("WE SEE", 11, 0, we_see),
        Column::text("STATE", 9, 0, 1),
        Column::text("12 WEEKS", 12, 0, 7),
        Column::right("SHAKES", 6, 9),
        Column::text("MOMENTUM", 12, 0, momentum),
        Column::text("RELATION", 10, 0, 10),
        by_order,
        Column::right("LAST", 8, last),
    ]
}

/// How late support and momentum give way, where they order nothing.
const USUAL: (u8, u8) = (5, 8);

const NOW_ALL: Column = Column::right("NOW/ALL", 8, 11);
const COLUMNS: &[Column] = &columns(3, USUAL, NOW_ALL);
const BY_SUPPORT: &[Column] = &columns(6, (3, 8), NOW_ALL);
const BY_MOMENTUM: &[Column] = &columns(6, (5, 3), NOW_ALL);
const BY_PEOPLE: &[Column] = &columns(6, USUAL, Column::right("NOW/ALL", 8, 3));
const BY_ACTIVITY: &[Column] = &columns(6, USUAL, Column::right("ACTIVITY", 9, 3));
const BY_FIRST: &[Column] = &columns(6, USUAL, Column::right("FIRST", 8, 3));

impl Row for AccountRow {
    const NONE: &'static str = "there is no account to open";

    fn columns(ask: &Ask) -> &'static [Column] {
        match ask.order() {
            Some("support") => BY_SUPPORT,
            Some("momentum") => BY_MOMENTUM,
            Some("members" | "people") => BY_PEOPLE,
            Some("activities") => BY_ACTIVITY,
            Some("first") => BY_FIRST,
            _ => COLUMNS,
        }
    }

    fn cells(&self, ask: &Ask, context: Context<'_>) -> Vec<Cell> {
        let today = context.options.today;
        let name = if self.confirmed { plain(self.name.clone()) } else { quiet(format!("{} ?", self.name)) };
        let shakes = if self.handshakes == 0 { "-".to_owned() } else { self.handshakes.to_string() };
        let by_order = match ask.order() {
            Some("activities") => figure(self.activities),
            Some("first") => when::short(self.first_activity, today),
            _ => format!("{}/{}", self.members, self.people),
        };
        vec![
            name,
            way::small(self, context.options.charset),
            stages::letters(&self.group),
            stages::support(&self.group),
            stages::state(self.group.state),
            weeks(&self.weeks, "-", context),
            (shakes, Role::Figure),
            stages::momentum(self.momentum),
            plain(if self.relation == Relation::Unknown { "-" } else { self.relation.text() }),
            (by_order, Role::Figure),
            (when::short(self.last_activity, today), Role::Figure),
        ]
    }

    fn target(&self) -> Target {
        Target {
            name: self.name.clone(),
            id: self.id.to_string(),
            account: Some((self.id, self.name.clone())),
            ..Target::default()
        }
    }

    fn open(&self) -> Step {
        Step::Go(Box::new(Screen::Account(Box::new(Account::of(self.clone())))))
    }

    fn ordered(order: &str) -> Option<(&'static str, bool)> {
        Some(match order {
            "last" => ("LAST", false),
            "name" => ("ACCOUNT", true),
            "members" | "people" => ("NOW/ALL", false),
            "activities" => ("ACTIVITY", false),
            "first" => ("FIRST", false),
            "phase" => ("PHASE", false),
            "support" => ("WE SEE", false),
            "momentum" => ("MOMENTUM", false),
            "active" => ("GROUP", false),
            _ => return None,
        })
    }

    fn slice(reply: Reply, _day: Day) -> Option<Slice<Self>> {
        match reply {
            Reply::Accounts(slice) => Some(slice),
            _ => None,
        }
    }
}

/// The numbers of an account that have a reason.
pub(super) fn reasons(row: &AccountRow) -> Reasons {
    let about = WhyAbout::Account(row.id);
    vec![
        (format!("Support of {}", row.name), about, WhyOf::Support),
        (format!("Momentum of {}", row.name), about, WhyOf::Momentum),
    ]
}

impl Page for Accounts {
    fn title(&self) -> String {
        "accounts".to_owned()
    }

    fn part(&self) -> &dyn Part {
        &self.list
    }

    fn part_mut(&mut self) -> &mut dyn Part {
        &mut self.list
    }

    fn all(&mut self) -> Step {
        self.list.ask_otherwise(|ask| {
            if let Ask::Accounts { all, .. } = ask {
                *all = !*all;
            }
        });
        Step::Stay
    }

    fn reasons(&self) -> Reasons {
        let mut reasons = self.list.selected().map(reasons).unwrap_or_default();
        if self.list.order() == Some("momentum") {
            reasons.reverse();
        }
        reasons
    }

    fn beside(&self, context: Context<'_>) -> String {
        let Some(overview) = context.overview else { return String::new() };
        let of = if self.is_all() { overview.accounts } else { overview.shown };
        let count = match self.list.total() {
            // They are not a part of what the default view counts.
            Some(found) if !self.is_all() && self.widened() != (false, false) => {
                counted(found, "account", "accounts")
            }
            // On an earlier day there were fewer of them.
            Some(found) if context.as_of.is_some() => counted(found, "account", "accounts"),
            Some(found) if self.is_filtered() => {
                format!("{} of {}", figure(found), counted(of, "account", "accounts"))
            }
            _ => counted(of, "account", "accounts"),
        };
        format!("{count}{}{}", context.options.charset.dot(), synced(context))
    }

    fn facts(&self, context: Context<'_>) -> Vec<Pieces> {
        let dot = context.options.charset.dot();
        let view = match (self.is_all(), self.widened()) {
            (true, _) | (_, (true, true)) => "all",
            (_, (true, false)) => "confirmed",
            (_, (false, true)) => "in the market",
            (_, (false, false)) => "confirmed, in the market",
        };
        vec![vec![quiet(format!("{view}{dot}{}", views::told(&context.options.views, &self.list)))]]
    }

    fn hint(&self, context: Context<'_>) -> String {
        let Some(overview) = context.overview else { return String::new() };
        match (self.is_all(), overview.accounts.saturating_sub(overview.shown)) {
            // How many there were then is not counted.
            (false, _) if context.as_of.is_some() => "a shows all".to_owned(),
            (true, _) => "a back to the default view".to_owned(),
            (false, 0) => String::new(),
            (false, more) => format!("a shows {} more", figure(more)),
        }
    }

    fn example(&self) -> &'static str {
        "name  phase:program  is:rising  has:blocker  people:>=5  relation:prospect"
    }

    fn empty(&self, context: Context<'_>) -> Vec<String> {
        if self.filtering().is_some_and(|filtering| filtering.error.is_some()) {
            return vec!["the filter cannot be read yet".to_owned()];
        }
        if !self.list.is_loaded() {
            return vec!["loading".to_owned()];
        }
        if self.is_filtered() {
            let more = if self.is_all() || self.widened() == (true, true) {
                ""
            } else {
                ", or a to search in everything"
            };
            let text = self.filtering().map(|filtering| filtering.text.trim()).unwrap_or_default();
            let way = match views::seen(&context.options.views, &self.list) {
                Some(_) => "press tab for the next view, esc to leave this one",
                None => "press esc to drop the filter",
            };
            return vec![format!("no account matches `{text}`"), format!("{way}{more}")];
        }
        if let Some(day) = context.as_of {
            return vec![
                format!("nothing was known to have happened by {}", when::day(day)),
                "press ) for the next day on which something happened, esc for now".to_owned(),
            ];
        }
        match context.overview {
            Some(overview) if overview.accounts > 0 => vec![
                "no account is confirmed and in the market yet".to_owned(),
                format!("press a to see all {}", figure(overview.accounts)),
            ],
            _ => vec![
                "the store is empty".to_owned(),
                "press r to read the sources, or : and type sources to see them".to_owned(),
                "to look at a git clone without any configuration: buyin open PATH".to_owned(),
                "to look around in a made-up community: buyin demo".to_owned(),
            ],
        }
    }
}

/// A count with the word for one and for several.
pub(super) fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{} {}", figure(count), if count == 1 { one } else { several })
}

/// When the sources were last read, for the top line.
pub(super) fn synced(context: Context<'_>) -> String {
    let at = context.overview.and_then(|overview| overview.synced_at);
    let today = context.options.today;
    let stale = context.overview.is_some_and(|overview| overview.stale);
    let mark = if stale { ", not all derived" } else { "" };
    match at {
        Some(time) => {
            format!("synced {}{mark}{}", when::clock(time, &context.options.tz, today), known_to(context))
        }
        None => format!("never synced{mark}"),
    }
}

/// The bars of the last weeks, or a word where there was nothing at all.
pub(super) fn weeks(weeks: &[u32], nothing: &str, context: Context<'_>) -> Cell {
    if weeks.iter().all(|active| *active == 0) {
        return quiet(nothing);
    }
    (context.options.charset.spark(weeks), Role::Spark)
}

/// How many belong there now, of all who ever did.
pub(super) fn headcount(row: &AccountRow) -> String {
    match (row.members, row.people) {
        (1, 1) => "1 person".to_owned(),
        (now, all) if now == all => format!("{} people", figure(now.into())),
        (now, all) => format!("{} people now, {} ever", figure(now.into()), figure(all.into())),
    }
}

/// Says up to when anything is known, where that is days ago: silence after it is not absence.
fn known_to(context: Context<'_>) -> String {
    let today = context.options.today;
    match context.overview.and_then(|overview| overview.covered_until) {
        Some(until) if until.day().plus(2) < today => {
            format!("{}facts to {}", context.options.charset.dot(), until.day().short(today))
        }
        _ => String::new(),
    }
}
