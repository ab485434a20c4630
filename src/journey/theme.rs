//! What a cause is about, by its labels, else by the words of its title. Must not know what it blocks.

use crate::domain::{rules::Mark, stage::Theme};

use super::assess::{Engine, Pattern};

/// The theme of a thread: the first whose words one of its labels has, else a word of its title; else that it was
/// declined, where a label says so.
pub fn theme(engine: &Engine, labels: &[String], title: Option<&str>) -> Theme {
    let lower: Vec<String> = labels.iter().map(|label| label.to_lowercase()).collect();
    let by_label = |pattern: &Pattern| lower.iter().any(|label| pattern.matches(label));
    let title = title.unwrap_or_default().to_lowercase();
    let is_apart = |letter: char| !letter.is_alphanumeric();
    let words: Vec<&str> = title.split(is_apart).filter(|word| !word.is_empty()).collect();
    let by_word = |pattern: &Pattern| words.iter().any(|word| is_word(pattern, word));
    first(engine, by_label).or_else(|| first(engine, by_word)).unwrap_or_else(|| {
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        if engine.marks(&labels).has(Mark::Declined) { Theme::Declined } else { Theme::Other }
    })
}

fn first(engine: &Engine, fits: impl Fn(&Pattern) -> bool) -> Option<Theme> {
    engine.themes().iter().find(|(_, patterns)| patterns.iter().any(&fits)).map(|(theme, _)| *theme)
}

/// Whether a word of a title is meant. An open pattern of three letters or fewer wants the word itself or its plural:
/// `*api*` is not meant by "rapid", nor `*cla*` by "declare".
fn is_word(pattern: &Pattern, word: &str) -> bool {
    if pattern.word.chars().count() <= 3 && (pattern.open_start || pattern.open_end) {
        return word == pattern.word || word.strip_suffix('s') == Some(pattern.word.as_str());
    }
    pattern.matches(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::Rules;

    #[test]
    fn a_theme_is_found_by_labels_then_by_words_of_the_title() {
        let engine = Engine::new(&Rules::default());
        for (labels, title, expected) in [
            (&["area/Security"][..], "Slow queries", Theme::Security),
            (&["kind/bug"], "Slow queries on many series", Theme::Scale),
            (&[], "OOM after an upgrade", Theme::Scale),
            (&[], "Rapid declarations", Theme::Other),
            (&[], "The API answers with an error", Theme::Integration),
            (&[], "CLAs of companies", Theme::Licence),
            (&["wontfix"], "Crash at start", Theme::Declined),
            (&["wontfix"], "Crash with TLS", Theme::Security),
            (&[], "", Theme::Other),
        ] {
            let labels: Vec<String> = labels.iter().map(ToString::to_string).collect();
            assert_eq!(theme(&engine, &labels, Some(title)), expected, "{labels:?} {title}");
        }
    }
}
