//! The sources: how far each has been read, and what to do about those that failed. Must not know what a
//! source is made of.

use serde::{Deserialize, Serialize};

use super::{Asked, Context, Page, Pieces, Step, Target, accounts::synced, plain, quiet};
use crate::domain::query::When;
use crate::{
    domain::query::SourceRow,
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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Sources {
    asked: Asked,
    list: List<SourceRow>,
}

const COLUMNS: &[Column] = &[
    Column::text("SOURCE", 12, 1, 0),
    Column::text("KIND", 7, 0, 5),
    Column::text("STATE", 8, 0, 1),
    Column::right("ACTIVITY", 9, 3),
    Column::right("SYNCED", 16, 2),
    Column::right("COMPLETE UP TO", 14, 4),
];

impl Page for Sources {
    fn title(&self) -> String {
        "sources".to_owned()
    }

    fn list_mut(&mut self) -> &mut dyn Scroll {
        &mut self.list
    }

    fn list(&self) -> &dyn Scroll {
        &self.list
    }

    fn asks(&mut self, __when: When, ticket: &mut dyn FnMut() -> u64) -> Vec<(u64, Query)> {
        self.asked.take(ticket).map(|ticket| (ticket, Query::Sources)).into_iter().collect()
    }

    fn awaits(&self, ticket: u64) -> bool {
        self.asked.awaits(ticket)
    }

    fn reply(&mut self, _ticket: u64, reply: Reply) {
        self.asked.done();
        if let Reply::Sources(rows) = reply {
            self.list.set_whole(rows);
        }
    }

    fn refresh(&mut self) {
        self.asked.again();
    }

    fn is_waiting(&self) -> bool {
        self.asked.is_waiting()
    }

    fn is_settling(&self) -> bool {
        self.asked.is_waiting()
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

    fn target(&self) -> Option<Target> {
        self.list.selected().map(|row| Target {
            name: row.name.clone(),
            id: row.name.clone(),
            link: None,
            about: None,
        })
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

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn rows(&self, context: Context<'_>) -> Vec<(bool, Vec<Cell>)> {
        self.list.visible().map(|(chosen, row)| (chosen, cells(row, context))).collect()
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

fn cells(row: &SourceRow, context: Context<'_>) -> Vec<Cell> {
    let options = context.options;
    let state = match row.state.as_str() {
        "ok" => Role::Good,
        "failed" => Role::Bad,
        _ => Role::Warn,
    };
    let synced = row
        .synced_at
        .map_or_else(|| "never".to_owned(), |time| when::clock(time, &options.tz, options.today));
    let covered = row.covered_until.map_or_else(|| "-".to_owned(), |time| time.day().to_string());
    vec![
        plain(row.name.clone()),
        quiet(row.kind.clone()),
        (row.state.clone(), state),
        (figure(row.activities), Role::Figure),
        plain(synced),
        quiet(covered),
    ]
}
