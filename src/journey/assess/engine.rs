//! The rules, compiled: what is looked up for every activity. Must not know any person.

use crate::{
    domain::rules::{Mark, Rules},
    journey::case::Marks,
};

/// Compiled [`Rules`]; made once, used for everybody.
#[derive(Debug, Clone)]
pub struct Engine {
    rules: Rules,
    marks: Vec<(Mark, Vec<Pattern>)>,
}

/// A word with `*` for anything at either end; case makes no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::journey) struct Pattern {
    word: String,
    open_start: bool,
    open_end: bool,
}

impl Pattern {
    pub(in crate::journey) fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        let (open_start, rest) = lower.strip_prefix('*').map_or((false, lower.as_str()), |rest| (true, rest));
        let (open_end, word) = rest.strip_suffix('*').map_or((false, rest), |rest| (true, rest));
        Self { word: word.to_owned(), open_start, open_end }
    }

    /// `text` in lower case.
    pub(in crate::journey) fn matches(&self, text: &str) -> bool {
        match (self.open_start, self.open_end) {
            (false, false) => text == self.word,
            (true, false) => text.ends_with(&self.word),
            (false, true) => text.starts_with(&self.word),
            (true, true) => text.contains(&self.word),
        }
    }
}

impl Engine {
    pub fn new(rules: &Rules) -> Self {
        let compile = |words: &Vec<String>| words.iter().map(|word| Pattern::new(word)).collect();
        let marks = rules.labels.iter().map(|(mark, words)| (*mark, compile(words))).collect();
        Self { rules: rules.clone(), marks }
    }

    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What labels mean to the rules.
    pub fn marks(&self, labels: &[&str]) -> Marks {
        let mut marks = Marks::default();
        for label in labels {
            let label = label.to_lowercase();
            for (mark, patterns) in &self.marks {
                if patterns.iter().any(|pattern| pattern.matches(&label)) {
                    marks = marks.with(*mark);
                }
            }
        }
        marks
    }
}
