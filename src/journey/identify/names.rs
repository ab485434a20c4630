//! Names of people: folded for comparison, told apart from handles and from names that say nothing. Must
//! not know identities.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{domain::text, journey::lists};

/// The words of a name, folded: `Doe, Jane (Acme)` is `jane doe`. Scripts stay apart.
pub(crate) fn words(name: &str) -> String {
    let folded = text::fold(name);
    let plain = !folded.bytes().any(|b| !(b.is_ascii_lowercase() || b == b' '));
    if plain {
        return folded;
    }
    if folded.contains('@') {
        return String::new();
    }
    let open = without_asides(&folded);
    let turned = match open.split_once(',') {
        Some((last, first)) if !first.contains(',') && !first.trim().is_empty() => format!("{first} {last}"),
        _ => open,
    };
    let spaced: String = turned
        .chars()
        .flat_map(spelled_out)
        .map(|c| if c.is_alphanumeric() || is_combining_mark(c) || c == '\'' { c } else { ' ' })
        .filter(|c| *c != '\'')
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a name whose marked letters are written as two, as addresses have them: `Jörg Växby` is
/// `joerg vaexby`. Nothing for names without such letters.
pub(crate) fn words_in_two_letters(name: &str) -> Option<String> {
    const TWO: &[(char, &str)] = &[('ä', "ae"), ('ö', "oe"), ('ü', "ue"), ('ø', "oe"), ('å', "aa")];
    let lower: String = name.nfc().collect::<String>().to_lowercase();
    let marked = lower.chars().any(|c| TWO.iter().any(|(letter, _)| *letter == c));
    marked.then(|| {
        let spelled = TWO.iter().fold(lower, |text, (letter, two)| text.replace(*letter, two));
        words(&spelled)
    })
}

/// Letters that one writes as two where they are missing.
fn spelled_out(letter: char) -> impl Iterator<Item = char> {
    let two = match letter {
        'ß' => ['s', 's'],
        'æ' => ['a', 'e'],
        'œ' => ['o', 'e'],
        'þ' => ['t', 'h'],
        other => [other, '\0'],
    };
    two.into_iter().filter(|c| *c != '\0')
}

fn without_asides(name: &str) -> String {
    let mut depth = 0_u32;
    name.chars()
        .filter(|c| match c {
            '(' | '[' => {
                depth += 1;
                false
            }
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// Whether folded words are a full name: two words or more, each of them letters, two of them longer than
/// an initial, and no name that says nothing.
pub(crate) fn is_full(words: &str) -> bool {
    let mut long = 0;
    for word in words.split(' ') {
        if word.bytes().any(|b| b.is_ascii_digit()) {
            return false;
        }
        long += u32::from(word.len() >= 2);
    }
    long >= 2 && !lists::is_generic_name(words)
}

/// Whether two full names can be one person's: they share a word that is longer than two letters, or one
/// of them is written in another script.
pub(crate) fn related(a: &str, b: &str) -> bool {
    a.is_ascii() != b.is_ascii() || a.split(' ').any(|word| word.len() > 2 && b.split(' ').any(|w| w == word))
}

/// How many groups of names there are that have no word in common; counting stops beyond eight.
pub(crate) fn strangers(names: &[&str]) -> usize {
    let mut groups: Vec<Vec<&str>> = Vec::new();
    for name in names {
        let (mut kin, apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.iter().any(|other| related(other, name)));
        groups = apart;
        let mut joined: Vec<&str> = kin.drain(..).flatten().collect();
        joined.push(name);
        groups.push(joined);
        if groups.len() > 8 {
            break;
        }
    }
    groups.len()
}

/// Whether a login or local part speaks of a full name: it holds one of its longer words.
pub(crate) fn speaks_of(handle: &str, words: &str) -> bool {
    let handle = text::fold(handle);
    words.split(' ').any(|word| word.len() >= 4 && handle.contains(word))
        || words.split(' ').next_back().is_some_and(|last| last.len() >= 3 && handle.contains(last))
}

/// A local part without the mark of people from outside (`extern.jane.doe`).
pub(crate) fn without_outside_mark(local: &str) -> &str {
    const MARKS: &[&str] = &["extern", "external", "ext"];
    local
        .split_once(['.', '-', '_'])
        .filter(|(mark, rest)| MARKS.contains(mark) && !rest.is_empty())
        .map_or(local, |(_, rest)| rest)
}

/// Whether a login and a local part are alike: one begins with the other, and that is no initial.
pub(crate) fn is_alike(handle: &str, local: &str) -> bool {
    let (handle, local) = (joined_local(handle), joined_local(local));
    let begins = |long: &str, short: &str| short.len() >= 4 && long.starts_with(short);
    !handle.is_empty() && (handle == local || begins(&handle, &local) || begins(&local, &handle))
}

/// Whether a text that is no full name, a handle or a local part, may be of the bearer of a full name: it
/// speaks of them, or is an initial and the beginning of their last name.
pub(crate) fn may_be_of(handle: &str, words: &str) -> bool {
    let bare = joined_local(&text::fold(handle));
    let (first, last) = (words.chars().next(), words.split(' ').next_back().unwrap_or_default());
    let rest = first.and_then(|first| bare.strip_prefix(first)).unwrap_or_default();
    speaks_of(handle, words) || (rest.len() >= 4 && last.starts_with(rest))
}

/// Only the letters of words, joined.
pub(crate) fn joined(words: &str) -> String {
    words.split(' ').collect()
}

/// Only the letters and digits of a local part or label, joined: `jane.long-doe` is `janelongdoe`.
pub(crate) fn joined_local(local: &str) -> String {
    let bare = local.split('+').next().unwrap_or(local);
    bare.chars().filter(|c| !matches!(c, '.' | '_' | '-')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_by_its_folded_words() {
        for (name, expected) in [
            ("José  GARCÍA", "jose garcia"),
            ("Doe, Jane", "jane doe"),
            ("Jane Doe (Acme)", "jane doe"),
            ("Jean-Luc O'Neil", "jean luc oneil"),
            ("jane@doe.example", ""),
            ("王 伟", "王 伟"),
            ("J. Doe", "j doe"),
            ("Jörg Groß", "jorg gross"),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
        assert_eq!(words_in_two_letters("Jörg Växby").as_deref(), Some("joerg vaexby"));
        assert_eq!(words_in_two_letters("Jane Doe"), None);
    }

    #[test]
    fn a_full_name_has_two_words_of_letters_and_says_something() {
        for full in ["jane doe-x".replace('-', " ").as_str(), "wei wang", "王 伟", "j van dyk"] {
            assert!(is_full(full), "{full}");
        }
        for not in ["jane", "j doe", "", "your name", "user 42", "github actions", "王伟"] {
            assert!(!is_full(not), "{not}");
        }
    }

    #[test]
    fn a_handle_may_be_of_who_bears_its_name() {
        for (handle, may) in [("jlongd", true), ("longdoe", true), ("jdoe", false), ("miller", false)] {
            assert_eq!(may_be_of(handle, "jane longdoe"), may, "{handle}");
        }
        assert!(is_alike("jroe7", "jroe") && is_alike("j-roe", "jroe") && !is_alike("jro", "jr"));
    }

    #[test]
    fn names_without_a_common_word_are_strangers() {
        assert_eq!(strangers(&["jane doe", "jane miller", "doe jane"]), 1);
        assert_eq!(strangers(&["jane doe", "li wei", "sam roe"]), 3);
        assert_eq!(strangers(&["jane doe", "sam roe", "sam doe"]), 1);
    }
}
