//! Finding by a bare word: the names of accounts and of people, held compactly in memory and matched by their
//! letters, best first. Must not know what else a filter asks (it is told which ids remain).

use std::{collections::HashSet, sync::Arc};

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{Atom, AtomKind, CaseMatching, Normalization},
};
use rusqlite::{Connection, params_from_iter};

use super::{
    super::Result,
    View,
    filter::Plan,
    window::{self, Id},
};
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

/// Names by lane (shown or not; nature), then in the order of their folded form: the place in it breaks ties
/// between equal matches.
struct Names {
    version: u64,
    text: String,
    ends: Vec<u32>,
    ids: Vec<Id>,
    lanes: Vec<u8>,
}

/// What was loaded and found last: typing goes on with the same names, paging with the same ranking.
#[derive(Default)]
pub(super) struct Cache {
    names: [Option<Names>; 2],
    ranked: Option<Ranked>,
    matcher: Option<Matcher>,
}

/// What the words of a plan found.
struct Ranked {
    /// All that was asked beside the words.
    base: String,
    words: Vec<(String, bool)>,
    order: Ranking,
}

/// Best first: the fit, negated, in the upper half of each number; the place of the name in the lower.
type Ranking = Arc<Vec<i64>>;

impl Ranked {
    /// Whether every name that `words` can match is among these: letters were only added to the words.
    /// Words with other than plain letters are compared in another way, which may find more.
    fn holds(&self, base: &str, words: &[(String, bool)]) -> bool {
        let narrows = |((old, not), (new, also)): (&(String, bool), &(String, bool))| {
            not == also && new.is_ascii() && if *not { old == new } else { new.starts_with(old.as_str()) }
        };
        self.base == base && self.words.len() == words.len() && self.words.iter().zip(words).all(narrows)
    }
}

/// The place of a name in a ranking's number.
fn place(rank: i64) -> usize {
    usize::try_from(rank & 0xffff_ffff).unwrap_or(usize::MAX)
}

impl View {
    /// A page of what the bare words of a plan find, best match first.
    pub(super) fn by_name(&self, whose: Whose, plan: &Plan, window: &Window) -> Result<Slice<Id>> {
        let ranked = self.rank(whose, plan)?;
        let cache = self.names.borrow();
        let ids = cache.names[slot(whose)].as_ref().map(|names| names.ids.as_slice()).unwrap_or_default();
        let id = |rank: i64| ids.get(place(rank)).copied().unwrap_or_default();
        let Slice { rows, at_start, at_end, total } = window::slice(&ranked, window, &|rank| Cursor {
            value: SortValue::Number(*rank),
            tie: SortValue::Bytes(id(*rank).to_vec()),
        });
        let rows = rows.into_iter().map(|(cursor, rank)| (cursor, id(rank))).collect();
        Ok(Slice { rows, at_start, at_end, total })
    }

    fn rank(&self, whose: Whose, plan: &Plan) -> Result<Ranking> {
        let version = self.figure("version")?;
        let base = format!(
            "{whose:?} {version} {:?} {:?} {} {:?} {}",
            plan.then, plan.lanes, plan.clause.sql, plan.clause.values, plan.past.asked
        );
        let Cache { names, ranked, matcher } = &mut *self.names.borrow_mut();
        if let Some(known) = ranked
            && known.base == base
            && known.words == plan.words
        {
            return Ok(Arc::clone(&known.order));
        }
        let slot = &mut names[slot(whose)];
        let names = match slot {
            Some(names) if names.version == version => names,
            _ => slot.insert(Names::load(&self.db, whose, version)?),
        };
        let matcher = matcher.get_or_insert_with(|| Matcher::new(Config::DEFAULT));
        let order = match ranked {
            Some(known) if known.holds(&base, &plan.words) => {
                names.rank(matcher, &plan.words, &mut known.order.iter().map(|rank| place(*rank)))
            }
            _ => {
                let found = match &plan.remain {
                    None if !plan.clause.sql.is_empty() => Some(remaining(&self.db, whose, plan)?),
                    _ => None,
                };
                let remain = plan.remain.as_ref().or(found.as_ref());
                names.rank(matcher, &plan.words, &mut names.places(&plan.lanes, remain))
            }
        };
        let order = Arc::new(order);
        *ranked = Some(Ranked { base, words: plan.words.clone(), order: Arc::clone(&order) });
        Ok(order)
    }
}

fn slot(whose: Whose) -> usize {
    usize::from(whose == Whose::People)
}

