//! Filters in SQL with bound values. Bare words are left to [`super::names`]. Must not know how a filter is
//! written by people.

use rusqlite::types::Value;

use super::{super::derived::number, window::Clause};
use crate::domain::{
    account::Relation,
    filter::{Compare, Count, Filter, Is, Over, Test, Which},
    person::{Ground, Nature},
    text,
    time::Day,
};

/// A filter made ready: which lanes of the lists' indexes, which condition, which bare words.
pub(super) struct Plan {
    pub(super) lanes: Vec<i64>,
    pub(super) clause: Clause,
    /// Bare words and whether they are negated.
    pub(super) words: Vec<(String, bool)>,
}

/// Reads a filter over accounts. Naming a relation, or asking for unconfirmed ones, widens the default view
/// to what is named.
pub(super) fn accounts(filter: &Filter, all: bool, today: Day) -> Plan {
    let asks = |wanted: &dyn Fn(&Test) -> bool| filter.terms.iter().any(|t| !t.negated && wanted(&t.test));
    let relation = asks(&|test| matches!(test, Test::Relation(_)));
    let confirmed = asks(&|test| matches!(test, Test::Is(_)));
    let mut plan = Plan { lanes: vec![1], clause: Clause::default(), words: Vec::new() };
    if all {
        plan.lanes = vec![0, 1];
    } else if relation || confirmed {
        plan.lanes = vec![0, 1];
        if !confirmed {
            plan.clause.sql.push_str(" AND a.confirmed = 1");
        }
        if !relation {
            let market: Vec<_> = Relation::ALL.iter().copied().filter(|r| r.is_market()).collect();
            plan.add(false, &Test::Relation(market), Over::Accounts, today);
        }
    }
    plan.terms(filter, Over::Accounts, today);
    plan
}

/// Reads a filter over people: humans, unless `is:bot` or `is:own` ask for others.
pub(super) fn people(filter: &Filter, today: Day) -> Plan {
    let nature = |is: &Is| match is {
        Is::Bot => Some(Nature::Bot),
        Is::Own => Some(Nature::Own),
        Is::Human => Some(Nature::Human),
        _ => None,
    };
    let mut lanes = vec![number(Nature::ALL, &Nature::Human)];
    let named = filter
        .terms
        .iter()
        .filter(|term| !term.negated)
        .any(|term| matches!(&term.test, Test::Is(words) if words.iter().any(|is| nature(is).is_some())));
    if named {
        lanes = Nature::ALL.iter().map(|nature| number(Nature::ALL, nature)).collect();
    }
    let mut plan = Plan { lanes, clause: Clause::default(), words: Vec::new() };
    plan.terms(filter, Over::People, today);
    plan
}

impl Plan {
    fn terms(&mut self, filter: &Filter, over: Over, today: Day) {
        for term in &filter.terms {
            if let Test::Name(word) = &term.test {
                self.words.push((word.clone(), term.negated));
            } else {
                self.add(term.negated, &term.test, over, today);
            }
        }
    }

    fn add(&mut self, negated: bool, test: &Test, over: Over, today: Day) {
        let Clause { sql, values } = condition(test, over, today);
        if negated {
            // What is not known counts as not so.
            self.clause.sql.extend([" AND NOT coalesce((", &sql, "), 0)"]);
        } else {
            // Bare, so that an index may serve it.
            self.clause.sql.extend([" AND (", &sql, ")"]);
        }
        self.clause.values.extend(values);
    }
}

fn condition(test: &Test, over: Over, today: Day) -> Clause {
    let account = match over {
        Over::Accounts => "a.id",
        Over::People => "p.account",
    };
    match test {
        // Bare words are matched in memory.
        Test::Name(_) => clause("1", vec![]),
        Test::Relation(words) => of_account(over, &in_words("a.relation", Relation::ALL, words)),
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
        Test::Account(parts) => {
            let any = any(parts, |part| {
                let part = Value::Text(text::fold(part));
                clause(
                    "instr(a.by_name, ?) OR a.id IN (SELECT account FROM account_domain WHERE instr(domain, ?))",
                    vec![part.clone(), part],
                )
            });
            of_account(over, &any)
        }
        Test::Source(names) => source(names, over),
        Test::Phase(_)
        | Test::Stage(_)
        | Test::State(_)
        | Test::Basis(_)
        | Test::Has(_)
        | Test::Interest(_)
        | Test::Number(..) => clause("1", vec![]),
        Test::Is(words) => any(words, |word| clause(is(*word, over), vec![])),
        Test::Count(what, compare, than) => {
            let than = Value::Integer(i64::try_from(*than).unwrap_or(i64::MAX));
            clause(format!("{} {} ?", counted(*what, over), sign(*compare)), vec![than])
        }
        Test::Age(which, compare, days) => age(*which, *compare, *days, over, today),
    }
}

