//! Filtered lists: a filter that leaves few rows is answered once and then paged in memory, one that leaves many by
//! the index of the order. Must not know what is listed.

use super::{
    super::Result,
    View,
    filter::Plan,
    window::{self, Id, List},
};
use crate::domain::query::{Cursor, Slice, Window};

/// Up to how many rows of a filtered list are held.
const FEW: usize = 5_000;

/// Up to how many rows a table is read through to count a filtered list.
const COUNTED: u64 = 150_000;

/// What a filtered list holds.
pub(super) struct Found {
    /// All that was asked, and of which version of the store.
    name: String,
    total: u64,
    /// Its rows in order, if they are few.
    few: Option<Vec<Cursor>>,
}

impl View {
    /// A page of a filtered list out of `size` rows.
    pub(super) fn filtered(
        &self,
        list: &List<'_>,
        plan: &Plan,
        size: u64,
        window: &Window,
    ) -> Result<Slice<Id>> {
        let driver = plan.driving(&self.db)?;
        if driver.is_none() && (size > COUNTED || plan.heavy && size > FEW as u64) {
            return Ok(list.page(&self.db, window)?);
        }
        let version = self.figure("version")?;
        let List { from, key, lanes, filter, .. } = list;
        let name =
            format!("{version} {:?} {from} {key} {lanes:?} {} {:?}", plan.then, filter.sql, filter.values);
        if self.found.borrow().as_ref().is_none_or(|found| found.name != name) {
            let (total, few) = match &driver {
                Some(driver) => List { filter: driver, ..*list }.gather(&self.db, usize::MAX)?,
                // Of a table of this connection's own everything is in memory already.
                None if !plan.own => list.gather(&self.db, FEW)?,
                None => (list.count(&self.db)?, None),
            };
            *self.found.borrow_mut() = Some(Found { name, total, few });
        }
        let found = self.found.borrow();
        let Some(Found { total, few, .. }) = &*found else { return Ok(Slice::default()) };
        let mut slice = match few {
            Some(rows) => {
                let Slice { rows, at_start, at_end, total } = window::slice(rows, window, &Clone::clone);
                let rows = rows.into_iter().map(|(cursor, row)| (cursor, window::id(&row))).collect();
                Slice { rows, at_start, at_end, total }
            }
            None => list.page(&self.db, window)?,
        };
        slice.total = Some(*total);
        Ok(slice)
    }

    /// A page of a list out of which nothing is filtered but who was not there yet.
    pub(super) fn unfiltered(&self, list: &List<'_>, plan: &Plan, window: &Window) -> Result<Slice<Id>> {
        let mut slice = list.page(&self.db, window)?;
        slice.total = Some(plan.count(&self.db)?);
        Ok(slice)
    }

    /// The rows of a page of ids. Who ceased to be in between is left out.
    pub(super) fn rows<T>(slice: Slice<Id>, read: &dyn Fn(Id) -> Result<Option<T>>) -> Result<Slice<T>> {
        let Slice { rows: ids, at_start, at_end, total } = slice;
        let mut rows = Vec::with_capacity(ids.len());
        for (cursor, id) in ids {
            if let Some(row) = read(id)? {
                rows.push((cursor, row));
            }
        }
        Ok(Slice { rows, at_start, at_end, total })
    }
}