/// What the other terms of a filter leave.
fn remaining(db: &Connection, whose: Whose, plan: &Plan) -> rusqlite::Result<HashSet<Id>> {
    let alias = if whose == Whose::Accounts { "a" } else { "p" };
    let sql = format!("SELECT {alias}.id FROM {} WHERE 1{}", plan.from, plan.clause.sql);
    let mut ask = db.prepare_cached(&sql)?;
    ask.query_map(params_from_iter(plan.clause.values.iter()), |row| row.get(0))?.collect()
}

impl Names {
    fn load(db: &Connection, whose: Whose, version: u64) -> rusqlite::Result<Self> {
        let sql = match whose {
            Whose::Accounts => "SELECT id, name, shown FROM account ORDER BY shown, by_name, id",
            Whose::People => "SELECT id, name, nature FROM person ORDER BY nature, by_name, id",
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

    /// The places that the other terms of a filter leave.
    fn places<'a>(
        &'a self,
        lanes: &'a [i64],
        remain: Option<&'a HashSet<Id>>,
    ) -> impl Iterator<Item = usize> + 'a {
        (0..self.ids.len()).filter(move |place| {
            lanes.contains(&i64::from(self.lanes[*place]))
                && remain.is_none_or(|remain| remain.contains(&self.ids[*place]))
        })
    }

    fn name(&self, place: usize) -> &str {
        let end = |place: usize| usize::try_from(self.ends[place]).unwrap_or(usize::MAX);
        let from = place.checked_sub(1).map_or(0, end);
        self.text.get(from..end(place)).unwrap_or_default()
    }

    fn rank(
        &self,
        matcher: &mut Matcher,
        words: &[(String, bool)],
        places: &mut dyn Iterator<Item = usize>,
    ) -> Vec<i64> {
        let fuzzy =
            |word: &str| Atom::new(word, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy, false);
        let atoms: Vec<Atom> =
            words.iter().filter(|(_, negated)| !negated).map(|(word, _)| fuzzy(word)).collect();
        // "Not these letters somewhere in this order" would leave hardly anything: a negated word is
        // meant as it is written.
        let without: Vec<String> =
            words.iter().filter(|(_, negated)| *negated).map(|(word, _)| text::fold(word)).collect();
        let mut found = Vec::new();
        let mut letters = Vec::new();
        for place in places {
            let name = self.name(place);
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
            found.push((-fit << 32) | i64::from(u32::try_from(place).unwrap_or(u32::MAX)));
        }
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Names {
        let mut names =
            Names { version: 1, text: String::new(), ends: Vec::new(), ids: Vec::new(), lanes: Vec::new() };
        for (place, name) in all.iter().enumerate() {
            names.text.push_str(name);
            names.ends.push(u32::try_from(names.text.len()).unwrap());
            names.ids.push([u8::try_from(place).unwrap(); 10]);
            names.lanes.push(1);
        }
        names
    }

    proptest::proptest! {
        #[test]
        fn a_word_typed_on_finds_among_the_found_what_it_finds_among_all(
            all in proptest::collection::vec("[a-dé ]{0,6}", 0..40), word in "[a-d]{1,4}", more in "[a-d]{1,2}",
        ) {
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            let (names, mut matcher) = (names(&all), Matcher::new(Config::DEFAULT));
            let mut rank = |word: &str, places: &mut dyn Iterator<Item = usize>| {
                names.rank(&mut matcher, &[(word.to_owned(), false)], places)
            };
            let longer = format!("{word}{more}");
            let first = rank(&word, &mut names.places(&[1], None));
            let anew = rank(&longer, &mut names.places(&[1], None));
            let narrowed = rank(&longer, &mut first.iter().map(|rank| place(*rank)));
            proptest::prop_assert_eq!(narrowed, anew);
        }
    }

    #[test]
    fn only_letters_added_to_the_same_question_narrow_what_was_found() {
        let known = Ranked { base: "b".into(), words: vec![("ab".into(), false)], order: Arc::default() };
        assert!(known.holds("b", &[("abc".into(), false)]));
        assert!(!known.holds("b", &[("ac".into(), false)]));
        assert!(!known.holds("b", &[("a".into(), false)]));
        assert!(!known.holds("b", &[("abé".into(), false)]));
        assert!(!known.holds("other", &[("abc".into(), false)]));
        assert!(!known.holds("b", &[("abc".into(), true)]));
    }
}
