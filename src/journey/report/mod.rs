//! The JSON shapes that other programs rely on, made from the rows that the screens show, so that the two
//! cannot disagree. Every field is always there, `null` where unknown. Must not know who writes them where.

mod account;
mod activity;
mod member;

pub use account::AccountReport;
pub use activity::ActivityReport;
pub use member::{IdentityReport, MemberReport, MembershipReport, PersonReport, without_address};

/// A field that a later version fills: `null` until then.
pub type Later = Option<()>;
/// A list that a later version fills: empty until then.
pub type LaterList = [(); 0];

#[cfg(test)]
mod tests;
