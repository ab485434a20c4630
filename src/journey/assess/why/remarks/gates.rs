//! The gates of a move, each with what is asked and what there is. Must not know of any day.

use std::collections::BTreeSet;

use crate::domain::{
    activity::Kind,
    points::Points,
    rules::{Case, MoveRule, SignalRule},
    stage::Signal,
};

use super::Counted;
use crate::journey::assess::Engine;

/// What a move asks for beside what there is.
pub(super) struct Gates<'a> {
    rule: &'a MoveRule,
    signals: Vec<Signal>,
    sum: Points,
    acts: usize,
    weeks: usize,
    days: usize,
    people: usize,
    /// Half of the evidence or more names somebody: only then people are asked for.
    is_named: bool,
    is_internal: bool,
    /// What can be said where there is no evidence of the signals.
    unseen: &'static str,
}

impl<'a> Gates<'a> {
    /// `counted` in order of days; `told`: the kinds that the sources can tell, where these are not all.
    pub(super) fn of(
        engine: &Engine,
        rule: &'a MoveRule,
        counted: &[Counted],
        told: Option<&[Kind]>,
    ) -> Self {
        let (first, last) = (counted.first(), counted.last());
        let days = first.zip(last).map_or(0, |(first, last)| last.entry.day.0 - first.entry.day.0);
        let named: Vec<_> = counted.iter().filter_map(|counted| counted.entry.counterpart).collect();
        let has = |signal: &Signal| counted.iter().any(|counted| counted.entry.signal == *signal);
        let rules = &engine.rules().signals;
        Self {
            rule,
            signals: rule.signals.iter().copied().filter(has).collect(),
            sum: counted.iter().map(|counted| counted.decayed).sum(),
            acts: counted.len(),
            weeks: counted.iter().map(|counted| counted.entry.day.week()).collect::<BTreeSet<_>>().len(),
            days: usize::try_from(days).unwrap_or(0),
            is_named: !named.is_empty() && named.len() * 2 >= counted.len(),
            people: named.into_iter().collect::<BTreeSet<_>>().len(),
            is_internal: counted.iter().any(|counted| counted.entry.internal),
            unseen: unseen(
                rules.iter().filter(|one| rule.signals.contains(&one.signal) && one.points > Points(0)),
                told,
            ),
        }
    }

    /// Each gate that is a number: asked for, there, and of what.
    fn numbers(&self) -> [(usize, usize, &'static str); 4] {
        let rule = self.rule;
        let people = if self.is_named { rule.counterparts } else { 0 };
        [
            (if rule.acts > 1 { rule.acts as usize } else { 0 }, self.acts, "pieces of evidence"),
            (rule.weeks as usize, self.weeks, "weeks"),
            (rule.days as usize, self.days, "days from the first to the last"),
            (people as usize, self.people, "people who are named"),
        ]
    }

    /// Whether the evidence alone is enough.
    pub(super) fn are_met(&self) -> bool {
        self.acts > 0 && self.lacks().is_empty()
    }

    /// What met the gates, with figures; as if they were met.
    pub(super) fn met(&self) -> String {
        let rule = self.rule;
        let mut met = Vec::new();
        if rule.points > Points(0) {
            met.push(format!("{} points of {}", self.sum, words(&rule.signals, " or ")));
        }
        let asked = self.numbers().into_iter().filter(|(asked, ..)| *asked > 0);
        met.extend(asked.map(|(_, found, what)| format!("{found} {what}")));
        if rule.internal {
            met.push("an act inside their own organisation".to_owned());
        }
        if met.is_empty() {
            met.push(words(&self.signals, ", "));
        }
        met.join(", ")
    }

    /// What the gates still ask for.
    pub(super) fn lacks(&self) -> Vec<String> {
        let (rule, mut lacks) = (self.rule, Vec::new());
        if rule.signals.is_empty() {
            return if rule.role { vec!["a role".to_owned()] } else { lacks };
        }
        let what = words(&rule.signals, " or ");
        if self.acts == 0 && rule.points > Points(0) {
            let such: Vec<&str> = rule.signals.iter().map(|signal| such_as(*signal)).collect();
            return vec![format!("{} points of {what} ({}): {}", rule.points, such.join(", "), self.unseen)];
        }
        if self.sum < rule.points {
            lacks.push(format!("{} points of {what}: {} so far", rule.points, self.sum));
        } else if self.acts == 0 {
            lacks.push(format!("a first act that {what}"));
        }
        let short = self.numbers().into_iter().filter(|(asked, found, _)| found < asked);
        lacks.extend(short.map(|(asked, found, what)| format!("{asked} {what}: {found} so far")));
        if rule.internal && !self.is_internal {
            lacks.push("an act inside their own organisation".to_owned());
        }
        lacks
    }
}

/// What it means that rules found nothing: that nothing was, or that nothing is told.
fn unseen<'r>(rules: impl Iterator<Item = &'r SignalRule>, told: Option<&[Kind]>) -> &'static str {
    let (mut found, mut hidden) = (0, 0);
    for rule in rules {
        found += 1;
        hidden += usize::from(told.is_some_and(|told| !is_told(rule, told)));
    }
    match (found, hidden) {
        (0, _) => "no rule finds any",
        (_, 0) => "none seen",
        _ if found == hidden => "no connected source can show any",
        _ => "none seen, and the connected sources show only some of these",
    }
}

