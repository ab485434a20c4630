//! Terms that an index answers: where one leaves few rows, those are looked up and nothing else is read. Must not
//! know what the other terms ask.

use rusqlite::{Connection, params_from_iter, types::Value};

use super::super::window::Clause;
use super::{
    Asked, Plan,
    belonging::{begun, named},
};
use crate::domain::filter::{Count, Has, Is, Measure, Over, Test};

/// Up to how many rows are few.
const FEW: usize = 2_000;

/// Up to how many rows are very few.
const NAMED: usize = 50;

/// A question whose answer is the ids that a term leaves, found by an index.
pub(super) struct Driver {
    ids: Clause,
    /// Whether the index begins with the lane.
    by_lane: bool,
}

impl Driver {
    /// `sql` is the term's condition on `a` or `p`.
    pub(super) fn of(test: &Test, asked: Asked, sql: &str, values: &[Value]) -> Option<Self> {
        let over = asked.over;
        let from = if over == Over::Accounts { "account a" } else { "person p" };
        let id = if over == Over::Accounts { "a.id" } else { "p.id" };
        let ids = |sql: String| Clause { sql, values: values.to_vec() };
        let by_lane = match (test, over) {
            (Test::Count(Count::Activities, ..) | Test::Age(..), _)
            | (
                Test::Count(Count::People | Count::Members | Count::Active, ..)
                | Test::Number(Measure::Support, ..)
                | Test::Phase(_),
                Over::Accounts,
            )
            | (Test::Stage(_), Over::People) => true,
            (Test::Is(words), Over::People) if matches!(words[..], [Is::Pinned | Is::LeftAlone]) => true,
            (Test::Has(words), Over::People) if matches!(words[..], [Has::Cause]) => true,
            (Test::Is(words), Over::Accounts) if words.iter().all(|word| has_momentum(*word)) => true,
            (Test::Domain(_) | Test::Interest(_), Over::Accounts) => false,
            (Test::Account(parts), Over::People) => {
                let Clause { sql, values } = named(parts);
                let begun = begun(asked);
                let sql = format!("SELECT m.person FROM member_span m WHERE m.account IN ({sql}){begun}");
                return Some(Self { ids: Clause { sql, values }, by_lane: false });
            }
            (Test::Source(names), _) => return Some(Self { ids: of_source(names, over), by_lane: false }),
            _ => return None,
        };
        if by_lane {
            return Some(Self {
                ids: ids(format!("SELECT {id} FROM {from} WHERE LANE AND ({sql})")),
                by_lane,
            });
        }
        // `id IN (SELECT …)`: what stands in the brackets.
        let inner = sql.strip_prefix(id)?.strip_prefix(" IN (")?.strip_suffix(')')?;
        Some(Self { ids: ids(inner.to_owned()), by_lane })
    }

    /// The question for these lanes.
    fn sql(&self, over: &str, lanes: &[i64]) -> String {
        if !self.by_lane {
            return self.ids.sql.clone();
        }
        let lanes: Vec<String> = lanes.iter().map(ToString::to_string).collect();
        let lane = if over == "a" { "a.shown" } else { "p.nature" };
        self.ids.sql.replacen("LANE", &format!("{lane} IN ({})", lanes.join(",")), 1)
    }
}

const fn has_momentum(word: Is) -> bool {
    matches!(word, Is::Rising | Is::Falling | Is::New | Is::Steady)
}

/// Whoever has an identity with an activity in a source.
fn of_source(names: &[String], over: Over) -> Clause {
    let marks = vec!["?"; names.len()].join(",");
    let there = format!(
        "FROM source s CROSS JOIN identity i ON i.source = s.number
         CROSS JOIN person_identity pi ON pi.identity = i.seq WHERE s.name IN ({marks})"
    );
    let sql = match over {
        Over::People => format!("SELECT pi.person {there}"),
        Over::Accounts => {
            let there =
                there.replacen(" WHERE", " CROSS JOIN member_span m ON m.person = pi.person WHERE", 1);
            format!("SELECT m.account {there}")
        }
    };
    Clause { sql, values: names.iter().map(|name| Value::Text(name.clone())).collect() }
}

impl Plan {
    /// The whole condition, led by the term that leaves fewest, if one leaves few.
    pub(in super::super) fn driving(&self, db: &Connection) -> rusqlite::Result<Option<Clause>> {
        let over = if self.over == Over::Accounts { "a" } else { "p" };
        for driver in &self.drivers {
            let sql = driver.sql(over, &self.lanes);
            let mut ask = db.prepare_cached(&format!("SELECT * FROM ({sql}) LIMIT {}", FEW + 1))?;
            let found: Vec<Value> = ask
                .query_map(params_from_iter(driver.ids.values.iter()), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            if found.len() <= FEW {
                // Very few are named one by one, so that they need not be found again.
                let named = found.len() <= NAMED;
                let sql = if named { vec!["?"; found.len()].join(",") } else { sql };
                let values = if named { found } else { driver.ids.values.clone() };
                let mut whole = Clause { sql: format!(" AND {over}.id IN ({sql})"), values };
                whole.sql.push_str(&self.clause.sql);
                whole.values.extend(self.clause.values.iter().cloned());
                return Ok(Some(whole));
            }
        }
        Ok(None)
    }
}
