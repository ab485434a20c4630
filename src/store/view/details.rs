//! What lists leave out of accounts, for a page of them at once: for other programs, which get every field. Must not
//! know how a page was found.

use super::{super::Result, View};
use crate::domain::{
    account::{AccountDetail, AccountRow},
    query::When,
};

impl View {
    /// The same accounts with their hand-shakes, causes, interests and periods as a customer, without their decisions.
    /// Each costs a look into four indexes, and the journeys of its blocked members.
    pub fn details(&self, rows: &[AccountRow], when: When) -> Result<Vec<AccountDetail>> {
        self.at_once(|| rows.iter().map(|row| self.detail(row.clone(), when)).collect())
            .map_err(|error| error.at(&self.path))
    }
}
