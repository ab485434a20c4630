//! A user's own rules of the journey, merged over those that ship with the program. Must not know how rules are
//! carried out.

mod idle;
mod moves;
mod shape;
mod signals;

use std::{collections::BTreeMap, ops::Range, path::Path};

use toml::de::{DeTable, DeValue};

use super::{
    ConfigError, check,
    error::{Input, unknown},
    paths,
    read::{Table, section},
};
use crate::domain::{
    activity::Kind,
    points::Points,
    rules::{Mark, Rules, Thresholds},
    stage::{Signal, Theme},
};

pub(super) use shape::Thresholds as ThresholdsShape;

const SECTIONS: &[&str] = &["thresholds", "labels", "themes", "acts", "signal", "move", "blocker"];
/// How the engine itself calls what moves somebody.
const RESERVED: [&str; 4] = ["friend", "blocker", "resolved-again", "went-on"];
/// The longest time that a rule may speak of, in days; the most weeks that momentum looks back; the most points.
const LONGEST: u32 = 36_500;
const WEEKS: u32 = 520;
const MOST: Points = Points(1_000_000);

/// A name of the file and where it stands.
struct Named {
    name: String,
    place: Range<usize>,
}

/// Reads the rules of a file over ours.
pub(super) fn load(path: &Path) -> Result<Rules, ConfigError> {
    let text = paths::text(path, "no such file: check the path")?;
    parse(&text, path)
}

