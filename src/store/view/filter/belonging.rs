//! Terms about whom somebody belongs to and where they are known from. Must not know what else is asked.

use rusqlite::types::Value;

use super::{
    super::{then::end_of, window::Clause},
    Asked, any, clause,
};
use crate::domain::{filter::Over, text};

/// Accounts of such a name or domain; people who ever belonged to one.
pub(super) fn belongs(parts: &[String], asked: Asked) -> Clause {
    let Clause { sql, values } = named(parts);
    if asked.over == Over::Accounts {
        return clause(format!("a.id IN ({sql})"), values);
    }
    let begun = begun(asked);
    clause(
        format!("EXISTS(SELECT 1 FROM member_span m WHERE m.person = p.id AND m.account IN ({sql}){begun})"),
        values,
    )
}

/// The accounts with these letters in their name or in one of their domains.
pub(super) fn named(parts: &[String]) -> Clause {
    let like = |column: &str| {
        any(parts, |part| clause(format!("instr({column}, ?)"), vec![Value::Text(text::fold(part))]))
    };
    let (name, domain) = (like("b.by_name"), like("d.domain"));
    let sql = format!(
        "SELECT b.id FROM account b WHERE {} UNION ALL SELECT d.account FROM account_domain d WHERE {}",
        name.sql, domain.sql
    );
    clause(sql, [name.values, domain.values].concat())
}

/// That a membership `m` had begun by the day.
pub(super) fn begun(asked: Asked) -> String {
    asked.when.as_of.map_or(String::new(), |day| format!(" AND coalesce(m.from_day <= {}, 1)", day.0))
}

pub(super) fn source(names: &[String], asked: Asked) -> Clause {
    let marks = vec!["?"; names.len()].join(",");
    let values = names.iter().map(|name| Value::Text(name.clone())).collect();
    let by = asked.when.as_of.map_or(String::new(), |day| format!(" AND x.at <= {}", end_of(day).0));
    // Somebody's own identities are asked, one after the other: those of a source may be a million.
    let there = format!(
        "SELECT 1 FROM person_identity pi JOIN identity i ON i.seq = pi.identity
         WHERE pi.person = PERSON AND i.source IN (SELECT number FROM source WHERE name IN ({marks}))
         AND EXISTS(SELECT 1 FROM activity x WHERE x.identity = i.seq AND x.flag = 0{by})"
    );
    match asked.over {
        Over::People => clause(format!("EXISTS({})", there.replace("PERSON", "p.id")), values),
        Over::Accounts => clause(
            format!(
                "EXISTS(SELECT 1 FROM member_span m WHERE m.account = a.id AND EXISTS({}))",
                there.replace("PERSON", "m.person")
            ),
            values,
        ),
    }
}
