//! Why a number is what it is: one tab for each number that was asked about. Must not know how it is made.

use serde::{Deserialize, Serialize};

use super::{
    Context, Page, Part, Pieces, Reasons, Screen, Step, Target,
    ask::Ask,
    ledger::{self, Ledger},
    quiet,
};
use crate::domain::{
    activity::Of,
    why::{WhyAbout, WhyOf},
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WhyPage {
    ledgers: Vec<(String, WhyAbout, Ledger)>,
    tab: usize,
}

/// How many remarks stand above the list.
const TOLD: usize = 3;

impl WhyPage {
    /// The step to the reasons of these numbers; the first one is seen.
    pub fn step(reasons: Reasons) -> Step {
        if reasons.is_empty() {
            return Step::No("nothing here has a number; w works on an account or a person");
        }
        let of = |(name, about, of)| (name, about, ledger::of(about, of));
        let ledgers = reasons.into_iter().map(of).collect();
        Step::Go(Box::new(Screen::Why(Box::new(Self { ledgers, tab: 0 }))))
    }

    fn seen(&self) -> &(String, WhyAbout, Ledger) {
        &self.ledgers[self.tab.min(self.ledgers.len() - 1)]
    }
}

impl Page for WhyPage {
    fn title(&self) -> String {
        "why".to_owned()
    }

    fn part(&self) -> &dyn Part {
        &self.seen().2
    }

    fn part_mut(&mut self) -> &mut dyn Part {
        let last = self.ledgers.len() - 1;
        &mut self.ledgers[self.tab.min(last)].2
    }

    fn parts_mut(&mut self) -> Vec<&mut dyn Part> {
        self.ledgers.iter_mut().map(|(_, _, ledger)| ledger as &mut dyn Part).collect()
    }

    fn tabs(&self) -> Vec<String> {
        self.ledgers.iter().map(|(name, ..)| name.clone()).collect()
    }

    fn tab(&self) -> usize {
        self.tab
    }

    fn set_tab(&mut self, tab: usize) {
        self.tab = tab.min(self.ledgers.len() - 1);
    }

    fn target(&self) -> Option<Target> {
        self.part().target()
    }

    fn of(&self) -> Option<Of> {
        Some(match self.seen().1 {
            WhyAbout::Person(person) => Of::Person(person),
            WhyAbout::Account(account) => Of::Account(account),
        })
    }

    fn beside(&self, context: Context<'_>) -> String {
        let told = match self.seen().2.ask() {
            Ask::Why { of: WhyOf::Stage, .. } => "the entries sum to the number",
            Ask::Why { of: WhyOf::Support, .. } => "the share of those who are for it",
            _ => "what is seen over what was expected",
        };
        if context.width < 60 { String::new() } else { told.to_owned() }
    }

    fn facts(&self, context: Context<'_>) -> Vec<Pieces> {
        let ledger = &self.seen().2;
        if !ledger.is_loaded() {
            return vec![vec![quiet("loading")]];
        }
        [ledger::head(ledger, context)].into_iter().chain(ledger::remarks(ledger, TOLD)).collect()
    }

    fn fact_lines(&self) -> u16 {
        1 + u16::try_from(ledger::remarks(&self.seen().2, TOLD).len()).unwrap_or(0)
    }

    fn empty(&self, _context: Context<'_>) -> Vec<String> {
        if !self.part().is_loaded() {
            return vec!["loading".to_owned()];
        }
        vec![
            "there is no such number here".to_owned(),
            "nothing that counts for it has happened by this day; esc goes back".to_owned(),
        ]
    }
}
