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
    domain::query::{SourceRow, When},
    jobs::read::{Query, Reply},
    tui::{
        command::Command,
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
    Column::right("SYNCED", 12, 2),
    Column::right("COMPLETE UP TO", 14, 4),
];

impl Row for SourceRow {
    const NONE: &'static str = "there is no source";

    fn columns(_ask: &Ask) -> &'static [Column] {
        COLUMNS
    }

    fn cells(&self, _ask: &Ask, context: Context<'_>) -> Vec<Cell> {
        let options = context.options;
        let state = match self.state.as_str() {
            "ok" => Role::Good,
            "failed" => Role::Bad,
            _ => Role::Warn,
        };
        let synced = self
            .synced_at
            .map_or_else(|| "never".to_owned(), |time| when::clock(time, &options.tz, options.today));
        let covered = self.covered_until.map_or_else(|| "-".to_owned(), |time| time.day().to_string());
        vec![
            plain(self.name.clone()),
            quiet(self.kind.clone()),
            (self.state.clone(), state),
            (figure(self.activities), Role::Figure),
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

    fn facts(&self, _context: Context<'_>) -> Vec<Pieces> {
        let Some(row) = self.list.selected() else { return Vec::new() };
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

fn in_words(state: &str) -> &'static str {
    match state {
        "ok" => "read without trouble",
        "limited" => "read as far as its limits allow; the next sync goes on",
        "stale" => "not read for long: silence there may not be absence",
        _ => "could not be read",
    }
}
