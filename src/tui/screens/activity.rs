//! One activity whole: nothing cut, with its link. Must not know what it is evidence of.

use serde::{Deserialize, Serialize};

use super::{Context, Page, Pieces, Screen, Step, Target, member::Member, plain, quiet, timeline};
use crate::domain::query::When;
use crate::{
    domain::{activity::TimelineRow, decision::About},
    jobs::read::{Query, Reply},
    tui::{
        command::Command,
        list::{List, Scroll},
        when,
        widgets::{
            table::{Cell, Column},
            text::wrap,
        },
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    row: TimelineRow,
    lines: List<(String, String)>,
}

const COLUMNS: &[Column] = &[Column::text("WHAT IT SAYS", 12, 0, 1), Column::text("", 20, 1, 0)];
/// Longer values go on in the next row.
const WIDE: usize = 60;

impl Activity {
    /// The step to this activity's screen.
    pub fn step(row: &TimelineRow) -> Step {
        let lines = List::whole(lines(row));
        Step::Go(Box::new(Screen::Activity(Box::new(Self { row: row.clone(), lines }))))
    }

    pub fn id(&self) -> &str {
        &self.row.activity.id
    }
}

fn lines(row: &TimelineRow) -> Vec<(String, String)> {
    let activity = &row.activity;
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    let values = [
        ("title", some(&activity.title)),
        ("what", activity.kind.text().to_owned()),
        ("who", row.person_name.clone()),
        ("when", when::full(activity.at)),
        ("where", some(&activity.subject)),
        ("thread", some(&activity.thread)),
        ("labels", activity.labels.join(", ")),
        ("link", some(&activity.url)),
        ("source", activity.source.clone()),
        ("id", activity.id.clone()),
    ];
    let mut lines = Vec::new();
    for (name, value) in values.into_iter().filter(|(_, value)| !value.is_empty()) {
        for (place, part) in wrap(&value, WIDE).into_iter().enumerate() {
            lines.push((if place == 0 { name.to_owned() } else { String::new() }, part));
        }
    }
    lines
}

impl Page for Activity {
    fn title(&self) -> String {
        timeline::what(self.row.activity.kind)
    }

    fn list_mut(&mut self) -> &mut dyn Scroll {
        &mut self.lines
    }

    fn list(&self) -> &dyn Scroll {
        &self.lines
    }

    fn asks(&mut self, _when: When, _ticket: &mut dyn FnMut() -> u64) -> Vec<(u64, Query)> {
        Vec::new()
    }

    fn awaits(&self, _ticket: u64) -> bool {
        false
    }

    fn reply(&mut self, _ticket: u64, _reply: Reply) {}

    fn refresh(&mut self) {}

    fn is_waiting(&self) -> bool {
        false
    }

    fn is_settling(&self) -> bool {
        false
    }

    fn command(&mut self, command: &Command) -> Step {
        match (command, self.row.person) {
            (Command::Open, Some(person)) => Member::step(person, &self.row.person_name),
            (Command::Open, None) => Step::No("nobody is known to have done this"),
            _ => Step::No("that does nothing here"),
        }
    }

    fn target(&self) -> Option<Target> {
        Some(Target { about: self.row.person.map(About::Person), ..timeline::target(&self.row) })
    }

    fn beside(&self, _context: Context<'_>) -> String {
        self.row.activity.at.day().to_string()
    }

    fn facts(&self, _context: Context<'_>) -> Vec<Pieces> {
        let text = match self.row.activity.url {
            Some(_) => "o opens the link, Y copies it, enter goes to the person",
            None => "y copies the title, enter goes to the person",
        };
        vec![vec![quiet(text)]]
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn rows(&self, _context: Context<'_>) -> Vec<(bool, Vec<Cell>)> {
        let cells = |(name, value): &(String, String)| vec![quiet(name.clone()), plain(value.clone())];
        self.lines.visible().map(|(chosen, line)| (chosen, cells(line))).collect()
    }

    fn empty(&self, _context: Context<'_>) -> Vec<String> {
        vec!["nothing is known of this activity".to_owned()]
    }
}
