//! One activity whole: nothing cut, with its link. Must not know what it is evidence of.

use serde::{Deserialize, Serialize};

use super::{
    Context, Page, Part, Pieces, Screen, Step, Target,
    ask::Ask,
    member::Member,
    part::{Listing, Row},
    quiet, timeline,
};
use crate::{
    domain::{
        activity::{Of, TimelineRow},
        text,
    },
    tui::{
        command::Command,
        theme::Role,
        when,
        widgets::{
            table::{Cell, Column},
            text::{width, wrap},
        },
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    row: TimelineRow,
    lines: Listing<Line>,
}

/// A name and a part of its value, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line(String, String, Option<String>);

const COLUMNS: &[Column] = &[Column::text("WHAT IT SAYS", 12, 0, 1), Column::text("", 20, 1, 0)];
/// Longer values go on in the next row.
const WIDE: usize = 60;

impl Activity {
    /// The step to this activity's screen.
    pub fn step(row: &TimelineRow) -> Step {
        let mut list = Listing::given();
        list.set(lines(row));
        Step::Go(Box::new(Screen::Activity(Box::new(Self { row: row.clone(), lines: list }))))
    }

    /// Where each visible row leads, and how wide its text is.
    pub fn links(&self) -> impl Iterator<Item = Option<(String, usize)>> {
        self.lines.seen().map(|line| {
            let link = line.2.as_deref().and_then(text::web);
            link.map(|link| (link, width(&line.1)))
        })
    }

    pub fn id(&self) -> &str {
        &self.row.activity.id
    }
}

fn lines(row: &TimelineRow) -> Vec<Line> {
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
            let link = activity.url.clone().filter(|_| name == "link");
            lines.push(Line(if place == 0 { name.to_owned() } else { String::new() }, part, link));
        }
    }
    lines
}

impl Row for Line {
    const NONE: &'static str = "nothing is known of this activity";

    fn columns(_ask: &Ask) -> &'static [Column] {
        COLUMNS
    }

    fn cells(&self, _ask: &Ask, _context: Context<'_>) -> Vec<Cell> {
        let role = if self.2.is_some() { Role::Key } else { Role::Name };
        vec![quiet(self.0.clone()), (self.1.clone(), role)]
    }

    fn target(&self) -> Target {
        Target { name: self.1.clone(), id: format!("{} {}", self.0, self.1), ..Target::default() }
    }
}

impl Page for Activity {
    fn title(&self) -> String {
        timeline::what(self.row.activity.kind)
    }

    fn part(&self) -> &dyn Part {
        &self.lines
    }

    fn part_mut(&mut self) -> &mut dyn Part {
        &mut self.lines
    }

    fn command(&mut self, command: &Command) -> Step {
        match (command, self.row.person) {
            (Command::Open, Some(person)) => Member::step(person, &self.row.person_name),
            (Command::Open, None) => Step::No("nobody is known to have done this"),
            _ => Step::No("that does nothing here"),
        }
    }

    fn target(&self) -> Option<Target> {
        let person = self.row.person.map(|person| (person, self.row.person_name.clone()));
        Some(Target { person, ..Row::target(&self.row) })
    }

    fn of(&self) -> Option<Of> {
        self.row.person.map(Of::Person)
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

    fn empty(&self, _context: Context<'_>) -> Vec<String> {
        vec!["nothing is known of this activity".to_owned()]
    }
}
