//! Up to when each source has been heard: where that goes back (a part was added that was never read to its end), what
//! silence meant is no longer known of anybody. Must not know any rule.

use crate::{
    domain::time::Time,
    store::{Deriving, Ledger, Store, StoreError},
};

/// Whether less is known of a source's silence than when conclusions were last drawn.
pub(super) fn fell_back(store: &Store) -> Result<bool, StoreError> {
    for (name, day) in heard(&store.ledger())? {
        if store.remembered(&name)?.is_some_and(|known| day < known) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Remembers by what conclusions were drawn.
pub(super) fn remember(deriving: &Deriving<'_>) -> Result<(), StoreError> {
    heard(&deriving.ledger())?.into_iter().try_for_each(|(name, day)| deriving.remember(&name, day))
}

/// By the name under which the store remembers it.
fn heard(ledger: &Ledger<'_>) -> Result<Vec<(String, i64)>, StoreError> {
    let day = |until: Option<Time>| until.map_or(i64::MIN, |until| i64::from(until.day().0));
    Ok(ledger.covered()?.into_iter().map(|(source, until)| (format!("heard {source}"), day(until))).collect())
}
