//! Points: exact decimals in thousandths. Everything that is summed is summed as integers, so that the entries
//! shown sum to the number shown on every machine.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Thousandths of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Points(pub i64);

impl Points {
    pub const ONE: Self = Self(1_000);

    /// Reads `2`, `0.5`, `-1.25`; at most three decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || part.len() > 3 || !is_number(whole) || !is_number(part) {
            return None;
        }
        let whole: i64 = whole.parse().ok().filter(|whole| *whole <= 1_000_000_000)?;
        let part: i64 = format!("{part:0<3}").parse().ok()?;
        Some(Self(sign * (whole * 1_000 + part)))
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Self(all.map(|points| points.0).sum())
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, all) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let text = match (all / 1_000, all % 1_000) {
            (whole, 0) => format!("{sign}{whole}"),
            (whole, part) => format!("{sign}{whole}.{}", format!("{part:03}").trim_end_matches('0')),
        };
        f.pad(&text)
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Points;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number with at most three decimals")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Points, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Points, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Points, E> {
                // The shortest decimal that reads back as this number: what was written in the file.
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Points, E> {
                Points::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        input.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_read_and_write_at_most_three_decimals() {
        for (text, thousandths, written) in
            [("2", 2_000, "2"), ("0.5", 500, "0.5"), ("-1.25", -1_250, "-1.25"), ("0.010", 10, "0.01")]
        {
            assert_eq!(Points::parse(text), Some(Points(thousandths)));
            assert_eq!(Points(thousandths).to_string(), written);
        }
        for bad in ["", ".5", "1.2345", "1e3", "x", "--1", "9999999999999"] {
            assert_eq!(Points::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_number_of_a_file_keeps_the_decimals_that_were_written() {
        #[derive(Deserialize)]
        struct File {
            points: Vec<Points>,
        }
        let file: File = toml::from_str("points = [1, 0.5, 0.1, 2.125, \"3.5\"]").unwrap();
        assert_eq!(file.points, [1_000, 500, 100, 2_125, 3_500].map(Points));
        assert!(toml::from_str::<File>("points = [0.1234]").is_err());
    }
}
