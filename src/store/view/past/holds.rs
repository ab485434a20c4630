//! Which accounts of an earlier day a filter leaves: what may have been otherwise is asked of the rows in memory, all
//! else of the tables. Must not know how a list is ordered.

use rusqlite::{Connection, params_from_iter};

use super::{
    super::{super::Result, View, filter::Plan, window::Clause},
    Past, Then,
    last::OLD,
};
use crate::{
    domain::{
        filter::{Compare, Count, Has, Is, Measure, Test, Which},
        journey::Group,
        points::Points,
        stage::{GroupState, MomentumState, Stage},
        time::{Day, Time},
    },
    store::derived::NEVER,
};

/// One of the alternatives of a term.
pub(in super::super) enum Part {
    /// Asked of the rows, by its place in the list of the term.
    Row(usize),
    /// Asked of the tables: a condition on `a`.
    Table(Clause),
}

/// Marks the rows that are left.
pub(super) fn marks(past: &mut Past, view: &View, plan: &Plan) -> Result<Vec<bool>> {
    let db = &view.db;
    let there = |row: &Then| plan.lanes.contains(&row.lane) && past.was_there(row);
    let mut marks: Vec<bool> = past.rows.iter().map(there).collect();
    if !plan.clause.sql.is_empty() {
        // The condition begins with AND.
        let clause = Clause { sql: format!("1{}", plan.clause.sql), values: plan.clause.values.clone() };
        and(&mut marks, &found(past, db, &clause)?, false);
    }
    for (negated, test, parts) in &plan.past.terms {
        if let Test::Age(Which::Last, _, days) = test {
            let oldest = past.day.plus(-i32::try_from(*days).unwrap_or(i32::MAX));
            past.walk(db, &marks, &|day, _| day < oldest)?;
        }
        let mut holds = vec![false; marks.len()];
        for part in parts {
            match part {
                Part::Row(place) => {
                    let day = past.day;
                    for (held, row) in holds.iter_mut().zip(&past.rows) {
                        *held |= is_so(test, *place, row, day);
                    }
                }
                Part::Table(clause) => {
                    let found = found(past, db, clause)?;
                    holds.iter_mut().zip(found).for_each(|(held, found)| *held |= found);
                }
            }
        }
        and(&mut marks, &holds, *negated);
    }
    Ok(marks)
}

fn and(marks: &mut [bool], holds: &[bool], negated: bool) {
    marks.iter_mut().zip(holds).for_each(|(mark, holds)| *mark &= *holds != negated);
}

fn found(past: &Past, db: &Connection, clause: &Clause) -> rusqlite::Result<Vec<bool>> {
    let mut marks = vec![false; past.rows.len()];
    let mut find = db.prepare_cached(&format!("SELECT a.id FROM account a WHERE {}", clause.sql))?;
    let mut rows = find.query(params_from_iter(clause.values.iter()))?;
    while let Some(row) = rows.next()? {
        if let Some(place) = past.place(&row.get(0)?) {
            marks[place] = true;
        }
    }
    Ok(marks)
}

/// The alternatives of a term, as many as it has: those that are asked of the rows.
pub(in super::super) fn of_rows(test: &Test) -> Vec<bool> {
    match test {
        Test::Stage(stages) => stages.iter().map(|stage| stage.is_placed()).collect(),
        Test::Has(words) => {
            words.iter().map(|has| !matches!(has, Has::Cause | Has::Interest | Has::Owner)).collect()
        }
        Test::Is(words) => words.iter().map(|word| is_of_rows(*word)).collect(),
        Test::Phase(_) | Test::State(_) | Test::Basis(_) | Test::Number(..) | Test::Age(..) => vec![true],
        Test::Count(what, ..) => vec![*what != Count::Identities],
        Test::Name(_)
        | Test::Relation(_)
        | Test::Domain(_)
        | Test::Owner(_)
        | Test::Interest(_)
        | Test::Account(_)
        | Test::Source(_)
        | Test::Ground(_) => vec![false],
    }
}

