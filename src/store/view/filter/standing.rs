//! Terms about where accounts and people stand. Must not know how anybody came to stand there.

use rusqlite::types::Value;

use super::{
    super::super::{
        derived::number,
        groups::{NO_VERDICT, momentum_keys, support_key},
        standing::by_stage,
    },
    super::window::Clause,
    Asked, any, clause, escape, in_words, of_account,
};
use crate::domain::{
    filter::{Compare, Has, Is, Over},
    person::Nature,
    stage::{Category, GroupState, MomentumState, Stage},
    time::Day,
};

/// Of the sort key of support, which holds the thousandths above the number of those placed, negated, higher where they
/// are too few for a verdict, and higher than all of these where there is nobody: there is no share then.
pub(super) fn support(compare: Compare, than: i64) -> Clause {
    let (lowest, below) = match compare {
        Compare::Less => (0, than),
        Compare::AtMost => (0, than + 1),
        Compare::Equal => (than, than + 1),
        Compare::AtLeast => (than, 1_001),
        Compare::More => (than + 1, 1_001),
    };
    let (most, least) = (support_key(lowest), support_key(below));
    let keys = [most, least, NO_VERDICT + most, NO_VERDICT + least];
    clause(
        "(a.by_support <= ? AND a.by_support > ? OR a.by_support <= ? AND a.by_support > ?)",
        keys.map(Value::Integer).to_vec(),
    )
}

/// A person at that stage; an account with an active member there.
pub(super) fn stands(stage: Stage, asked: Asked) -> Clause {
    if asked.over == Over::People {
        let (active, lapsed) = (by_stage(stage, true), by_stage(stage, false));
        return clause(format!("p.by_stage IN ({active}, {lapsed})"), vec![]);
    }
    let column = match stage {
        Stage::Skeptic => "skeptic",
        Stage::Blocker => "blocker",
        Stage::Teacher => "teacher",
        Stage::Guide => "guide",
        Stage::GoGetter => "go_getter",
        Stage::Unplaced | Stage::Friend | Stage::Climber => {
            return active_member(stage, "", asked);
        }
    };
    clause(format!("a.{column} > 0"), vec![])
}

/// An account with an active member `q` at a stage.
fn active_member(stage: Stage, and: &str, asked: Asked) -> Clause {
    let (person, holds) = match asked.when.as_of {
        Some(Day(day)) if asked.own => {
            ("person_then", format!("coalesce(m.from_day <= {day}, 1) AND coalesce(m.to_day > {day}, 1)"))
        }
        _ => ("person", "m.to_day IS NULL".to_owned()),
    };
    let key = by_stage(stage, true);
    let natures: Vec<String> = (0..Nature::ALL.len()).map(|nature| nature.to_string()).collect();
    let natures = natures.join(",");
    clause(
        format!(
            "a.id IN (SELECT m.account FROM {person} q CROSS JOIN member_span m ON m.person = q.id
                      WHERE q.nature IN ({natures}) AND q.by_stage = {key}{and} AND {holds})"
        ),
        vec![],
    )
}

pub(super) fn has_it(has: Has, asked: Asked) -> Clause {
    let by =
        |column: &str| asked.when.as_of.map_or(String::new(), |day| format!(" AND {column} <= {}", day.0));
    match (has, asked.over) {
        (Has::Skeptic, _) => stands(Stage::Skeptic, asked),
        (Has::Blocker, _) => stands(Stage::Blocker, asked),
        (Has::Teacher, _) => stands(Stage::Teacher, asked),
        (Has::Guide, _) => stands(Stage::Guide, asked),
        (Has::GoGetter, _) => stands(Stage::GoGetter, asked),
        (Has::Cause, Over::People) => clause("p.cause IS NOT NULL", vec![]),
        (Has::Cause, Over::Accounts) => {
            let member = active_member(Stage::Blocker, " AND q.cause IS NOT NULL", asked);
            // Of an earlier day, `a` tells how it is today.
            let blocked = if asked.own { "" } else { "a.blocker > 0 AND " };
            clause(format!("{blocked}{}", member.sql), vec![])
        }
        (Has::Handshake, Over::Accounts) => clause("a.shakes > 0", vec![]),
        (Has::Handshake, Over::People) => clause(
            format!(
                "EXISTS(SELECT 1 FROM crossing c WHERE c.person = p.id AND c.from_zone IS NOT NULL{})",
                by("c.day")
            ),
            vec![],
        ),
        (Has::Interest, Over::Accounts) => clause(
            format!("EXISTS(SELECT 1 FROM account_interest n WHERE n.account = a.id{})", by("n.first_day")),
            vec![],
        ),
        (Has::Owner, Over::Accounts) => clause("a.owner IS NOT NULL", vec![]),
        // What can only be said of accounts is true of nobody.
        (Has::Interest | Has::Owner, Over::People) => clause("0", vec![]),
    }
}

