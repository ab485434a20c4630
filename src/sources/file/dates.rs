//! Dates as people write them, turned into moments and days. Must not know the clock.

use jiff::{
    civil::{Date, DateTime, Time as Clock},
    fmt::strtime,
    tz::TimeZone,
};

use crate::{
    domain::{
        text,
        time::{Day, Time},
    },
    sources::SourceError,
};

/// How a file writes dates.
pub(in crate::sources) struct Dates {
    /// A strptime format; `None` is RFC 3339 or a bare date.
    format: Option<String>,
    /// For dates that name no zone.
    zone: TimeZone,
}

/// What a text says: a moment, or a day without a time of day, which no time zone may shift.
enum Written {
    Moment(Time),
    Day(Day),
}

impl Dates {
    pub(in crate::sources) fn new(format: Option<&str>, zone: Option<&str>) -> Result<Self, SourceError> {
        let zone = match zone {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name).map_err(|_| {
                SourceError::new(format!("unknown time zone `{name}`")).hint("write it like `Europe/Berlin`")
            })?,
        };
        Ok(Self { format: format.map(str::to_owned), zone })
    }

    /// RFC 3339 in UTC.
    pub(in crate::sources) const fn plain() -> Self {
        Self { format: None, zone: TimeZone::UTC }
    }

    /// A bare date is the first second of that UTC day.
    pub(in crate::sources) fn moment(&self, text: &str) -> Result<Time, String> {
        match self.read(text.trim()) {
            Some(Written::Moment(time)) => Ok(time),
            Some(Written::Day(day)) => Ok(day.start()),
            None => Err(self.refusal(text)),
        }
    }

    /// The day as it is written, else the UTC day of the moment.
    pub(in crate::sources) fn day(&self, text: &str) -> Result<Day, String> {
        match self.read(text.trim()) {
            Some(Written::Moment(time)) => Ok(time.day()),
            Some(Written::Day(day)) => Ok(day),
            None => Err(self.refusal(text)),
        }
    }

    fn refusal(&self, text: &str) -> String {
        let expected = self.format.as_deref().unwrap_or("2026-11-22 or 2026-11-22T13:04:05Z");
        format!("`{}` is no date like {expected}", text::line(text, 80))
    }

    fn read(&self, text: &str) -> Option<Written> {
        let Some(format) = &self.format else { return self.read_plain(text) };
        let parts = strtime::parse(format, text).ok()?;
        if let Ok(stamp) = parts.to_timestamp() {
            return Some(Written::Moment(Time(stamp.as_second())));
        }
        let date = parts.to_date().ok()?;
        if parts.hour().is_none() {
            return Some(Written::Day(day(date)?));
        }
        self.in_zone(date.to_datetime(parts.to_time().unwrap_or(Clock::midnight())))
    }

    fn read_plain(&self, text: &str) -> Option<Written> {
        if text.len() <= 10 {
            return Some(Written::Day(Day::parse(text)?));
        }
        match text.parse::<jiff::Timestamp>() {
            Ok(stamp) => Some(Written::Moment(Time(stamp.as_second()))),
            Err(_) => self.in_zone(text.parse::<DateTime>().ok()?),
        }
    }

    fn in_zone(&self, local: DateTime) -> Option<Written> {
        let zoned = local.to_zoned(self.zone.clone()).ok()?;
        Some(Written::Moment(Time(zoned.timestamp().as_second())))
    }
}

fn day(date: Date) -> Option<Day> {
    Day::parse(&date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_their_format_and_zone() {
        for (format, zone, text, moment) in [
            (None, None, "2026-11-22", Some("2026-11-22T00:00:00Z")),
            (None, None, " 2026-11-22T03:04:05+02:00 ", Some("2026-11-22T01:04:05Z")),
            (None, None, "2026-11-22 03:04:05", Some("2026-11-22T03:04:05Z")),
            (None, Some("Europe/Berlin"), "2026-11-22 03:04:05", Some("2026-11-22T02:04:05Z")),
            // A bare date is that day everywhere.
            (None, Some("Europe/Berlin"), "2026-11-22", Some("2026-11-22T00:00:00Z")),
            (Some("%d.%m.%Y"), Some("Europe/Berlin"), "22.11.2026", Some("2026-11-22T00:00:00Z")),
            (Some("%d.%m.%Y %H:%M"), Some("Europe/Berlin"), "22.11.2026 09:30", Some("2026-11-22T08:30:00Z")),
            (Some("%d.%m.%Y %H:%M"), Some("Europe/Berlin"), "22.07.2026 09:30", Some("2026-07-22T07:30:00Z")),
            (Some("%m/%d/%Y %I:%M %p"), None, "11/22/2026 09:30 PM", Some("2026-11-22T21:30:00Z")),
            (
                Some("%Y-%m-%d %H:%M %z"),
                Some("Asia/Tokyo"),
                "2026-11-22 09:30 +0100",
                Some("2026-11-22T08:30:00Z"),
            ),
            (Some("%s"), None, "1000000000", Some("2001-09-09T01:46:40Z")),
            (Some("%d.%m.%Y"), None, "2026-11-22", None),
            (Some("%d.%m.%Y"), None, "31.02.2026", None),
            (None, None, "22.11.2026", None),
            (None, None, "", None),
        ] {
            let found = Dates::new(format, zone).unwrap().moment(text).ok().map(|time| time.to_string());
            assert_eq!(found.as_deref(), moment, "{format:?} {zone:?} {text:?}");
        }
    }
}
