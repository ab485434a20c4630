//! What the last word of a half-written filter may become. Must not know who asks.

use super::{Over, keys::Key};

/// The words that the last word of `text` may become, whole and in the order of the language: keys with
/// their colon, then, after a colon, each value of a closed list. Empty when nothing fits.
pub fn complete(text: &str, over: Over) -> Vec<String> {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let (minus, word) = word.strip_prefix('-').map_or(("", word), |rest| ("-", rest));
    let Some((name, values)) = word.split_once(':') else {
        let lower = word.to_lowercase();
        let keys = Key::names(over).filter(|key| key.starts_with(&lower));
        return keys.map(|key| format!("{minus}{key}:")).collect();
    };
    let Some(key) = Key::parse(name).filter(|key| key.fits(over)) else { return Vec::new() };
    let (before, last) = values.rsplit_once(',').map_or(("", values), |(before, last)| (before, last));
    let (taken, comma): (Vec<_>, _) = (before.split(',').collect(), if before.is_empty() { "" } else { "," });
    let lower = last.to_lowercase();
    let fitting = key.words(over).into_iter().filter(|w| w.starts_with(&lower) && !taken.contains(w));
    fitting.map(|value| format!("{minus}{name}:{before}{comma}{value}")).collect()
}