/// Whether sources that tell these kinds can show what the rule looks for.
fn is_told(rule: &SignalRule, told: &[Kind]) -> bool {
    let wanted: &[Kind] = match rule.case {
        Case::Act | Case::Review | Case::Reply => &rule.kinds,
        Case::Merged => &[Kind::CommitAuthored, Kind::CommitCoauthored, Kind::PrMerged],
        Case::Resolved | Case::Declined => &[Kind::IssueClosed],
        Case::Accepted => &[Kind::AnswerAccepted],
        Case::Role => &[Kind::RoleGranted],
        // Whatever ties two people together.
        Case::Colleague => told,
        Case::CrmRole => &[Kind::CrmRoleSet],
        Case::Deal => &[Kind::DealCreated, Kind::DealStageChanged],
        Case::Unanswered => &[Kind::IssueOpened, Kind::TopicOpened, Kind::SupportOpened],
        Case::Ask => &[],
    };
    wanted.iter().any(|kind| told.contains(kind))
}

fn words(signals: &[Signal], between: &str) -> String {
    let words: Vec<&str> = signals.iter().map(|signal| signal.text()).collect();
    words.join(between)
}

/// What a signal is seen by.
fn such_as(signal: Signal) -> &'static str {
    match signal {
        Signal::Tests => "tries, questions, bugs",
        Signal::Succeeds => "merged changes, resolved questions",
        Signal::Teaches => "reviews, answers, docs",
        Signal::Evangelises => "content, talks, colleagues brought",
        Signal::Advocates => "asks done, champions, colleagues brought to a deal, terms asked for",
        Signal::Objects => "silence, refusals, moving away",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Rules;

    #[test]
    fn what_no_connected_source_can_show_is_not_called_unseen() {
        let rules = Rules::default();
        let said = |signal: Signal, told: Option<&[Kind]>| {
            unseen(rules.signals.iter().filter(|rule| rule.signal == signal), told)
        };
        let clone = [Kind::CommitAuthored, Kind::CommitReviewed, Kind::CommitMerged, Kind::RoleGranted];
        assert_eq!(said(Signal::Advocates, Some(&clone)), "no connected source can show any");
        assert_eq!(
            said(Signal::Evangelises, Some(&clone)),
            "none seen, and the connected sources show only some of these"
        );
        assert_eq!(said(Signal::Advocates, None), "none seen");
        assert_eq!(unseen([].into_iter(), None), "no rule finds any");
    }
}
