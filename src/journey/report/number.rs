//! Numbers for other programs: exact thousandths as JSON numbers. Must not know what they count.

use serde::{Serialize, Serializer};

use crate::domain::points::Points;

/// A number with at most three decimals; a whole one without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal(pub Points);

impl Decimal {
    pub fn thousandths(number: u32) -> Self {
        Self(Points(i64::from(number)))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let Points(thousandths) = self.0;
        if thousandths % 1_000 == 0 {
            return out.serialize_i64(thousandths / 1_000);
        }
        // The nearest float is written as the shortest decimal that reads back as it: the three decimals.
        #[allow(clippy::cast_precision_loss, reason = "points stay far below 2^53")]
        out.serialize_f64(thousandths as f64 / 1_000.0)
    }
}
