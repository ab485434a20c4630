//! Times as they are shown: absolute, so that an idle screen never changes. Must not know the clock.

use jiff::{Timestamp, tz::TimeZone};

use crate::domain::time::{Day, Time};

/// A moment in the zone of that IANA name (UTC when there is none): `14:02` on the day `today`, else with
/// its date.
pub fn clock(time: Time, tz: &str, today: Day) -> String {
    let Ok(stamp) = Timestamp::from_second(time.0) else { return "?".to_owned() };
    // Looking a name up walks through all zones on the disk: the first frame need not wait for that.
    let zone = if tz == "UTC" { TimeZone::UTC } else { TimeZone::get(tz).unwrap_or(TimeZone::UTC) };
    let local = stamp.to_zoned(zone);
    if local.date().to_string() == today.to_string() {
        local.strftime("%H:%M").to_string()
    } else {
        local.strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// A moment with its date, in UTC: `2026-11-21 14:02 UTC`.
pub fn full(time: Time) -> String {
    let Ok(stamp) = Timestamp::from_second(time.0) else { return "?".to_owned() };
    stamp.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A day in words: `12 Mar 2026`.
pub fn day(day: Day) -> String {
    match Timestamp::from_second(day.start().0) {
        Ok(stamp) => stamp.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string(),
        Err(_) => day.to_string(),
    }
}

/// A day of a list: `21 Nov`, or `Nov 2024` in another year, or `-`.
pub fn short(time: Option<Time>, today: Day) -> String {
    time.map_or_else(|| "-".to_owned(), |time| time.day().short(today))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_names_its_date_only_on_another_day() {
        let today = Day::parse("2026-11-22").unwrap();
        let time = Time::parse("2026-11-22T14:02:59Z").unwrap();
        assert_eq!(clock(time, "UTC", today), "14:02");
        assert_eq!(clock(time, "no such zone", today), "14:02");
        assert_eq!(clock(time.plus_days(-1), "UTC", today), "2026-11-21 14:02");
    }
}
