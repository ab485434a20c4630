//! Terms over the accounts of an earlier day: which of their alternatives the rows in memory answer and which the
//! tables. Must not know how either does.

use super::{
    super::{
        past::{Part, of_rows},
        window::Clause,
    },
    Asked, clause, condition, has_it, is, stands,
};
use crate::domain::filter::{Filter, Test};

/// The terms of a filter over accounts of an earlier day.
#[derive(Default)]
pub(in super::super) struct Terms {
    /// The filter itself, to be compared with another one.
    pub(in super::super) asked: String,
    /// Whether negated, the test, its alternatives.
    pub(in super::super) terms: Vec<(bool, Test, Vec<Part>)>,
}

impl Terms {
    pub(super) fn of(filter: &Filter, asked: Asked) -> Self {
        let tests: Vec<_> = filter.terms.iter().filter(|term| !matches!(term.test, Test::Name(_))).collect();
        let asked_for = format!("{tests:?}");
        let terms = tests.into_iter();
        let terms = terms.map(|term| (term.negated, term.test.clone(), parts(&term.test, asked))).collect();
        Self { asked: asked_for, terms }
    }
}

fn parts(test: &Test, asked: Asked) -> Vec<Part> {
    let of_table = |place: usize| -> Clause {
        match test {
            Test::Stage(stages) => stands(stages[place], asked),
            Test::Has(words) => has_it(words[place], asked),
            Test::Is(words) => clause(is(words[place], asked.over), vec![]),
            _ => condition(test, asked),
        }
    };
    let of_rows = of_rows(test).into_iter().enumerate();
    of_rows.map(|(place, row)| if row { Part::Row(place) } else { Part::Table(of_table(place)) }).collect()
}
