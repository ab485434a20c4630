//! The activities behind a move. Must not know why they carried it.

use serde::{Deserialize, Serialize};

use super::{Context, Page, Part, Pieces, Screen, Step, part::Listing, plain, stages};
use crate::{
    domain::{activity::TimelineRow, ids::PersonId, person::MoveRow},
    tui::theme::Role,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Behind {
    title: String,
    facts: Vec<String>,
    list: Listing<TimelineRow>,
}

impl Behind {
    /// The step to what carried that move of a person.
    pub fn step(row: &MoveRow, person: PersonId, name: &str) -> Step {
        let mut list = Listing::given();
        let act = |activity: &crate::domain::activity::ActivityRow| TimelineRow {
            activity: activity.clone(),
            person: Some(person),
            person_name: name.to_owned(),
        };
        // Newest first, as every list of activities.
        list.set(row.because.iter().rev().map(act));
        let mut facts = vec![format!("{} on {}: {}", row.to, row.at, stages::rule(&row.rule))];
        facts.extend(row.cause.as_ref().map(|cause| {
            let title = cause.title.as_ref().map_or(String::new(), |title| format!(": {title}"));
            format!("blocked by {} ({}){title}", cause.thread, cause.theme)
        }));
        let page = Self { title: format!("why {}", row.to), facts, list };
        Step::Go(Box::new(Screen::Behind(Box::new(page))))
    }
}

impl Page for Behind {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn part(&self) -> &dyn Part {
        &self.list
    }

    fn part_mut(&mut self) -> &mut dyn Part {
        &mut self.list
    }

    fn beside(&self, _context: Context<'_>) -> String {
        match self.list.total() {
            Some(1) => "1 activity".to_owned(),
            count => format!("{} activities", count.unwrap_or(0)),
        }
    }

    fn facts(&self, _context: Context<'_>) -> Vec<Pieces> {
        let line = |(place, text): (usize, &String)| {
            vec![if place == 0 { plain(text.clone()) } else { (text.clone(), Role::Bad) }]
        };
        self.facts.iter().enumerate().map(line).collect()
    }

    fn fact_lines(&self) -> u16 {
        u16::try_from(self.facts.len()).unwrap_or(1)
    }

    fn empty(&self, _context: Context<'_>) -> Vec<String> {
        let mut lines = vec!["no activity of their own stands behind it: time brought it".to_owned()];
        lines.push("w on the person shows every number".to_owned());
        lines
    }
}
