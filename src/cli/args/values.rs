//! How single values of the command line are read. Must not know the commands.

use std::time::Duration;

use clap::builder::TypedValueParser;

use crate::domain::{
    account::Relation,
    query::{AccountSort, PersonSort},
    stage::Stage,
    time::{Day, Time},
    why::WhyOf,
};

/// A day up to today: by its date, or so many days before today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDay {
    Date(Day),
    Before(i32),
}

impl OnDay {
    pub fn day(self, today: Day) -> Day {
        match self {
            Self::Date(day) => day,
            Self::Before(days) => today.plus(-days),
        }
    }
}

/// A day to come: by its date, or so many days after today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UntilDay {
    Date(Day),
    After(i32),
}

impl UntilDay {
    pub fn day(self, today: Day) -> Day {
        match self {
            Self::Date(day) => day,
            Self::After(days) => today.plus(days),
        }
    }
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Duration);

/// `90s`, `10m`, `1h`, or `0` not to wait at all.
pub(super) fn wait(text: &str) -> Result<Wait, String> {
    let each = |unit: char| text.strip_suffix(unit);
    let (number, seconds) = match (each('s'), each('m'), each('h')) {
        (Some(number), _, _) => (number, 1),
        (_, Some(number), _) => (number, 60),
        (_, _, Some(number)) => (number, 3_600),
        _ if text == "0" => (text, 1),
        _ => ("", 0),
    };
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse::<u64>().ok().filter(|number| digits && *number <= 7 * 86_400 / seconds);
    let wait = number.map(|number| Wait(Duration::from_secs(number * seconds)));
    wait.ok_or_else(|| "a time is written 90s, 10m or 1h, and 168h at most".to_owned())
}

pub(super) fn on_day(text: &str) -> Result<OnDay, String> {
    let before = || text.strip_prefix('-').and_then(days).map(OnDay::Before);
    Day::parse(text)
        .map(OnDay::Date)
        .or_else(before)
        .ok_or_else(|| "a day is written 2026-03-12, or -30d, -4w before today".to_owned())
}

pub(super) fn until_day(text: &str) -> Result<UntilDay, String> {
    let after = || text.strip_prefix('+').and_then(days).map(UntilDay::After);
    Day::parse(text)
        .map(UntilDay::Date)
        .or_else(after)
        .ok_or_else(|| "a day to come is written 2027-03-01, or +90d, +26w from today".to_owned())
}

/// `30d` or `4w`.
fn days(text: &str) -> Option<i32> {
    let (number, each) = match (text.strip_suffix('d'), text.strip_suffix('w')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 7),
        (None, None) => return None,
    };
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: i32 = number.parse().ok().filter(|number| digits && *number <= 36_500)?;
    Some(number * each)
}

pub(super) fn account_sorts() -> impl TypedValueParser<Value = AccountSort> {
    words(AccountSort::ALL.iter().map(|word| word.text()), AccountSort::parse)
}

pub(super) fn person_sorts() -> impl TypedValueParser<Value = PersonSort> {
    words(PersonSort::ALL.iter().map(|word| word.text()), PersonSort::parse)
}

pub(super) fn relations() -> impl TypedValueParser<Value = Relation> {
    words(Relation::ALL.iter().map(|word| word.text()), Relation::parse)
}

pub(super) fn stages() -> impl TypedValueParser<Value = Stage> {
    words(Stage::ALL.iter().map(|word| word.text()), Stage::parse)
}

pub(super) fn numbers() -> impl TypedValueParser<Value = WhyOf> {
    words(WhyOf::ALL.iter().map(|word| word.text()), WhyOf::parse)
}

/// A closed list of words, so that clap can name the nearest one.
fn words<T: Clone + Send + std::marker::Sync + 'static>(
    list: impl Iterator<Item = &'static str>,
    parse: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    let listed: Vec<&'static str> = list.collect();
    clap::builder::PossibleValuesParser::new(listed)
        .try_map(move |word| parse(&word).ok_or("not a word of the list"))
}

pub(super) fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "a time is written 2026-11-22 or 2026-11-22T14:02:00Z".to_owned())
}

/// `120x40`, at least 1x1 and at most 1000x1000.
pub(super) fn size(text: &str) -> Result<(u16, u16), String> {
    let read = |side: &str| side.parse().ok().filter(|side| (1..=1000).contains(side));
    text.split_once('x')
        .and_then(|(width, height)| Some((read(width)?, read(height)?)))
        .ok_or_else(|| "a size is written 120x40".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_date_or_so_long_before_or_after_today() {
        let today = Day::parse("2026-11-22").unwrap();
        let on = |text| on_day(text).map(|day: OnDay| day.day(today).to_string());
        let until = |text| until_day(text).map(|day: UntilDay| day.day(today).to_string());
        assert_eq!(on("2026-03-12").as_deref(), Ok("2026-03-12"));
        assert_eq!(on("-30d").as_deref(), Ok("2026-10-23"));
        assert_eq!(on("-4w").as_deref(), Ok("2026-10-25"));
        assert_eq!(until("+2w").as_deref(), Ok("2026-12-06"));
        assert_eq!(until("2027-03-01").as_deref(), Ok("2027-03-01"));
        for bad in ["", "30d", "+30d", "-d", "--3d", "-3m", "2026-13-01", "-99999w", "-+3d"] {
            assert!(on(bad).is_err(), "{bad}");
        }
        for bad in ["", "30d", "-30d", "++3d", "+w"] {
            assert!(until(bad).is_err(), "{bad}");
        }
    }
}
