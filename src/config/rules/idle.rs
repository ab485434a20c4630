//! Refuses rules that could never do anything, so that nobody waits for what cannot come. Must not know how a file is
//! read.

use std::ops::Range;

use super::Named;
use crate::{
    config::{ConfigError, error::Input},
    domain::{
        activity::Kind,
        points::Points,
        rules::{Case, Mark, MoveRule, Rules, SignalRule, Thresholds},
        stage::Signal,
    },
};

/// What the cases `review` and `reply` can see of another's change, question or issue.
const REVIEWS: &[Kind] = &[
    Kind::CommitReviewed,
    Kind::CommitMerged,
    Kind::PrReviewed,
    Kind::PrMerged,
    Kind::PrCommented,
    Kind::PrClosed,
];
const REPLIES: &[Kind] = &[
    Kind::IssueCommented,
    Kind::IssueClosed,
    Kind::PrCommented,
    Kind::PrReviewed,
    Kind::PostReplied,
    Kind::AnswerPosted,
    Kind::MessageReplied,
];

/// What a file says of rules as a whole, by the place where it says so.
pub(super) struct Said {
    /// Signals and moves that it names.
    pub(super) signals: Vec<Named>,
    pub(super) moves: Vec<Named>,
    /// Lists of labels.
    pub(super) labels: Vec<(Mark, Range<usize>)>,
}

/// Refuses what the rules of the file, together with ours, leave without effect. `rules` still hold what is switched off.
pub(super) fn refuse(input: &Input<'_>, rules: &Rules, said: &Said) -> Result<(), ConfigError> {
    let (on, off): (Vec<_>, Vec<_>) = rules.signals.iter().partition(|rule| rule.points > Points(0));
    let refused = |place: &Range<usize>, why: String| Err(input.error(Some(place.clone()), why));
    for (mark, place) in
        said.labels.iter().filter(|(mark, _)| rules.labels.get(mark).is_none_or(Vec::is_empty))
    {
        if let Some(rule) = on.iter().find(|rule| needs(rule, *mark)) {
            let name = &rule.name;
            return refused(
                place,
                format!(
                    "no label is `{mark}`, so the signal \"{name}\" can never count: name a label, or switch it off by points = 0"
                ),
            );
        }
    }
    for rule in &rules.moves {
        let Some(why) = never(rule, &on) else { continue };
        let own = said.moves.iter().find(|named| named.name == rule.name);
        let is_off = |named: &&Named| {
            off.iter().any(|rule_off| rule_off.name == named.name && rule.signals.contains(&rule_off.signal))
        };
        let why = format!("the move \"{}\" can never fire: {why}", rule.name);
        match (own, said.signals.iter().rfind(is_off)) {
            (Some(own), _) => return refused(&own.place, why),
            (None, Some(last)) => {
                return refused(&last.place, format!("with \"{}\" switched off {why}", last.name));
            }
            (None, None) => {
                let Some(last) = said.signals.last() else { continue };
                return refused(&last.place, why);
            }
        }
    }
    Ok(())
}

/// Whether a signal can only count by labels of this kind.
fn needs(rule: &SignalRule, mark: Mark) -> bool {
    rule.mark == Some(mark) || rule.case == Case::Declined && mark == Mark::Declined
}

/// Why a signal can never count, and the key that makes it so.
pub(super) fn never_counts(rule: &SignalRule) -> Option<(&'static str, String)> {
    let case = rule.case;
    let known = match case {
        Case::Review => REVIEWS,
        Case::Reply => REPLIES,
        _ => Kind::ALL,
    };
    if let Some(kind) = rule.kinds.iter().find(|kind| !known.contains(kind)) {
        let known: Vec<&str> = known.iter().map(|kind| kind.text()).collect();
        return Some((
            "kinds",
            format!(
                "knows no `{}`, which is no act upon another's: it knows {}",
                kind.text(),
                known.join(", ")
            ),
        ));
    }
    match rule.mark {
        Some(_) if case == Case::Role => {
            Some(("mark", "knows no `mark`: a role is held whatever its labels".to_owned()))
        }
        Some(Mark::Feature)
            if matches!(case, Case::Unanswered | Case::Declined) || rule.signal == Signal::Objects =>
        {
            Some(("mark", "never counts a `feature`: a wish that is not granted is no objection".to_owned()))
        }
        Some(Mark::Stale) if matches!(case, Case::Declined | Case::Resolved) => {
            Some(("mark", "never counts a `stale` closing: nobody decided anything".to_owned()))
        }
        _ => None,
    }
}

/// Why nothing can bring the move about; `None` when something can.
fn never(rule: &MoveRule, on: &[&SignalRule]) -> Option<String> {
    if rule.role && !rule.internal {
        return None;
    }
    if rule.signals.is_empty() {
        let why = if rule.role {
            "a held role is no act inside their own organisation"
        } else {
            "it names no `signals` and takes no `role`"
        };
        return Some(why.to_owned());
    }
    let asked = rule.points > Points(0) || rule.acts > 0 || rule.weeks > 0 || rule.counterparts > 0;
    if !asked {
        return Some("it asks for no `points`, `acts`, `weeks` or `counterparts`".to_owned());
    }
    let named: Vec<_> = on.iter().filter(|one| rule.signals.contains(&one.signal)).collect();
    let list: Vec<&str> = rule.signals.iter().map(|signal| signal.text()).collect();
    let list = list.join(" or ");
    if named.is_empty() {
        return Some(format!("no [[signal]] with points is evidence of {list}"));
    }
    if rule.internal && !named.iter().any(|one| one.case.is_internal()) {
        let cases = Case::INTERNAL.map(Case::text);
        return Some(format!("`internal` needs evidence of {list} by a case {}", cases.join(", ")));
    }
    None
}

/// Why some thresholds leave another without effect.
pub(super) fn never_reached(all: &Thresholds) -> Option<String> {
    let Thresholds { wide, placed, quorum, .. } = all;
    if wide < placed {
        return Some(format!(
            "`wide` = {wide} in [thresholds] is below `placed` = {placed}: every group would be none or wide"
        ));
    }
    (wide < quorum).then(|| {
        format!(
            "`wide` = {wide} in [thresholds] is below `quorum` = {quorum}: no group could come to a consensus"
        )
    })
}
