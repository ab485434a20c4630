//! Why a number is what it is: reads the facts behind it, lets the journey count them again, and returns the ledger
//! whose entries sum to it. Must not know any rule.

use crate::{
    domain::{
        query::When,
        why::{Why, WhyAbout, WhyOf},
    },
    store::{StoreError, View},
};

/// `None`: there is no such number.
pub fn answer(_view: &View, _about: WhyAbout, _of: WhyOf, _when: When) -> Result<Option<Why>, StoreError> {
    Ok(None)
}
