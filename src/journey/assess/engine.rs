//! The rules, compiled: what is looked up for every activity. Must not know any person.

use crate::{
    domain::{
        account::Zone,
        activity::Kind,
        points::Points,
        rules::{Case, Mark, MoveRule, Rules, SignalRule},
        stage::{Stage, Theme},
        time::Day,
    },
    journey::{
        case::{Act, Marks},
        decay::Decay,
    },
};

use super::Entry;

/// Kinds that open a thread; who did is its opener.
pub(super) const OPENINGS: [Kind; 5] =
    [Kind::IssueOpened, Kind::TopicOpened, Kind::PrOpened, Kind::MessagePosted, Kind::SupportOpened];

const MERGES: [Kind; 3] = [Kind::CommitAuthored, Kind::CommitCoauthored, Kind::PrMerged];
/// Kinds of work on a change of another.
pub(super) const REVIEWS: [Kind; 4] =
    [Kind::CommitReviewed, Kind::PrReviewed, Kind::CommitMerged, Kind::PrMerged];
const REPLIES: [Kind; 5] =
    [Kind::IssueCommented, Kind::PrCommented, Kind::PostReplied, Kind::AnswerPosted, Kind::MessageReplied];

/// Compiled [`Rules`]; made once, used for everybody.
#[derive(Debug, Clone)]
pub struct Engine {
    rules: Rules,
    marks: Vec<(Mark, Vec<Pattern>)>,
    themes: Vec<(Theme, Vec<Pattern>)>,
    /// By the number of a kind: what is judged act by act.
    by_kind: Vec<Vec<u16>>,
    /// What an act of the kind is, beside evidence.
    traits: Vec<Traits>,
    /// By the number of a signal rule.
    decays: Vec<Option<Decay>>,
    /// In days, by the number of a signal rule; `None`: for ever.
    lives: Vec<Option<u32>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Traits {
    is_passive: bool,
    is_friendly: bool,
    is_downstream: bool,
}

/// A word with `*` for anything at either end; case makes no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::journey) struct Pattern {
    pub(in crate::journey) word: String,
    pub(in crate::journey) open_start: bool,
    pub(in crate::journey) open_end: bool,
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
        let kinds = Kind::ALL.iter().map(|kind| *kind as usize + 1).max().unwrap_or(0);
        let mut by_kind = vec![Vec::new(); kinds];
        for (number, rule) in numbered(&rules.signals) {
            for kind in judged_by(rule) {
                by_kind[*kind as usize].push(number);
            }
        }
        let mut traits = vec![Traits::default(); kinds];
        for kind in &rules.acts.passive {
            traits[*kind as usize].is_passive = true;
        }
        for kind in &rules.acts.friendly {
            traits[*kind as usize].is_friendly = true;
        }
        for kind in &rules.acts.downstream {
            traits[*kind as usize].is_downstream = true;
        }
        let decays: Vec<_> = rules.signals.iter().map(|rule| rule.half_life.map(Decay::new)).collect();
        let lives = rules
            .signals
            .iter()
            .zip(&decays)
            .map(|(rule, decay)| decay.as_ref().map(|d| d.life(rule.points)));
        Self {
            marks: rules.labels.iter().map(|(mark, words)| (*mark, compile(words))).collect(),
            themes: rules.themes.iter().map(|(theme, words)| (*theme, compile(words))).collect(),
            by_kind,
            traits,
            lives: lives.collect(),
            decays,
            rules: rules.clone(),
        }
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

    pub(in crate::journey) fn themes(&self) -> &[(Theme, Vec<Pattern>)] {
        &self.themes
    }

    pub(super) fn rule(&self, number: u16) -> &SignalRule {
        &self.rules.signals[usize::from(number)]
    }

    /// The rules that judge single acts of a kind.
    pub(super) fn judging(&self, kind: Kind) -> &[u16] {
        &self.by_kind[kind as usize]
    }

    /// The rules of a case that is not judged act by act.
    pub(super) fn of_case(&self, case: Case) -> impl Iterator<Item = (u16, &SignalRule)> {
        numbered(&self.rules.signals).filter(move |(_, rule)| rule.case == case && is_on(rule))
    }

    /// The moves away from a stage, in their order. Friends move like those who are not placed; only its own rule
    /// goes to blocker and back.
    pub(super) fn moves_from(&self, stage: Stage) -> impl Iterator<Item = (usize, &MoveRule)> {
        let applies = move |rule: &MoveRule| {
            let from = rule.from == stage || rule.from == Stage::Unplaced && stage == Stage::Friend;
            from && stage != Stage::Blocker && rule.to != Stage::Blocker && rule.to != stage
        };
        self.rules.moves.iter().enumerate().filter(move |(_, rule)| applies(rule))
    }

    pub(super) fn is_passive(&self, kind: Kind) -> bool {
        self.traits[kind as usize].is_passive
    }

    pub(super) fn is_friendly(&self, kind: Kind) -> bool {
        self.traits[kind as usize].is_friendly
    }

    /// An own act that makes active: neither a fact about somebody nor a passive one.
    pub(super) fn is_active(&self, kind: Kind) -> bool {
        !kind.is_about() && !self.is_passive(kind)
    }

    pub(super) fn zone(&self, act: &Act) -> Zone {
        if self.traits[act.kind as usize].is_downstream { Zone::Downstream } else { act.zone }
    }

    /// What an entry is worth on a day on which it holds.
    pub fn decayed(&self, entry: &Entry, day: Day) -> Points {
        let age = u32::try_from(day.0.saturating_sub(entry.day.0)).unwrap_or(0);
        match self.decays.get(usize::from(entry.rule)) {
            Some(Some(decay)) => decay.apply(entry.points, age),
            _ => entry.points,
        }
    }

    /// The first day on which an entry is worth nothing any more.
    pub(super) fn expiry(&self, entry: &Entry) -> Option<Day> {
        let life = self.lives.get(usize::from(entry.rule)).copied().flatten()?;
        Some(entry.day.plus(i32::try_from(life).unwrap_or(i32::MAX)))
    }
}

fn numbered(rules: &[SignalRule]) -> impl Iterator<Item = (u16, &SignalRule)> {
    (0..).zip(rules)
}

/// Zero points switch a rule off.
fn is_on(rule: &SignalRule) -> bool {
    rule.points > Points(0)
}

/// The kinds that a rule judges act by act.
fn judged_by(rule: &SignalRule) -> &[Kind] {
    let usual: &[Kind] = match rule.case {
        _ if !is_on(rule) => return &[],
        Case::Merged => &MERGES,
        Case::Review => &REVIEWS,
        Case::Reply => &REPLIES,
        Case::Accepted => &[Kind::AnswerAccepted],
        Case::CrmRole => &[Kind::CrmRoleSet],
        Case::Act => &[],
        _ => return &[],
    };
    if rule.kinds.is_empty() { usual } else { &rule.kinds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_mean_what_their_patterns_say_whatever_their_case() {
        let engine = Engine::new(&Rules::default());
        for (label, mark, means) in [
            ("Bug", Mark::Bug, true),
            ("kind/regression-1.2", Mark::Bug, true),
            ("bugfix", Mark::Bug, false),
            ("lifecycle/rotten", Mark::Stale, true),
            ("Won't Fix", Mark::Declined, true),
            ("kind/documentation", Mark::Docs, true),
            ("enhancement", Mark::Feature, true),
        ] {
            assert_eq!(engine.marks(&[label]).has(mark), means, "{label}");
        }
    }
}
