//! Filters in SQL with bound values. Bare words are left to [`super::names`]. Must not know how a filter is
//! written by people.

mod belonging;
mod driving;
mod past;
mod standing;

use std::collections::HashSet;

use rusqlite::types::Value;

use super::{
    super::derived::{NEVER, number},
    then::end_of,
    window::{Clause, Id},
};
use crate::domain::{
    account::{Relation, Zone},
    filter::{Compare, Count, Filter, Is, Measure, Over, Test, Which},
    person::{Ground, Nature},
    points::Points,
    query::When,
    stage::{GroupState, Phase},
    time::Day,
};
use belonging::{belongs, source};
use driving::Driver;
use standing::{has_it, interest, is, stands, support};

/// A filter made ready: which lanes of the lists' indexes, which condition, which bare words.
pub(super) struct Plan {
    over: Over,
    /// The table, called `a` for accounts and `p` for people.
    pub(super) from: &'static str,
    /// Whether that is a table of this connection's own, without indexes.
    pub(super) own: bool,
    /// As of which day.
    pub(super) then: Option<Day>,
    pub(super) lanes: Vec<i64>,
    pub(super) clause: Clause,
    /// Bare words and whether they are negated.
    pub(super) words: Vec<(String, bool)>,
    /// Whether it takes long to find out of one row whether it is meant: such a list is not counted.
    pub(super) heavy: bool,
    /// Terms that an index answers.
    drivers: Vec<Driver>,
    /// Terms over accounts of an earlier day.
    pub(super) past: past::Terms,
    /// What those leave, where bare words are asked for as well.
    pub(super) remain: Option<HashSet<Id>>,
}

/// What a condition depends on beside its term.
#[derive(Clone, Copy)]
struct Asked {
    over: Over,
    when: When,
    /// Whether `person_then` holds where people stood.
    own: bool,
}

/// Reads a filter over accounts. Naming a relation, or asking for unconfirmed ones, widens the default view
/// to what is named. With `own`: over the past in memory.
pub(super) fn accounts(filter: &Filter, all: bool, when: When, own: bool) -> Plan {
    let asks = |wanted: &dyn Fn(&Test) -> bool| filter.terms.iter().any(|t| !t.negated && wanted(&t.test));
    let relation = asks(&|test| matches!(test, Test::Relation(_)));
    let vouched = |is: &Is| matches!(is, Is::Confirmed | Is::Unconfirmed);
    let confirmed = asks(&|test| matches!(test, Test::Is(words) if words.iter().any(vouched)));
    let mut plan = Plan::new(Over::Accounts, "account a", when, own);
    let asked = Asked { over: Over::Accounts, when, own };
    plan.lanes = vec![1];
    if all {
        plan.lanes = vec![0, 1];
    } else if relation || confirmed {
        plan.lanes = vec![0, 1];
        if !confirmed {
            plan.clause.sql.push_str(" AND a.confirmed = 1");
        }
        if !relation {
            let market: Vec<_> = Relation::ALL.iter().copied().filter(|r| r.is_market()).collect();
            plan.add(false, &Test::Relation(market), asked);
        }
    }
    if own {
        plan.past = past::Terms::of(filter, asked);
    } else {
        plan.known_by("a");
    }
    plan.terms(filter, asked);
    plan
}

/// Reads a filter over people: humans, unless `is:bot` or `is:own` ask for others.
pub(super) fn people(filter: &Filter, when: When, own: bool) -> Plan {
    let nature = |is: &Is| match is {
        Is::Bot => Some(Nature::Bot),
        Is::Own => Some(Nature::Own),
        Is::Human => Some(Nature::Human),
        _ => None,
    };
    let mut plan = Plan::new(Over::People, if own { "person_then p" } else { "person p" }, when, own);
    plan.lanes = vec![number(Nature::ALL, &Nature::Human)];
    let named = filter
        .terms
        .iter()
        .filter(|term| !term.negated)
        .any(|term| matches!(&term.test, Test::Is(words) if words.iter().any(|is| nature(is).is_some())));
    if named {
        plan.lanes = Nature::ALL.iter().map(|nature| number(Nature::ALL, nature)).collect();
    }
    plan.known_by("p");
    plan.terms(filter, Asked { over: Over::People, when, own });
    plan
}

impl Plan {
    fn new(over: Over, from: &'static str, when: When, own: bool) -> Self {
        Self {
            over,
            from,
            own,
            then: when.as_of,
            lanes: Vec::new(),
            clause: Clause::default(),
            words: Vec::new(),
            heavy: false,
            drivers: Vec::new(),
            past: past::Terms::default(),
            remain: None,
        }
    }