const fn is_of_rows(word: Is) -> bool {
    matches!(
        word,
        Is::Rising
            | Is::Falling
            | Is::New
            | Is::Steady
            | Is::Customer
            | Is::Contested
            | Is::Consensus
            | Is::Forming
            | Is::Wide
            | Is::Active
    )
}

/// Whether an alternative holds of a row.
fn is_so(test: &Test, place: usize, row: &Then, day: Day) -> bool {
    let (stands, group) = (&row.stands, &row.stands.group);
    match test {
        Test::Phase(phases) => phases.contains(&stands.phase),
        Test::State(states) => states.contains(&group.state),
        Test::Basis(zones) => group.basis.is_some_and(|basis| zones.contains(&basis)),
        Test::Stage(stages) => at_stage(group, stages[place]),
        Test::Has(words) => match words[place] {
            Has::Skeptic => group.skeptic > 0,
            Has::Blocker => group.blocker > 0,
            Has::Teacher => group.teacher > 0,
            Has::Guide => group.guide > 0,
            Has::GoGetter => group.go_getter > 0,
            Has::Handshake => row.handshakes > 0,
            Has::Cause | Has::Interest | Has::Owner => false,
        },
        Test::Is(words) => is(words[place], row),
        Test::Number(Measure::Support, compare, Points(than)) => {
            group.placed() > 0 && holds(i64::from(group.support()), *compare, *than)
        }
        // Never active: there is no ratio.
        Test::Number(Measure::Momentum, compare, Points(than)) => {
            row.momentum.is_some_and(|now| holds(i64::from(now.value), *compare, *than))
        }
        Test::Count(what, compare, than) => {
            let count = match what {
                Count::People => i64::from(stands.people),
                Count::Members => i64::from(stands.members),
                Count::Activities => row.activities,
                Count::Active => i64::from(group.active),
                Count::Handshakes => row.handshakes,
                Count::Identities => return false,
            };
            holds(count, *compare, i64::try_from(*than).unwrap_or(i64::MAX))
        }
        Test::Age(which, compare, days) => {
            let key = if *which == Which::Last { row.last } else { row.first };
            // What never was has no age; what was not walked through is older than all that is asked for.
            let age = if key == OLD { i64::MAX } else { i64::from(day.0) - i64::from(Time(-key).day().0) };
            key != NEVER && holds(age, *compare, i64::from(*days))
        }
        _ => false,
    }
}

const fn at_stage(group: &Group, stage: Stage) -> bool {
    match stage {
        Stage::Skeptic => group.skeptic > 0,
        Stage::Blocker => group.blocker > 0,
        Stage::Teacher => group.teacher > 0,
        Stage::Guide => group.guide > 0,
        Stage::GoGetter => group.go_getter > 0,
        Stage::Unplaced | Stage::Friend | Stage::Climber => false,
    }
}

fn is(word: Is, row: &Then) -> bool {
    let group = |state| row.stands.group.state == state;
    let momentum = |state| row.momentum.is_some_and(|now| now.state == state);
    match word {
        Is::Rising => momentum(MomentumState::Rising),
        Is::Falling => momentum(MomentumState::Falling),
        Is::New => momentum(MomentumState::New),
        Is::Steady => momentum(MomentumState::Steady),
        Is::Customer => row.stands.customer,
        Is::Contested => group(GroupState::Contested),
        Is::Consensus => group(GroupState::Consensus),
        Is::Forming => group(GroupState::Forming),
        Is::Wide => group(GroupState::Wide),
        Is::Active => row.stands.group.active > 0,
        _ => false,
    }
}

fn holds(value: i64, compare: Compare, than: i64) -> bool {
    match compare {
        Compare::Less => value < than,
        Compare::AtMost => value <= than,
        Compare::Equal => value == than,
        Compare::AtLeast => value >= than,
        Compare::More => value > than,
    }
}
