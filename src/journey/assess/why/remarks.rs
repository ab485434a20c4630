//! What there is to say beside the numbers of a ledger, one line each. Must not know how lines are shown.

use crate::domain::{
    journey::Spell,
    points::Points,
    rules::MoveRule,
    stage::{Signal, Stage},
    time::Day,
};

use super::{Counted, Past};
use crate::journey::assess::Engine;

pub(super) fn remarks(engine: &Engine, past: &Past<'_>, spells: &[Spell]) -> Vec<String> {
    let (Some(spell), mut lines) = (spells.last(), Vec::new()) else {
        return next_steps(engine, past, Stage::Unplaced);
    };
    if spell.stage != spell.automatic {
        lines.push(format!("{} by decision; by the rules {}", spell.stage, spell.automatic));
    }
    if let Some(made) = past.moves.last() {
        lines.push(format!("{} by the rule {} on {}", made.to, made.rule, made.day));
    }
    if spell.automatic == Stage::Blocker {
        lines.push(way_out(engine, past));
    } else {
        lines.extend(next_steps(engine, past, spell.automatic));
    }
    if let Some(day) = lapsed(spells) {
        let days = engine.rules().thresholds.active_days;
        lines.push(format!("lapsed on {day}: no own act for {days} days"));
    }
    if spell.left_alone {
        lines.push("to be left alone by decision".to_owned());
    }
    lines
}

/// Since when somebody is gone who once was there.
fn lapsed(spells: &[Spell]) -> Option<Day> {
    let silent = spells.iter().rev().take_while(|spell| !spell.active).count();
    if silent == spells.len() { None } else { spells.get(spells.len() - silent).map(|spell| spell.from) }
}

fn way_out(engine: &Engine, past: &Past<'_>) -> String {
    let since = past.moves.iter().rev().find(|made| made.to == Stage::Blocker).map(|made| made.day);
    let is_new = |counted: &&Counted| since.is_some_and(|day| counted.entry.day > day);
    let all = past.counted(engine, &[Signal::Succeeds, Signal::Teaches]);
    let new: Points = all.iter().filter(is_new).map(|counted| counted.entry.points).sum();
    let needed = engine.rules().blocker.went_on;
    format!(
        "ends when what is objected is resolved, or with {needed} new points of success or teaching: {new} so far"
    )
}

/// What each move away from a stage still lacks.
fn next_steps(engine: &Engine, past: &Past<'_>, stage: Stage) -> Vec<String> {
    let lacking = |rule: &MoveRule| {
        let lacks = lacks(engine, past, rule);
        (!lacks.is_empty()).then(|| format!("{} ({}) needs {}", rule.to, rule.name, lacks.join(", ")))
    };
    let mut rules: Vec<&MoveRule> = engine.moves_from(stage).map(|(_, rule)| rule).collect();
    // What can be earned first, then what is given.
    rules.sort_by_key(|rule| rule.signals.is_empty());
    rules.into_iter().filter_map(lacking).collect()
}

fn lacks(engine: &Engine, past: &Past<'_>, rule: &MoveRule) -> Vec<String> {
    if rule.signals.is_empty() {
        return if rule.role { vec!["a role".to_owned()] } else { Vec::new() };
    }
    let counted = past.counted(engine, &rule.signals);
    let sum: Points = counted.iter().map(|counted| counted.decayed).sum();
    let mut weeks: Vec<_> = counted.iter().map(|counted| counted.entry.day.week()).collect();
    weeks.dedup();
    let (first, last) = (counted.first(), counted.last());
    let days = first.zip(last).map_or(0, |(first, last)| last.entry.day.0 - first.entry.day.0);
    let mut people: Vec<_> = counted.iter().filter_map(|counted| counted.entry.counterpart).collect();
    let is_named = people.len() * 2 >= counted.len() && !counted.is_empty();
    people.sort_unstable();
    people.dedup();
    let words: Vec<&str> = rule.signals.iter().map(|signal| signal.text()).collect();
    let mut lacks = Vec::new();
    if sum < rule.points {
        lacks.push(format!("{} points of {}: {sum} so far", rule.points, words.join(" or ")));
    } else if counted.is_empty() {
        lacks.push(format!("a first act that {}", words.join(" or ")));
    }
    let mut ask = |needed: u32, found: usize, what: &str| {
        if found < needed as usize {
            lacks.push(format!("{needed} {what}: {found} so far"));
        }
    };
    ask(if rule.acts > 1 { rule.acts } else { 0 }, counted.len(), "pieces of evidence");
    ask(rule.weeks, weeks.len(), "weeks");
    ask(rule.days, usize::try_from(days).unwrap_or(0), "days from the first to the last");
    if is_named {
        ask(rule.counterparts, people.len(), "people who are named");
    }
    if rule.internal && !counted.iter().any(|counted| counted.entry.internal) {
        lacks.push("an act inside their own organisation".to_owned());
    }
    lacks
}
