//! `[[move]]` of a user's rules. Must not know how anybody is moved.

use super::{LONGEST, MOST, Named, name_of, shape, signals_of};
use crate::{
    config::{
        ConfigError, check,
        error::Input,
        read::{Table, section, tables},
    },
    domain::{
        points::Points,
        rules::MoveRule,
        stage::{Signal, Stage},
    },
};

/// The steps of the ladder. Down, and to and from a blocker, nobody is moved by a rule of their own.
const STEPS: [(Stage, Stage); 4] = [
    (Stage::Unplaced, Stage::Skeptic),
    (Stage::Skeptic, Stage::Teacher),
    (Stage::Teacher, Stage::Guide),
    (Stage::Guide, Stage::GoGetter),
];

/// A move of the same name takes the place of ours, one with a new name is added and tried last. Those of the file.
pub(super) fn read(
    input: &Input<'_>,
    value: Table<'_>,
    into: &mut Vec<MoveRule>,
) -> Result<Vec<Named>, ConfigError> {
    let mut read: Vec<Named> = Vec::new();
    for table in tables(input, value, "move")? {
        let (rule, named) = one(input, table, &read)?;
        match into.iter_mut().find(|ours| ours.name == rule.name) {
            Some(ours) => *ours = rule,
            None => into.push(rule),
        }
        read.push(named);
    }
    Ok(read)
}

fn one(input: &Input<'_>, table: Table<'_>, read: &[Named]) -> Result<(MoveRule, Named), ConfigError> {
    let name = check::named(&table, "[[move]]");
    for key in ["from", "to"] {
        check::word_of(input, &table, key, Stage::ALL, Stage::text, "stage", &name)?;
    }
    signals_of(input, &table, "signals", &name)?;
    let at = table.clone();
    let wrong = |key: &str, why: String| Err(input.error(Some(check::place(&at, &[key])), why));
    let missing = |key: &str| input.error(Some(at.span()), format!("missing key `{key}` in {name}"));
    let given: shape::MoveRule = section(input, table, &name)?;
    let named = name_of(input, &at, given.name, "[[move]]", read)?;
    let rule = MoveRule {
        name: named.name.clone(),
        from: given.from.ok_or_else(|| missing("from"))?,
        to: given.to.ok_or_else(|| missing("to"))?,
        signals: given.signals,
        points: given.points,
        acts: given.acts,
        weeks: given.weeks,
        days: given.days,
        counterparts: given.counterparts,
        role: given.role,
        internal: given.internal,
    };
    if !STEPS.contains(&(rule.from, rule.to)) {
        let (from, to) = (rule.from, rule.to);
        let way = match STEPS.iter().find(|(start, _)| *start == from) {
            Some((_, next)) => format!("from {from} it goes to {next}"),
            None if from == Stage::Friend => "a move from unplaced moves friends too".to_owned(),
            None => "moves start at unplaced, skeptic, teacher or guide".to_owned(),
        };
        return wrong("to", format!("from {from} to {to} is no step in {name}: {way}"));
    }
    if rule.to == Stage::GoGetter && !rule.internal {
        let why = format!("{name} leads to go-getter without `internal = true`: usage is not advocacy");
        return wrong("to", why);
    }
    if let Some(nth) = rule.signals.iter().position(|signal| *signal == Signal::Objects) {
        let why = format!(
            "`objects` in `signals` of {name} speaks against you: nobody goes up by it; [blocker] says what it does"
        );
        return Err(input.error(Some(check::entry_of(&at, "signals", nth)), why));
    }
    if rule.points < Points(0) || rule.points > MOST {
        let why = format!("`points` in {name} must lie between 0 and {MOST}, not be {}", rule.points);
        return wrong("points", why);
    }
    for (key, number) in
        [("acts", rule.acts), ("weeks", rule.weeks), ("days", rule.days), ("counterparts", rule.counterparts)]
    {
        if number > LONGEST {
            return wrong(key, format!("`{key}` in {name} must be at most {LONGEST}, not {number}"));
        }
    }
    Ok((rule, named))
}