pub(super) fn parse(text: &str, path: &Path) -> Result<Rules, ConfigError> {
    let input = Input { path, text };
    let file = DeTable::parse(text).map_err(|error| input.toml(&error, ""))?.into_inner();
    let mut sections: Vec<_> = file.into_iter().collect();
    sections.sort_by_key(|(key, _)| key.span().start);
    let mut rules = Rules::default();
    let (mut signals, mut moves, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for (key, value) in sections {
        match key.get_ref().as_ref() {
            "thresholds" => thresholds(&input, value, &mut rules.thresholds)?,
            "labels" => {
                labels =
                    patterns(&input, value, "[labels]", "label", Mark::ALL, Mark::text, &mut rules.labels)?;
            }
            "themes" => {
                patterns(&input, value, "[themes]", "theme", Theme::ALL, Theme::text, &mut rules.themes)?;
            }
            "acts" => acts(&input, value, &mut rules)?,
            "signal" => signals = signals::read(&input, value, &mut rules.signals)?,
            "move" => moves = moves::read(&input, value, &mut rules.moves)?,
            "blocker" => blocker(&input, value, &mut rules)?,
            other => return Err(input.error(Some(key.span()), unknown("section", other, "", SECTIONS))),
        }
    }
    one_name_each(&input, &rules, &signals, &moves)?;
    idle::refuse(&input, &rules, &idle::Said { signals, moves, labels })?;
    // What is switched off is no rule any more.
    rules.signals.retain(|rule| rule.points != Points(0));
    Ok(rules)
}

fn one_name_each(
    input: &Input<'_>,
    rules: &Rules,
    signals: &[Named],
    moves: &[Named],
) -> Result<(), ConfigError> {
    let is_move = |one: &&Named| rules.moves.iter().any(|rule| rule.name == one.name);
    let is_signal = |one: &&Named| rules.signals.iter().any(|rule| rule.name == one.name);
    let both = signals.iter().find(is_move).or_else(|| moves.iter().find(is_signal));
    match both {
        None => Ok(()),
        Some(Named { name, place }) => {
            let why = format!("\"{name}\" is the name of both a signal and a move: give each its own");
            Err(input.error(Some(place.clone()), why))
        }
    }
}

/// The name of a `[[signal]]` or `[[move]]`, which no other of the file has.
fn name_of(
    input: &Input<'_>,
    table: &Table<'_>,
    name: Option<String>,
    section: &str,
    taken: &[Named],
) -> Result<Named, ConfigError> {
    let place = check::place(table, &["name"]);
    let Some(name) = name else {
        return Err(input.error(Some(place), format!("missing key `name` in {section}")));
    };
    let good = !name.is_empty() && name.chars().count() <= 60 && name.chars().all(check::in_name);
    if !good {
        let why = format!("\"{name}\" cannot name a rule: use 1 to 60 letters, digits and . - _");
        return Err(input.error(Some(place), why));
    }
    if RESERVED.contains(&name.as_str()) {
        let why =
            format!("\"{name}\" is what the engine calls a move of its own: give the rule another name");
        return Err(input.error(Some(place), why));
    }
    if taken.iter().any(|other| other.name == name) {
        return Err(input.error(Some(place), format!("two {section}s are named \"{name}\"")));
    }
    Ok(Named { name, place })
}

/// `[thresholds]`, of a rules file or of the configuration.
pub(super) fn thresholds(
    input: &Input<'_>,
    value: Table<'_>,
    into: &mut Thresholds,
) -> Result<(), ConfigError> {
    let at = value.clone();
    let given: shape::Thresholds = section(input, value, "[thresholds]")?;
    let wrong = |key: &str, why: String| {
        Err(input.error(Some(check::place(&at, &[key])), format!("`{key}` in [thresholds] {why}")))
    };
    for (key, given, into) in [
        ("active_days", given.active_days, &mut into.active_days),
        ("unanswered_days", given.unanswered_days, &mut into.unanswered_days),
        ("elsewhere_days", given.elsewhere_days, &mut into.elsewhere_days),
        ("wide", given.wide, &mut into.wide),
        ("same_cause", given.same_cause, &mut into.same_cause),
        ("quorum", given.quorum, &mut into.quorum),
        ("placed", given.placed, &mut into.placed),
        ("friend_acts", given.friend_acts, &mut into.friend_acts),
        ("friend_days", given.friend_days, &mut into.friend_days),
        ("recent_weeks", given.recent_weeks, &mut into.recent_weeks),
        ("past_weeks", given.past_weeks, &mut into.past_weeks),
    ] {
        let Some(number) = given else { continue };
        let most = if key.ends_with("_weeks") { WEEKS } else { LONGEST };
        if number == 0 || number > most {
            return wrong(key, format!("must lie between 1 and {most}, not be {number}"));
        }
        *into = number;
    }
    for (key, given, into) in [
        ("contested_share", given.contested_share, &mut into.contested_share),
        ("support", given.support, &mut into.support),
        ("false_discovery", given.false_discovery, &mut into.false_discovery),
    ] {
        let Some(share) = given else { continue };
        if share <= Points(0) || share > Points::ONE {
            return wrong(key, format!("is a share: more than 0 and at most 1, not {share}"));
        }
        *into = share;
    }
    if let Some(why) = idle::never_reached(into) {
        let place = ["wide", "quorum", "placed"].iter().find_map(|key| check::key_place(&at, key));
        return Err(input.error(place, why));
    }
    Ok(())
}

/// `[labels]` and `[themes]`: lists of patterns by word. Gives the words, and where they stand.
fn patterns<W: Copy + Ord>(
    input: &Input<'_>,
    value: Table<'_>,
    name: &str,
    what: &str,
    all: &[W],
    written: fn(W) -> &'static str,
    into: &mut BTreeMap<W, Vec<String>>,
) -> Result<Vec<(W, Range<usize>)>, ConfigError> {
    let span = value.span();
    let DeValue::Table(lists) = value.into_inner() else {
        return Err(input.error(Some(span), format!("expected a table: write {name}")));
    };
    let words: Vec<&str> = all.iter().map(|word| written(*word)).collect();
    let mut read = Vec::new();
    for (key, list) in lists {
        let Some(word) = all.iter().copied().find(|word| written(*word) == key.get_ref().as_ref()) else {
            let place = format!(" in {name}");
            return Err(input.error(Some(key.span()), unknown(what, key.get_ref(), &place, &words)));
        };
        let at = list.clone();
        let patterns: Vec<String> = section(input, list, &format!("`{}` of {name}", key.get_ref()))?;
        for (place, pattern) in patterns.iter().enumerate() {
            let inner = pattern.strip_prefix('*').unwrap_or(pattern);
            let inner = inner.strip_suffix('*').unwrap_or(inner);
            let why = if pattern.trim().is_empty() {
                "is blank and stands for no label: leave it out"
            } else if inner.trim().is_empty() {
                "stands for every label: name a part of it"
            } else if inner.trim() != inner {
                "has a blank at an end, as no label has: leave it out"
            } else if inner.contains('*') {
                "has a `*` in its middle: it may stand at either end"
            } else {
                continue;
            };
            let why = format!("the pattern `{pattern}` in {name} {why}");
            return Err(input.error(Some(check::entry_place(&at, place)), why));
        }
        read.push((word, at.span()));
        into.insert(word, patterns);
    }
    Ok(read)
}

fn acts(input: &Input<'_>, value: Table<'_>, rules: &mut Rules) -> Result<(), ConfigError> {
    for key in ["passive", "friendly", "downstream"] {
        kinds(input, &value, key, "[acts]")?;
    }
    let given: shape::Acts = section(input, value, "[acts]")?;
    let acts = &mut rules.acts;
    for (given, into) in [
        (given.passive, &mut acts.passive),
        (given.friendly, &mut acts.friendly),
        (given.downstream, &mut acts.downstream),
    ] {
        if let Some(kinds) = given {
            *into = kinds;
        }
    }
    Ok(())
}

fn blocker(input: &Input<'_>, value: Table<'_>, rules: &mut Rules) -> Result<(), ConfigError> {
    let at = value.clone();
    let given: shape::Blocker = section(input, value, "[blocker]")?;
    let blocker = &mut rules.blocker;
    for (key, given, into) in
        [("points", given.points, &mut blocker.points), ("went_on", given.went_on, &mut blocker.went_on)]
    {
        let Some(points) = given else { continue };
        if points <= Points(0) || points > MOST {
            let why = format!("`{key}` in [blocker] must be more than 0 and at most {MOST}, not {points}");
            return Err(input.error(Some(check::place(&at, &[key])), why));
        }
        *into = points;
    }
    Ok(())
}

/// Checks that the entries of a list, where it is there, are kinds of activities.
fn kinds(input: &Input<'_>, table: &Table<'_>, key: &str, section: &str) -> Result<(), ConfigError> {
    check::words(input, table, key, Kind::ALL, Kind::text, "activity kind", section)
}

/// Checks that the entries of a list, where it is there, are signals.
fn signals_of(input: &Input<'_>, table: &Table<'_>, key: &str, section: &str) -> Result<(), ConfigError> {
    check::words(input, table, key, Signal::ALL, Signal::text, "signal", section)
}
