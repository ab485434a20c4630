//! The ledger behind a stage: the entries that count on a day, which sum to its number, and what there is to say beside
//! them. Must not know how an activity is shown.

use crate::domain::{
    activity::Kind,
    journey::{Move, Spell},
    points::Points,
    rules::MoveRule,
    stage::{Signal, Stage},
    time::Day,
};

use super::{Assessed, Engine, Entry};

mod remarks;

/// Why somebody stands where they stand on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    pub day: Day,
    /// What counts: the pinned stage, else the automatic one.
    pub stage: Stage,
    pub automatic: Stage,
    /// Since when the stage holds; `None`: never placed.
    pub since: Option<Day>,
    /// In order of days; their decayed points sum to `total`. What carries the stage; of a skeptic what counts for the
    /// next step, if there is any; of somebody who is on no ladder, what would bring them on it.
    pub entries: Vec<Counted>,
    pub total: Points,
    /// The points at which the stage is entered, where points are asked for. None below which it is left: nobody falls
    /// by decay, and what ends a block is among the remarks.
    pub enter: Option<Points>,
    /// The thread that blocks a blocker.
    pub cause: Option<u32>,
    /// Which rule moved them and what met it, what the next step needs: one line each.
    pub remarks: Vec<String>,
}

/// A piece of evidence as it counts on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub entry: Entry,
    /// The rule's name.
    pub rule: String,
    pub age_days: u32,
    pub decayed: Points,
}

/// The ledger of a day.
pub fn why(engine: &Engine, assessed: &Assessed, day: Day) -> Ledger {
    why_by(engine, assessed, day, None)
}

/// The same, where the connected sources can tell no other kinds of activity than these; `None`: they may tell all.
pub fn why_by(engine: &Engine, assessed: &Assessed, day: Day, told: Option<&[Kind]>) -> Ledger {
    let spells = &assessed.journey.spells;
    let spells = &spells[..spells.partition_point(|spell| spell.from <= day)];
    let spell = spells.last();
    let stage = spell.map_or(Stage::Unplaced, |spell| spell.stage);
    let past = Past { told, ..Past::until(assessed, day) };
    let rule = past.way_into(engine, stage);
    let onward = past.onward(engine, stage);
    let enter = match (stage, rule) {
        (Stage::Blocker, _) => Some(engine.rules().blocker.points),
        _ if onward.is_some() => None,
        (_, rule) => rule.map(|rule| rule.points).filter(|points| *points > Points(0)),
    };
    let entries = onward.unwrap_or_else(|| past.counted(engine, &signals(engine, rule, stage)));
    let total = entries.iter().map(|counted| counted.decayed).sum();
    Ledger {
        day,
        stage,
        automatic: spell.map_or(Stage::Unplaced, |spell| spell.automatic),
        since: since(spells, stage),
        total,
        entries,
        enter,
        cause: spell.and_then(|spell| spell.cause),
        remarks: remarks::remarks(engine, &past, spells, (total, enter)),
    }
}

/// Since when somebody stands where they stand.
fn since(spells: &[Spell], stage: Stage) -> Option<Day> {
    let same = spells.iter().rev().take_while(|spell| spell.stage == stage).last();
    same.filter(|_| stage != Stage::Unplaced).map(|spell| spell.from)
}

/// What is known on a day.
struct Past<'a> {
    day: Day,
    entries: &'a [Entry],
    moves: &'a [Move],
    /// The last day on which they went on in spite of what was objected by then.
    went_on: Option<Day>,
    /// The kinds of activity that the sources can tell, where these are not all.
    told: Option<&'a [Kind]>,
}

impl<'a> Past<'a> {
    fn until(assessed: &'a Assessed, day: Day) -> Self {
        let moves = &assessed.journey.moves;
        let moves = &moves[..moves.partition_point(|made| made.day <= day)];
        let entries = &assessed.entries;
        Self {
            day,
            entries: &entries[..entries.partition_point(|entry| entry.day <= day)],
            moves,
            told: None,
            went_on: moves.iter().rev().find(|made| made.rule == WENT_ON).map(|made| made.day),
        }
    }

    /// The rule by which somebody came to a stage; else the first that leads there.
    fn way_into<'e>(&self, engine: &'e Engine, stage: Stage) -> Option<&'e MoveRule> {
        let into = |rule: &&MoveRule| rule.to == stage;
        let mut made = self.moves.iter().rev().filter(|made| made.to == stage);
        let rules = &engine.rules().moves;
        let taken = made.find_map(|made| rules.iter().filter(into).find(|rule| rule.name == made.rule));
        taken
            .filter(|rule| !rule.signals.is_empty())
            .or_else(|| rules.iter().filter(into).find(|rule| !rule.signals.is_empty()))
    }

    /// Of a skeptic: what counts for the next step, if there is any. What made them one says nothing of how far they are.
    fn onward(&self, engine: &Engine, stage: Stage) -> Option<Vec<Counted>> {
        let mut rules = engine.moves_from(stage).map(|(_, rule)| rule);
        let next = rules.find(|rule| rule.points > Points(0)).filter(|_| stage == Stage::Skeptic)?;
        Some(self.counted(engine, &next.signals)).filter(|counted| !counted.is_empty())
    }

    /// The entries of some signals that count on the day.
    fn counted(&self, engine: &Engine, signals: &[Signal]) -> Vec<Counted> {
        self.counted_on(engine, signals, self.day)
    }

    /// The entries of some signals that counted on a day, as far as they are known.
    fn counted_on(&self, engine: &Engine, signals: &[Signal], day: Day) -> Vec<Counted> {
        let went_on = self.went_on.filter(|went_on| *went_on <= day);
        let is_used_up =
            |entry: &Entry| entry.signal == Signal::Objects && went_on.is_some_and(|day| entry.day <= day);
        let counts =
            |entry: &&Entry| signals.contains(&entry.signal) && entry.holds(day) && !is_used_up(entry);
        self.entries
            .iter()
            .filter(counts)
            .map(|entry| Counted {
                entry: entry.clone(),
                rule: engine.rule(entry.rule).name.clone(),
                age_days: u32::try_from(day.0.saturating_sub(entry.day.0)).unwrap_or(0),
                decayed: engine.decayed(entry, day),
            })
            .filter(|counted| counted.decayed > Points(0))
            .collect()
    }
}

