//! Where somebody stood over time as one strip: a letter for each month, quarter or year, a scale above it. Must
//! not know what moved them.

use super::super::{Pieces, quiet, stages};
use crate::{
    domain::{journey::Spell, stage::Stage, time::Day},
    tui::{theme::Role, widgets::table::Cell},
};

/// The scale and the strip.
pub(super) struct Ladder {
    pub(super) scale: Pieces,
    pub(super) strip: Pieces,
}

/// Months of a letter: as few as fit.
const STEPS: [i32; 4] = [1, 3, 12, 60];

/// The strip in at most `room` columns, up to `day`; `None` for who was never placed.
pub(super) fn ladder(spells: &[Spell], day: Day, room: usize) -> Option<Ladder> {
    let first = spells.iter().find(|spell| spell.stage != Stage::Unplaced)?;
    let (from, to) = (month(first.from), month(day));
    let fits =
        |step: &&i32| usize::try_from((to - floor(from, **step)) / **step + 1).is_ok_and(|n| n <= room);
    let step = STEPS.iter().find(fits).copied().unwrap_or(STEPS[3]);
    let mut ladder = Ladder { scale: Vec::new(), strip: Vec::new() };
    let mut scale = String::new();
    let mut before = None;
    let mut start = floor(from, step);
    while start <= to && ladder.strip.len() < room {
        // What held at the end of the span, or holds now.
        let last = day_of(start + step).plus(-1).min(day);
        let now = spells.iter().rev().find(|spell| spell.from <= last);
        ladder.strip.push(sign(now, before));
        before = now.map(|spell| spell.stage);
        label(&mut scale, ladder.strip.len() - 1, start, step);
        start += step;
    }
    let word = match step {
        1 => "by month",
        3 => "by quarter",
        _ => "by year",
    };
    ladder.strip.push(quiet(format!("  {word}")));
    ladder.scale.push(quiet(scale));
    Some(ladder)
}

/// The letter of a span: underlined where it is another than before, dim and small while nothing is done.
fn sign(now: Option<&Spell>, before: Option<Stage>) -> Cell {
    let Some(spell) = now else { return quiet("-") };
    let letter = stages::letter(spell.stage);
    let moved = before.is_some_and(|before| before != spell.stage);
    match (spell.active, moved) {
        (true, true) => (letter.to_string(), Role::Tab),
        (true, false) => (letter.to_string(), stages::role(spell.stage)),
        (false, _) => quiet(letter.to_ascii_lowercase().to_string()),
    }
}

/// Writes the year above its first span, where there is room before the next one.
fn label(scale: &mut String, column: usize, start: i32, step: i32) {
    let year = start.div_euclid(12);
    let text = if step == 1 { year.to_string() } else { format!("'{:02}", year % 100) };
    let spans = (12 - start.rem_euclid(12)).div_euclid(step);
    // The year of the beginning gives way where the next one follows at once.
    let begins = start.rem_euclid(12) < step || column == 0 && spans > 4;
    if begins && (scale.is_empty() || scale.len() < column) {
        scale.push_str(&" ".repeat(column.saturating_sub(scale.len())));
        scale.push_str(&text);
    }
}

const fn floor(month: i32, step: i32) -> i32 {
    month - month.rem_euclid(step)
}

/// Months since the year 0.
fn month(day: Day) -> i32 {
    let text = day.to_string();
    let mut parts = text.split('-').map(|part| part.parse::<i32>().unwrap_or(0));
    parts.next().unwrap_or(0) * 12 + parts.next().unwrap_or(1) - 1
}

/// The first day of a month.
fn day_of(month: i32) -> Day {
    let text = format!("{:04}-{:02}-01", month.div_euclid(12), month.rem_euclid(12) + 1);
    Day::parse(&text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(from: &str, stage: Stage, active: bool) -> Spell {
        Spell {
            from: Day::parse(from).unwrap(),
            stage,
            automatic: stage,
            active,
            basis: None,
            zone: None,
            cause: None,
            left_alone: false,
        }
    }

    fn drawn(room: usize) -> (String, String) {
        let spells = [
            spell("2024-11-05", Stage::Skeptic, true),
            spell("2025-02-10", Stage::Teacher, true),
            spell("2025-06-01", Stage::Teacher, false),
            spell("2025-08-20", Stage::Blocker, true),
        ];
        let ladder = ladder(&spells, Day::parse("2025-09-15").unwrap(), room).unwrap();
        let text = |pieces: Pieces| pieces.into_iter().map(|(text, _)| text).collect::<String>();
        (text(ladder.scale), text(ladder.strip))
    }

    #[test]
    fn a_ladder_shows_the_stage_of_each_month_and_coarser_where_it_must() {
        assert_eq!(drawn(40), ("  2025".to_owned(), "SSSTTTTtt!!  by month".to_owned()));
        assert_eq!(drawn(5), (" '25".to_owned(), "STt!  by quarter".to_owned()));
        assert_eq!(drawn(3).1, "S!  by year");
        assert!(
            ladder(&[spell("2024-11-05", Stage::Unplaced, true)], Day::parse("2025-01-01").unwrap(), 9)
                .is_none()
        );
    }
}
