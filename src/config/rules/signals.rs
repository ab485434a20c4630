//! `[[signal]]` of a user's rules. Must not know moves.

use super::{LONGEST, MOST, Named, idle, kinds, name_of, shape};
use crate::{
    config::{
        ConfigError, check,
        error::{Input, nearest},
        read::{Table, section, tables},
    },
    domain::{
        points::Points,
        rules::{Case, Mark, SignalRule},
        stage::Signal,
    },
};

/// A signal of the same name takes the place of ours, one with a new name is added. Those of the file.
pub(super) fn read(
    input: &Input<'_>,
    value: Table<'_>,
    into: &mut Vec<SignalRule>,
) -> Result<Vec<Named>, ConfigError> {
    let mut read: Vec<Named> = Vec::new();
    for table in tables(input, value, "signal")? {
        let (rule, named) = one(input, table, into, &read)?;
        match into.iter_mut().find(|ours| ours.name == rule.name) {
            Some(ours) => *ours = rule,
            None => into.push(rule),
        }
        read.push(named);
    }
    Ok(read)
}

fn one(
    input: &Input<'_>,
    table: Table<'_>,
    ours: &[SignalRule],
    read: &[Named],
) -> Result<(SignalRule, Named), ConfigError> {
    let name = check::named(&table, "[[signal]]");
    check::word(input, &table, "signal", Signal::ALL, Signal::text, &name)?;
    check::word(input, &table, "case", Case::ALL, Case::text, &name)?;
    check::word(input, &table, "mark", Mark::ALL, Mark::text, &name)?;
    kinds(input, &table, "kinds", &name)?;
    let at = table.clone();
    let wrong = |key: &str, why: String| Err(input.error(Some(check::place(&at, &[key])), why));
    let missing = |key: &str| input.error(Some(at.span()), format!("missing key `{key}` in {name}"));
    let given: shape::SignalRule = section(input, table, &name)?;
    let named = name_of(input, &at, given.name, "[[signal]]", read)?;
    let same = ours.iter().find(|rule| rule.name == named.name);
    let points = given.points.ok_or_else(|| missing("points"))?;
    if points < Points(0) || points > MOST {
        return wrong("points", format!("`points` in {name} must lie between 0 and {MOST}, not be {points}"));
    }
    if points == Points(0) {
        let Some(same) = same else {
            let known: Vec<&str> = ours.iter().map(|rule| rule.name.as_str()).collect();
            let near = nearest(&named.name, &known).map(|near| format!(", did you mean `{near}`?"));
            let near = near.unwrap_or_default();
            return wrong(
                "name",
                format!("points = 0 switches nothing off: no signal is named \"{}\"{near}", named.name),
            );
        };
        return Ok((SignalRule { points, ..same.clone() }, named));
    }
    let rule = SignalRule {
        name: named.name.clone(),
        signal: given.signal.ok_or_else(|| missing("signal"))?,
        case: given.case.ok_or_else(|| missing("case"))?,
        kinds: given.kinds,
        mark: given.mark,
        points,
        half_life: given.half_life,
    };
    if let Some(days) = rule.half_life.filter(|days| *days == 0 || *days > LONGEST) {
        let why = format!(
            "`half_life` in {name} must lie between 1 and {LONGEST} days, not be {days}; without it nothing decays"
        );
        return wrong("half_life", why);
    }
    let reads_kinds = matches!(rule.case, Case::Act | Case::Review | Case::Reply);
    if reads_kinds && rule.kinds.is_empty() {
        return wrong("case", format!("the case `{}` in {name} needs `kinds` of activities", rule.case));
    }
    if !reads_kinds && !rule.kinds.is_empty() {
        return wrong(
            "kinds",
            format!("the case `{}` in {name} knows no `kinds`: leave them out", rule.case),
        );
    }
    if rule.mark.is_none() && matches!(rule.case, Case::Unanswered | Case::CrmRole) {
        return wrong("case", format!("the case `{}` in {name} needs a `mark`", rule.case));
    }
    if let Some((key, why)) = idle::never_counts(&rule) {
        return wrong(key, format!("the case `{}` in {name} {why}", rule.case));
    }
    Ok((rule, named))
}