/// The rule by which somebody comes off a block all the same.
pub(super) const WENT_ON: &str = "went-on";

/// The signals that speak for a stage: those of the rule that leads into it; of who is on no ladder those of the first
/// step.
fn signals(engine: &Engine, rule: Option<&MoveRule>, stage: Stage) -> Vec<Signal> {
    if stage == Stage::Blocker {
        return vec![Signal::Objects];
    }
    if let Some(rule) = rule {
        return rule.signals.clone();
    }
    let first = engine.rules().moves.iter().filter(|rule| rule.from == Stage::Unplaced);
    first.flat_map(|rule| rule.signals.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{activity::Kind, rules::Mark},
        journey::assess::made::{ENGINE, World, act},
    };

    #[test]
    fn the_entries_of_a_ledger_sum_to_its_number_on_every_day() {
        let acts: Vec<_> =
            (0..15).map(|n| act(Kind::CommitAuthored, 4 + n * 10).upon(2 + n.unsigned_abs() % 2)).collect();
        let assessed = World::new(&acts).assess();
        for (day, stage, total) in [
            (3, Stage::Unplaced, 0),
            (4, Stage::Skeptic, 600),
            (104, Stage::Teacher, 6_008),
            (144, Stage::Teacher, 7_898),
            (20_000, Stage::Teacher, 0),
        ] {
            let ledger = why(&ENGINE, &assessed, Day(day));
            let sum: Points = ledger.entries.iter().map(|counted| counted.decayed).sum();
            assert_eq!((ledger.stage, ledger.total, sum), (stage, Points(total), Points(total)), "{day}");
        }
    }

    #[test]
    fn a_ledger_says_by_which_rule_and_what_the_next_step_needs() {
        let acts: Vec<_> = (0..15).map(|n| act(Kind::CommitAuthored, 4 + n * 10).upon(2)).collect();
        let ledger = why(&ENGINE, &World::new(&acts).assess(), Day(150));
        assert_eq!(
            ledger.remarks,
            [
                "skeptic by the rule first-try on 1970-01-05: tests, succeeds",
                "teacher (works-for-them) needs 2 people who are named: 1 so far",
                "teacher (holds-a-role) needs a role",
            ]
        );
    }

    #[test]
    fn a_teacher_sees_what_met_the_gates_and_that_nothing_speaks_against_them() {
        let acts: Vec<_> =
            (0..15).map(|n| act(Kind::CommitAuthored, 4 + n * 10).upon(2 + n.unsigned_abs() % 2)).collect();
        let ledger = why(&ENGINE, &World::new(&acts).assess(), Day(900));
        assert!(ledger.total < Points(6_000) && ledger.enter == Some(Points(6_000)), "{}", ledger.total);
        assert_eq!(
            ledger.remarks[..3],
            [
                "teacher by the rule works-for-them on 1970-04-15: 6.008 points of succeeds or teaches, 11 weeks, 100 \
                 days from the first to the last, 2 people who are named"
                    .to_owned(),
                format!("stays: nothing speaks against it ({} today, entered at 6)", ledger.total),
                "guide (spreads-it) needs 4 points of evangelises (content, talks, colleagues brought): none seen"
                    .to_owned(),
            ]
        );
    }

    #[test]
    fn a_skeptic_who_only_tries_sees_what_made_them_one_and_another_how_far_they_are() {
        let asked = act(Kind::IssueOpened, 4).thread(1);
        let ledger = why(&ENGINE, &World::new(&[asked]).assess(), Day(4));
        assert_eq!((ledger.total, ledger.enter), (Points(1_000), None));
        let ledger = why(&ENGINE, &World::new(&[asked, act(Kind::CommitAuthored, 4)]).assess(), Day(4));
        assert_eq!((ledger.total, ledger.enter), (Points(600), None));
        assert!(ledger.entries.iter().all(|counted| counted.entry.signal == Signal::Succeeds));
    }

    #[test]
    fn a_block_says_what_it_takes_to_end_it() {
        let away = act(Kind::IssueOpened, 10).thread(7).mark(Mark::Migration);
        let mut world = World::new(&[away, act(Kind::CommitAuthored, 20)]);
        let ledger = why(&ENGINE, &world.assess(), Day(30));
        assert_eq!((ledger.cause, ledger.enter), (Some(7), Some(Points(3_000))));
        assert_eq!(ledger.entries.len(), 1);
        assert_eq!(
            ledger.remarks,
            [
                "blocker by the rule blocker on 1970-01-11: 3 points of objects",
                "a block does not fade: it ends when what is objected is answered or resolved, or when they go on all the \
                 same, with 3 new points of success or teaching: 0.6 so far",
            ]
        );
    }
}
