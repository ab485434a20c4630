//! Finding by a bare word: the names of accounts and of people, held compactly in memory and matched by their
//! letters, best first. Must not know what else a filter asks (it is told which ids remain).

use std::{collections::HashSet, rc::Rc};

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{Atom, AtomKind, CaseMatching, Normalization},
};
use rusqlite::{Connection, params_from_iter};

use super::{super::Result, View, filter::Plan, window};
use crate::domain::{
    query::{Cursor, Slice, SortValue, Window},
    text,
};

/// Whose names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Accounts,
    People,
}

/// Names in the order of their folded form; a place in it breaks ties between equal matches.
struct Names {
    version: u64,
    text: String,
    ends: Vec<u32>,
    ids: Vec<[u8; 10]>,
    lanes: Vec<u8>,
}

/// What was loaded and found last: typing goes on with the same names, paging with the same ranking.
#[derive(Default)]
pub(super) struct Cache {
    names: [Option<Names>; 2],
    ranked: Option<(String, Ranking)>,
    matcher: Option<Matcher>,
}

/// Rank (the fit, negated, and the place) and id, best first.
type Ranking = Rc<Vec<(i64, [u8; 10])>>;

impl View {
    /// A page of what the bare words of a plan find, best match first.
    pub(super) fn by_name<T>(
        &self,
        whose: Whose,
        plan: &Plan,
        window: &Window,
        read: &dyn Fn([u8; 10]) -> rusqlite::Result<Option<T>>,
    ) -> Result<Slice<T>> {
        let ranked = self.rank(whose, plan)?;
        let Slice { rows, at_start, at_end, total } = window::slice(&ranked, window, &|(rank, id)| Cursor {
            value: SortValue::Number(*rank),
            tie: SortValue::Bytes(id.to_vec()),
        });
        let mut found = Vec::with_capacity(rows.len());
        for (cursor, (_, id)) in rows {
            if let Some(row) = read(id)? {
                found.push((cursor, row));
            }
        }
        Ok(Slice { rows: found, at_start, at_end, total })
    }

    fn rank(&self, whose: Whose, plan: &Plan) -> Result<Ranking> {
        let version = self.figure("version")?;
        let asked = format!(
            "{whose:?} {version} {:?} {:?} {} {:?}",
            plan.words, plan.lanes, plan.clause.sql, plan.clause.values
        );
        let cache = &mut *self.names.borrow_mut();
        if let Some((known, ranked)) = &cache.ranked
            && *known == asked
        {
            return Ok(Rc::clone(ranked));
        }
        let slot = &mut cache.names[usize::from(whose == Whose::People)];
        let names = match slot {
            Some(names) if names.version == version => names,
            _ => slot.insert(Names::load(&self.db, whose, version)?),
        };
        let remain = if plan.clause.sql.is_empty() { None } else { Some(remaining(&self.db, whose, plan)?) };
        let matcher = cache.matcher.get_or_insert_with(|| Matcher::new(Config::DEFAULT));
        let ranked = Rc::new(names.rank(matcher, plan, remain.as_ref()));
        cache.ranked = Some((asked, Rc::clone(&ranked)));
        Ok(ranked)
    }
}

/// What the other terms of a filter leave.
fn remaining(db: &Connection, whose: Whose, plan: &Plan) -> rusqlite::Result<HashSet<[u8; 10]>> {
    let (what, from) = match whose {
        Whose::Accounts => ("a.id", "account a"),
        Whose::People => ("p.id", "person p"),
    };
    let mut ask = db.prepare_cached(&format!("SELECT {what} FROM {from} WHERE 1{}", plan.clause.sql))?;
    ask.query_map(params_from_iter(plan.clause.values.iter()), |row| row.get(0))?.collect()
}

impl Names {
    fn load(db: &Connection, whose: Whose, version: u64) -> rusqlite::Result<Self> {
        let sql = match whose {
            Whose::Accounts => "SELECT id, name, shown FROM account ORDER BY by_name, id",
            Whose::People => "SELECT id, name, nature FROM person ORDER BY by_name, id",
        };
        let mut names =
            Self { version, text: String::new(), ends: Vec::new(), ids: Vec::new(), lanes: Vec::new() };
        let mut all = db.prepare_cached(sql)?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            names.text.push_str(row.get_ref(1)?.as_str()?);
            names.ends.push(u32::try_from(names.text.len()).unwrap_or(u32::MAX));
            names.ids.push(row.get(0)?);
            names.lanes.push(row.get(2)?);
        }
        Ok(names)
    }

    fn rank(
        &self,
        matcher: &mut Matcher,
        plan: &Plan,
        remain: Option<&HashSet<[u8; 10]>>,
    ) -> Vec<(i64, [u8; 10])> {
        let atoms: Vec<Atom> = plan
            .words
            .iter()
            .filter(|(_, negated)| !negated)
            .map(|(word, _)| {
                Atom::new(word, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy, false)
            })
            .collect();
        // "Not these letters somewhere in this order" would leave hardly anything: a negated word is
        // meant as it is written.
        let without: Vec<String> =
            plan.words.iter().filter(|(_, negated)| *negated).map(|(word, _)| text::fold(word)).collect();
        let mut found: Vec<(i64, [u8; 10])> = Vec::new();
        let mut letters = Vec::new();
        let mut from = 0;
        for (place, end) in self.ends.iter().enumerate() {
            let end = usize::try_from(*end).unwrap_or(usize::MAX);
            let name = self.text.get(from..end).unwrap_or_default();
            from = end;
            if !plan.lanes.contains(&i64::from(self.lanes[place]))
                || remain.is_some_and(|remain| !remain.contains(&self.ids[place]))
            {
                continue;
            }
            let haystack = Utf32Str::new(name, &mut letters);
            let fit = atoms
                .iter()
                .try_fold(0_i64, |sum, atom| atom.score(haystack, matcher).map(|fit| sum + i64::from(fit)));
            let Some(fit) = fit else { continue };
            if !without.is_empty() {
                let folded = text::fold(name);
                if without.iter().any(|word| folded.contains(word)) {
                    continue;
                }
            }
            let rank = (-fit << 32) | i64::from(u32::try_from(place).unwrap_or(u32::MAX));
            found.push((rank, self.ids[place]));
        }
        found.sort_unstable();
        found
    }
}