fn clause(sql: impl Into<String>, values: Vec<Value>) -> Clause {
    Clause { sql: sql.into(), values }
}

fn any<T>(alternatives: &[T], one: impl Fn(&T) -> Clause) -> Clause {
    let mut any = clause("0", vec![]);
    for Clause { sql, values } in alternatives.iter().map(one) {
        any.sql.extend([" OR ", &sql]);
        any.values.extend(values);
    }
    any
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

fn source(names: &[String], over: Over) -> Clause {
    let marks = vec!["?"; names.len()].join(",");
    let values = names.iter().map(|name| Value::Text(name.clone())).collect();
    let there = format!(
        "SELECT pi.person FROM source s JOIN identity i ON i.source = s.number
         JOIN person_identity pi ON pi.identity = i.seq WHERE s.name IN ({marks})
         AND EXISTS(SELECT 1 FROM activity x WHERE x.identity = i.seq AND x.flag = 0)"
    );
    match over {
        Over::People => clause(format!("p.id IN ({there})"), values),
        Over::Accounts => clause(
            format!("a.id IN (SELECT m.account FROM member_span m WHERE m.person IN ({there}))"),
            values,
        ),
    }
}

fn is(word: Is, over: Over) -> String {
    let nature = |nature| format!("p.nature = {}", number(Nature::ALL, &nature));
    match (word, over) {
        (Is::Confirmed, Over::Accounts) => "a.confirmed = 1".to_owned(),
        (Is::Unconfirmed, Over::Accounts) => "a.confirmed = 0".to_owned(),
        (Is::Confirmed, Over::People) => {
            "p.account IN (SELECT id FROM account WHERE confirmed = 1)".to_owned()
        }
        (Is::Unconfirmed, Over::People) => {
            "p.account IN (SELECT id FROM account WHERE confirmed = 0)".to_owned()
        }
        (Is::Bot, Over::People) => nature(Nature::Bot),
        (Is::Own, Over::People) => nature(Nature::Own),
        (Is::Human, Over::People) => nature(Nature::Human),
        (Is::Unaffiliated, Over::People) => "p.account IS NULL".to_owned(),
        // What can only be said of people is true of no account.
        (_, Over::Accounts) => "0".to_owned(),
    }
}

fn counted(what: Count, over: Over) -> &'static str {
    match (what, over) {
        (Count::People, Over::Accounts) => "-a.by_people",
        (Count::Members, Over::Accounts) => "-a.by_members",
        (Count::Activities, Over::Accounts) => "-a.by_activities",
        (Count::Identities, Over::Accounts) => {
            "(SELECT count(DISTINCT pi.identity) FROM member_span m JOIN person_identity pi USING(person)
              WHERE m.account = a.id)"
        }
        (Count::People, Over::People) => "(SELECT -a.by_people FROM account a WHERE a.id = p.account)",
        (Count::Members, Over::People) => "(SELECT -a.by_members FROM account a WHERE a.id = p.account)",
        (Count::Activities, Over::People) => "-p.by_activities",
        (Count::Identities, Over::People) => "p.identities",
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
    let never = super::super::derived::NEVER;
    let (sql, values) = match compare {
        Compare::Less => (format!("{column} <= ?"), vec![end]),
        Compare::AtMost => (format!("{column} <= ?"), vec![start]),
        Compare::Equal => (format!("{column} <= ? AND {column} > ?"), vec![start, end]),
        Compare::AtLeast => (format!("{column} > ? AND {column} < {never}"), vec![end]),
        Compare::More => (format!("{column} > ? AND {column} < {never}"), vec![start]),
    };
    clause(sql, values)
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