    /// How many were there by the day, of the present tables and by their index.
    pub(super) fn count(&self, db: &rusqlite::Connection) -> rusqlite::Result<u64> {
        let (from, lane) =
            if self.over == Over::Accounts { ("account", "shown") } else { ("person", "nature") };
        let first = self.then.map_or(i64::MIN, |day| -end_of(day).0);
        let mut find =
            db.prepare_cached(&format!("SELECT count(*) FROM {from} WHERE {lane} = ?1 AND by_first >= ?2"))?;
        let mut total = 0;
        for lane in &self.lanes {
            total += find.query_row((lane, first), |row| row.get::<_, i64>(0))?.unsigned_abs();
        }
        Ok(total)
    }

    /// Leaves out who was not there yet. Who never did anything was there all the time.
    fn known_by(&mut self, alias: &str) {
        if let Some(day) = self.then {
            self.clause.sql.extend([" AND +", alias, ".by_first >= ?"]);
            self.clause.values.push(Value::Integer(-end_of(day).0));
        }
    }

    fn terms(&mut self, filter: &Filter, asked: Asked) {
        for term in &filter.terms {
            if let Test::Name(word) = &term.test {
                self.words.push((word.clone(), term.negated));
            } else if !asked.own || self.over == Over::People {
                self.add(term.negated, &term.test, asked);
            }
        }
    }

    fn add(&mut self, negated: bool, test: &Test, asked: Asked) {
        let Clause { sql, values } = condition(test, asked);
        self.heavy |= matches!(test, Test::Source(_));
        if negated {
            // What is not known counts as not so.
            self.clause.sql.extend([" AND NOT coalesce((", &sql, "), 0)"]);
        } else {
            if !asked.own {
                self.drivers.extend(Driver::of(test, asked, &sql, &values));
            }
            // The order's own index is to be walked: where another one leaves less, it drives.
            let sql = sql.replace("a.by_", "+a.by_").replace("p.by_", "+p.by_");
            self.clause.sql.extend([" AND (", &sql, ")"]);
        }
        self.clause.values.extend(values);
    }
}

fn condition(test: &Test, asked: Asked) -> Clause {
    let over = asked.over;
    match test {
        // Bare words are matched in memory.
        Test::Name(_) => clause("1", vec![]),
        Test::Relation(words) => of_account(over, &in_words("a.relation", Relation::ALL, words)),
        Test::Phase(words) => {
            let keys: Vec<String> =
                words.iter().map(|word| (-number(Phase::ALL, word)).to_string()).collect();
            of_account(over, &clause(format!("a.by_phase IN ({})", keys.join(",")), vec![]))
        }
        Test::State(words) => of_account(over, &in_words("a.state", GroupState::ALL, words)),
        Test::Basis(words) => {
            in_words(if over == Over::Accounts { "a.basis" } else { "p.basis" }, Zone::ALL, words)
        }
        Test::Stage(words) => any(words, |stage| stands(*stage, asked)),
        Test::Has(words) => any(words, |has| has_it(*has, asked)),
        Test::Interest(names) => interest(names, asked),
        Test::Ground(words) => {
            let column = if over == Over::People { "p.ground" } else { "ground" };
            let list = in_words(column, Ground::ALL, words);
            match over {
                Over::People => list,
                Over::Accounts => clause(
                    format!("a.id IN (SELECT account FROM member_span WHERE {})", list.sql),
                    list.values,
                ),
            }
        }
        Test::Domain(domains) => {
            let account = if over == Over::Accounts { "a.id" } else { "p.account" };
            let any = any(domains, |domain| {
                let domain = domain.to_lowercase();
                let below = format!("%.{}", escape(&domain));
                clause(
                    "domain = ? OR domain LIKE ? ESCAPE '\\'",
                    vec![Value::Text(domain), Value::Text(below)],
                )
            });
            clause(format!("{account} IN (SELECT account FROM account_domain WHERE {})", any.sql), any.values)
        }
        Test::Owner(owners) => {
            let any =
                any(owners, |owner| clause("a.owner = ? COLLATE NOCASE", vec![Value::Text(owner.clone())]));
            of_account(over, &any)
        }
        Test::Account(parts) => belongs(parts, asked),
        Test::Source(names) => source(names, asked),
        Test::Is(words) => any(words, |word| clause(is(*word, over), vec![])),
        Test::Count(what, compare, than) => {
            let than = i64::try_from(*than).unwrap_or(i64::MAX);
            match counted(*what, over) {
                Figure::Negated(column) => negated(column, *compare, than),
                Figure::Plain(sql) => {
                    clause(format!("{sql} {} ?", sign(*compare)), vec![Value::Integer(than)])
                }
            }
        }
        Test::Number(Measure::Support, compare, Points(than)) => support(*compare, *than),
        // Never active: there is no ratio.
        Test::Number(Measure::Momentum, compare, Points(than)) => {
            clause(format!("a.value {} ?", sign(*compare)), vec![Value::Integer(*than)])
        }
        Test::Age(which, compare, days) => age(*which, *compare, *days, over, asked.when.day()),
    }
}