/// Part of the name of something that the account is active in, whatever its case. There are far fewer names than
/// entries: the names are gone through by their index, one after the other.
pub(super) fn interest(names: &[String], asked: Asked) -> Clause {
    let by = asked.when.as_of.map_or(String::new(), |day| format!(" AND n.first_day <= {}", day.0));
    let any = any(names, |name| {
        clause("k.name LIKE ? ESCAPE '\\'", vec![Value::Text(format!("%{}%", escape(name)))])
    });
    let sql = format!(
        "a.id IN (WITH RECURSIVE k(name) AS (
             SELECT min(name) FROM account_interest UNION ALL
             SELECT (SELECT min(o.name) FROM account_interest o WHERE o.name > k.name) FROM k
             WHERE k.name IS NOT NULL)
         SELECT n.account FROM k CROSS JOIN account_interest n ON n.name = k.name WHERE ({}){by})",
        any.sql
    );
    of_account(asked.over, &clause(sql, any.values))
}

pub(super) fn is(word: Is, over: Over) -> String {
    let nature = |nature| format!("p.nature = {}", number(Nature::ALL, &nature));
    let momentum = |state| {
        let (after, upto) = momentum_keys(state);
        format!("a.by_momentum > {after} AND a.by_momentum <= {upto}")
    };
    let group = |state| format!("a.state = {}", number(GroupState::ALL, &state));
    let stages = |wanted: &dyn Fn(Stage) -> bool| {
        let stages: Vec<Stage> = Stage::ALL.iter().copied().filter(|stage| wanted(*stage)).collect();
        in_words("p.stage", Stage::ALL, &stages).sql
    };
    let of_account = |so: &str| match over {
        Over::Accounts => so.to_owned(),
        Over::People => format!("p.account IN (SELECT a.id FROM account a WHERE {so})"),
    };
    match word {
        Is::Confirmed => of_account("a.confirmed = 1"),
        Is::Unconfirmed => of_account("a.confirmed = 0"),
        Is::Rising => of_account(&momentum(MomentumState::Rising)),
        Is::Falling => of_account(&momentum(MomentumState::Falling)),
        Is::New => of_account(&momentum(MomentumState::New)),
        Is::Steady => of_account(&momentum(MomentumState::Steady)),
        Is::Customer => of_account("a.customer = 1"),
        Is::Contested => of_account(&group(GroupState::Contested)),
        Is::Consensus => of_account(&group(GroupState::Consensus)),
        Is::Forming => of_account(&group(GroupState::Forming)),
        Is::Wide => of_account(&group(GroupState::Wide)),
        Is::Active => if over == Over::Accounts { "a.active > 0" } else { "p.active = 1" }.to_owned(),
        // What can only be said of people is true of no account.
        _ if over == Over::Accounts => "0".to_owned(),
        Is::Bot => nature(Nature::Bot),
        Is::Own => nature(Nature::Own),
        Is::Human => nature(Nature::Human),
        Is::Unaffiliated => "p.account IS NULL".to_owned(),
        Is::Lapsed => "p.lapsed IS NOT NULL".to_owned(),
        Is::Placed => stages(&Stage::is_placed),
        Is::Mobilizer => stages(&|stage| stage.category() == Some(Category::Mobilizer)),
        Is::Talker => stages(&|stage| stage.category() == Some(Category::Talker)),
        Is::Pinned => "p.stage <> p.automatic".to_owned(),
        Is::LeftAlone => "p.left_alone = 1".to_owned(),
    }
}
