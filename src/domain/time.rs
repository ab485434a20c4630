//! Points in time: seconds, UTC days and ISO weeks. Must not know the clock.

use std::fmt;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

const DAY_SECONDS: i64 = 86_400;

/// A moment: seconds since 1970-01-01T00:00:00Z. Shown and exported as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub i64);

/// A UTC day, counted from 1970-01-01. The engine's unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

/// An ISO week (Monday to Sunday, UTC), counted so that week 0 holds 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Week(pub i32);

impl Time {
    /// Reads RFC 3339, or a bare `2026-11-22` as the first second of that UTC day.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(stamp) = text.parse::<Timestamp>() {
            return Some(Self(stamp.as_second()));
        }
        Day::parse(text).map(Day::start)
    }

    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(DAY_SECONDS)).unwrap_or(if self.0 < 0 {
            i32::MIN
        } else {
            i32::MAX
        }))
    }

    /// `now - self` in whole days; negative when `self` lies in the future.
    pub fn days_before(self, now: Self) -> i32 {
        now.day().0.saturating_sub(self.day().0)
    }

    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY_SECONDS)))
    }
}

impl Day {
    /// Reads `2026-11-22`.
    pub fn parse(text: &str) -> Option<Self> {
        let date: Date = text.parse().ok()?;
        let stamp = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(Time(stamp.as_second()).day())
    }

    /// The first second of the day.
    pub fn start(self) -> Time {
        Time(i64::from(self.0) * DAY_SECONDS)
    }

    pub fn week(self) -> Week {
        Week((self.0.saturating_add(3)).div_euclid(7))
    }

    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    fn date(self) -> Option<Date> {
        let stamp = Timestamp::from_second(self.start().0).ok()?;
        Some(stamp.to_zoned(TimeZone::UTC).date())
    }

    /// A short form for lists: `21 Nov` in the year of `today`, else `Nov 2024`. Absolute, so that an
    /// idle screen never changes.
    pub fn short(self, today: Self) -> String {
        match (self.date(), today.date()) {
            (Some(day), Some(now)) if day.year() == now.year() => day.strftime("%-d %b").to_string(),
            (Some(day), _) => day.strftime("%b %Y").to_string(),
            (None, _) => "?".to_owned(),
        }
    }
}

impl Week {
    /// The Monday of the week.
    pub fn monday(self) -> Day {
        Day(self.0.saturating_mul(7).saturating_sub(3))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_second(self.0) {
            Ok(stamp) => write!(f, "{stamp}"),
            // Beyond the years that RFC 3339 can write; such facts are flagged and unused.
            Err(_) => write!(f, "@{}", self.0),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some(date) => write!(f, "{date}"),
            None => write!(f, "day {}", self.0),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        if let Some(seconds) = text.strip_prefix('@').and_then(|s| s.parse().ok()) {
            return Ok(Self(seconds));
        }
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("not a time: {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_and_writes_rfc_3339_in_utc() {
        let time = Time::parse("2026-11-22T03:04:05+02:00").unwrap();
        assert_eq!(time.to_string(), "2026-11-22T01:04:05Z");
        assert_eq!(Time::parse("2026-11-22").unwrap().to_string(), "2026-11-22T00:00:00Z");
        assert_eq!(Time::parse("yesterday"), None);
    }

    #[test]
    fn a_week_runs_from_monday_to_sunday() {
        let monday = Day::parse("2026-11-16").unwrap();
        assert_eq!(monday.week().monday(), monday);
        assert_eq!(monday.plus(6).week(), monday.week());
        assert_eq!(monday.plus(7).week().0, monday.week().0 + 1);
        assert_eq!(Day(0).week(), Week(0));
    }

    #[test]
    fn a_time_outside_the_calendar_is_written_as_seconds_and_read_back() {
        let far = Time(i64::MAX);
        let json = serde_json::to_string(&far).unwrap();
        assert_eq!(serde_json::from_str::<Time>(&json).unwrap(), far);
    }

    #[test]
    fn a_short_day_names_the_year_only_when_it_is_another() {
        let today = Day::parse("2026-11-22").unwrap();
        assert_eq!(Day::parse("2026-11-02").unwrap().short(today), "2 Nov");
        assert_eq!(Day::parse("2024-02-29").unwrap().short(today), "Feb 2024");
    }
}