fn clause(sql: impl Into<String>, values: Vec<Value>) -> Clause {
    Clause { sql: sql.into(), values }
}

fn any<T>(alternatives: &[T], one: impl Fn(&T) -> Clause) -> Clause {
    let mut any = clause("", vec![]);
    for (place, Clause { sql, values }) in alternatives.iter().map(one).enumerate() {
        any.sql.extend([if place == 0 { "" } else { " OR " }, &sql]);
        any.values.extend(values);
    }
    if any.sql.is_empty() { clause("0", vec![]) } else { any }
}

/// A condition on the account `a`, also where people are listed.
fn of_account(over: Over, on: &Clause) -> Clause {
    match over {
        Over::Accounts => on.clone(),
        Over::People => {
            clause(format!("p.account IN (SELECT a.id FROM account a WHERE {})", on.sql), on.values.clone())
        }
    }
}

fn in_words<T: PartialEq>(column: &str, all: &[T], words: &[T]) -> Clause {
    let numbers: Vec<String> = words.iter().map(|word| number(all, word).to_string()).collect();
    clause(format!("{column} IN ({})", numbers.join(",")), vec![])
}

/// Of a sort key, which keeps figures negated.
fn negated(column: &str, compare: Compare, than: i64) -> Clause {
    let sign = match compare {
        Compare::Less => ">",
        Compare::AtMost => ">=",
        Compare::Equal => "=",
        Compare::AtLeast => "<=",
        Compare::More => "<",
    };
    clause(format!("{column} {sign} ?"), vec![Value::Integer(than.saturating_neg())])
}

/// A figure: a column that keeps it negated, or what else yields it.
enum Figure {
    Negated(&'static str),
    Plain(&'static str),
}

fn counted(what: Count, over: Over) -> Figure {
    use Figure::{Negated, Plain};
    match (what, over) {
        (Count::People, Over::Accounts) => Negated("a.by_people"),
        (Count::Members, Over::Accounts) => Negated("a.by_members"),
        (Count::Activities, Over::Accounts) => Negated("a.by_activities"),
        (Count::Active, Over::Accounts) => Negated("a.by_active"),
        (Count::Handshakes, Over::Accounts) => Plain("a.shakes"),
        (Count::Identities, Over::Accounts) => Plain(
            "(SELECT count(DISTINCT pi.identity) FROM member_span m JOIN person_identity pi USING(person)
              WHERE m.account = a.id)",
        ),
        (Count::People, Over::People) => Plain("(SELECT -a.by_people FROM account a WHERE a.id = p.account)"),
        (Count::Members, Over::People) => {
            Plain("(SELECT -a.by_members FROM account a WHERE a.id = p.account)")
        }
        (Count::Active, Over::People) => Plain("(SELECT a.active FROM account a WHERE a.id = p.account)"),
        (Count::Handshakes, Over::People) => Plain("(SELECT a.shakes FROM account a WHERE a.id = p.account)"),
        (Count::Activities, Over::People) => Negated("p.by_activities"),
        (Count::Identities, Over::People) => Plain("p.identities"),
    }
}

fn sign(compare: Compare) -> &'static str {
    match compare {
        Compare::Less => "<",
        Compare::AtMost => "<=",
        Compare::Equal => "=",
        Compare::AtLeast => ">=",
        Compare::More => ">",
    }
}

/// The age of a time in whole days. The columns hold times negated; what never was has no age.
fn age(which: Which, compare: Compare, days: u32, over: Over, today: Day) -> Clause {
    let table = if over == Over::Accounts { "a" } else { "p" };
    let column = match which {
        Which::First => format!("{table}.by_first"),
        Which::Last => format!("{table}.by_last"),
    };
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    let oldest = Day(today.0.saturating_sub(days));
    // Of that age: `oldest.start() <= time < newest`.
    let (start, end) = (Value::Integer(-oldest.start().0), Value::Integer(-oldest.plus(1).start().0));
    let (sql, values) = match compare {
        Compare::Less => (format!("{column} <= ?"), vec![end]),
        Compare::AtMost => (format!("{column} <= ?"), vec![start]),
        Compare::Equal => (format!("{column} <= ? AND {column} > ?"), vec![start, end]),
        Compare::AtLeast => (format!("{column} > ? AND {column} < {NEVER}"), vec![end]),
        Compare::More => (format!("{column} > ? AND {column} < {NEVER}"), vec![start]),
    };
    clause(sql, values)
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
