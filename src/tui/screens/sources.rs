//! The sources: how far each has been read, and what to do about those that failed. Must not know what a
//! source is made of.

use serde::{Deserialize, Serialize};

use super::{
    Asked, Context, Page, Part, Pieces, Step, Target,
    accounts::synced,
    ask::Ask,
    part::{Listing, Row},
    plain, quiet,
};
use crate::{
    domain::{
        query::{SourceRow, When},
        sync::Standing,
    },
    jobs::read::{Query, Reply},
    tui::{
        command::Command,
        msg::Live,
        theme::Role,
        when,
        widgets::{
            table::{Cell, Column},
            text::figure,
        },
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sources {
    asked: Asked,
    list: Listing<SourceRow>,
}

impl Default for Sources {
    fn default() -> Self {
        Self { asked: Asked::default(), list: Listing::given() }
    }
}

const COLUMNS: &[Column] = &[
    Column::text("SOURCE", 12, 1, 0),
    Column::text("KIND", 7, 0, 5),
    Column::text("STATE", 8, 0, 1),
    Column::right("ACTIVITY", 9, 3),
    Column::right("BUDGET", 9, 6),
    Column::right("SYNCED", 16, 2),
    Column::right("COMPLETE UP TO", 14, 4),
];

impl Row for SourceRow {
    const NONE: &'static str = "there is no source";

    fn columns(_ask: &Ask) -> &'static [Column] {
        COLUMNS
    }

    fn cells(&self, _ask: &Ask, context: Context<'_>) -> Vec<Cell> {
        let options = context.options;
        let live = context.live.get(&self.name);
        let state = match (live.filter(|live| !live.over), self.state.as_str()) {
            (Some(live), _) if live.standing.waits.is_some() => ("waiting".to_owned(), Role::Warn),
            (Some(_), _) => ("reading".to_owned(), Role::Figure),
            (None, "ok") => (self.state.clone(), Role::Good),
            (None, "failed") => (self.state.clone(), Role::Bad),
            (None, _) => (self.state.clone(), Role::Warn),
        };
        let budget = live.and_then(|live| live.standing.left).map_or_else(|| "-".to_owned(), figure);
        let synced = self
            .synced_at
            .map_or_else(|| "never".to_owned(), |time| when::clock(time, &options.tz, options.today));
        let covered = self.covered_until.map_or_else(|| "-".to_owned(), |time| time.day().to_string());
        vec![
            plain(self.name.clone()),
            quiet(self.kind.clone()),
            state,
            (figure(self.activities), Role::Figure),
            quiet(budget),
            plain(synced),
            quiet(covered),
        ]
    }

    fn target(&self) -> Target {
        Target { name: self.name.clone(), id: self.name.clone(), ..Target::default() }
    }
}

impl Page for Sources {
    fn title(&self) -> String {
        "sources".to_owned()
    }

    fn part(&self) -> &dyn Part {
        &self.list
    }

    fn part_mut(&mut self) -> &mut dyn Part {
        &mut self.list
    }

    fn thing(&self) -> Option<&Asked> {
        Some(&self.asked)
    }

    fn thing_mut(&mut self) -> Option<&mut Asked> {
        Some(&mut self.asked)
    }

    fn question(&self, _when: When) -> Option<Query> {
        Some(Query::Sources)
    }

    fn take(&mut self, reply: Reply) {
        if let Reply::Sources(rows) = reply {
            self.list.set(rows);
        }
    }

    fn opens(&self) -> bool {
        false
    }

    fn command(&mut self, command: &Command) -> Step {
        match command {
            Command::Open => Step::No("r reads the sources; the two lines above say what is wrong with one"),
            _ => Step::No("that does nothing here"),
        }
    }

    fn beside(&self, context: Context<'_>) -> String {
        synced(context)
    }

    fn facts(&self, context: Context<'_>) -> Vec<Pieces> {
        let Some(row) = self.list.selected() else { return Vec::new() };
        if let Some(live) = context.live.get(&row.name).filter(|live| !live.over) {
            return running(&row.name, live);
        }
        let wrong = match &row.error {
            Some(error) => vec![(format!("{}: ", row.name), Role::Bad), plain(error.clone())],
            None => vec![plain(format!("{}: ", row.name)), quiet(in_words(&row.state))],
        };
        let hint = row.hint.as_ref().map(|hint| vec![(hint.clone(), Role::Warn)]);
        [wrong].into_iter().chain(hint).collect()
    }

    fn fact_lines(&self) -> u16 {
        2
    }

    fn empty(&self, _context: Context<'_>) -> Vec<String> {
        if self.asked.is_waiting() {
            return vec!["loading".to_owned()];
        }
        vec![
            "no source is configured".to_owned(),
            "buyin config init writes a first configuration; buyin open PATH needs none".to_owned(),
        ]
    }
}

/// What a source does that is being read, and what it waits for.
fn running(name: &str, live: &Live) -> Vec<Pieces> {
    let Standing { left, of, waits, .. } = &live.standing;
    let read = match live.expected {
        Some(expected) => format!("{} of {} read", figure(live.done), figure(expected)),
        None => format!("{} read", figure(live.done)),
    };
    let budget = match (left, of) {
        (Some(left), Some(of)) => format!(" · {} of {} requests left", figure(*left), figure(*of)),
        (Some(left), None) => format!(" · {} requests left", figure(*left)),
        (None, _) => String::new(),
    };
    let first = vec![plain(format!("{name}: ")), quiet(format!("{read}{budget}"))];
    let second =
        waits.as_ref().map(|(until, what)| vec![(format!("waits until {until}: {what}"), Role::Warn)]);
    [first].into_iter().chain(second).collect()
}

fn in_words(state: &str) -> &'static str {
    match state {
        "ok" => "read without trouble",
        "limited" => "read as far as its limits allow; the next sync goes on",
        "stale" => "not read for long: silence there may not be absence",
        _ => "could not be read",
    }
}
