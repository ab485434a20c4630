//! What there is to say beside the numbers of a ledger, one line each. Must not know how lines are shown.

use crate::domain::{
    journey::{Move, Spell},
    points::Points,
    rules::MoveRule,
    stage::{Signal, Stage},
    time::Day,
};

use super::{Counted, Past, WENT_ON};
use crate::journey::assess::Engine;

mod gates;

use gates::Gates;

/// `number` is today's and the one at which the stage is entered.
pub(super) fn remarks(
    engine: &Engine,
    past: &Past<'_>,
    spells: &[Spell],
    number: (Points, Option<Points>),
) -> Vec<String> {
    let (Some(spell), mut lines) = (spells.last(), Vec::new()) else {
        return next_steps(engine, past, Stage::Unplaced);
    };
    if spell.stage != spell.automatic {
        lines.push(format!("{} by decision; by the rules {}", spell.stage, spell.automatic));
    }
    lines.extend(moved(engine, past));
    if spell.automatic == Stage::Blocker {
        lines.push(way_out(engine, past));
    } else {
        if let (today, Some(enter)) = number
            && today < enter
            && spell.stage == spell.automatic
        {
            lines.push(stays(engine, past, today, enter));
        }
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

/// By which rule they came to the stage, and what met it; who came off a block was there before.
fn moved(engine: &Engine, past: &Past<'_>) -> Vec<String> {
    let Some(last) = past.moves.last() else { return Vec::new() };
    let before = past.moves.iter().rev().find(|made| made.to == last.to && made.from != Stage::Blocker);
    let before = before.filter(|made| *made != last);
    before.into_iter().chain([last]).map(|made| line(engine, past, made)).collect()
}

fn line(engine: &Engine, past: &Past<'_>, made: &Move) -> String {
    let line = format!("{} by the rule {} on {}", made.to, made.rule, made.day);
    let met = met(engine, past, made);
    if met.is_empty() { line } else { format!("{line}: {met}") }
}

fn met(engine: &Engine, past: &Past<'_>, made: &Move) -> String {
    let worth = |signals: &[Signal]| past.counted_on(engine, signals, made.day);
    let sum = |all: &[Counted]| all.iter().map(|counted| counted.decayed).sum::<Points>();
    if made.to == Stage::Blocker {
        return format!("{} points of {}", sum(&worth(&[Signal::Objects])), Signal::Objects);
    }
    if made.rule == WENT_ON {
        return "success or teaching in spite of what was objected".to_owned();
    }
    let rules = &engine.rules().moves;
    let Some(rule) = rules.iter().find(|rule| rule.to == made.to && rule.name == made.rule) else {
        return String::new();
    };
    let gates = Gates::of(engine, rule, &worth(&rule.signals), past.told);
    if gates.are_met() {
        return gates.met();
    }
    // Else the role was enough.
    let granted = past.entries.iter().find(|entry| made.because.contains(&entry.seq));
    granted.map_or_else(|| "a role".to_owned(), |entry| format!("a role held since {}", entry.day))
}

/// Nobody falls by decay: what there is against somebody has to be objected.
fn stays(engine: &Engine, past: &Past<'_>, today: Points, enter: Points) -> String {
    let against = past.counted(engine, &[Signal::Objects]).iter().map(|counted| counted.decayed).sum();
    let against = match against {
        Points(0) => "nothing speaks against it".to_owned(),
        points => format!("what is objected is {points} of {} points", engine.rules().blocker.points),
    };
    format!("stays: {against} ({today} today, entered at {enter})")
}

fn way_out(engine: &Engine, past: &Past<'_>) -> String {
    let since = past.moves.iter().rev().find(|made| made.to == Stage::Blocker).map(|made| made.day);
    let is_new = |counted: &&Counted| since.is_some_and(|day| counted.entry.day > day);
    let all = past.counted(engine, &[Signal::Succeeds, Signal::Teaches]);
    let new: Points = all.iter().filter(is_new).map(|counted| counted.entry.points).sum();
    let needed = engine.rules().blocker.went_on;
    format!(
        "a block does not fade: it ends when what is objected is answered or resolved, or when they go on all the \
         same, with {needed} new points of success or teaching: {new} so far"
    )
}

/// What each move away from a stage still lacks.
fn next_steps(engine: &Engine, past: &Past<'_>, stage: Stage) -> Vec<String> {
    let lacking = |rule: &MoveRule| {
        let lacks = Gates::of(engine, rule, &past.counted(engine, &rule.signals), past.told).lacks();
        (!lacks.is_empty()).then(|| format!("{} ({}) needs {}", rule.to, rule.name, lacks.join(", ")))
    };
    let mut rules: Vec<&MoveRule> = engine.moves_from(stage).map(|(_, rule)| rule).collect();
    // What can be earned first, then what is given.
    rules.sort_by_key(|rule| rule.signals.is_empty());
    rules.into_iter().filter_map(lacking).collect()
}
