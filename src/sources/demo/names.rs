//! Names of people and companies that nobody bears, from lists of syllables: every number has a name of its own.
//! All domains are reserved for examples and tests. Must not know who does what.

use super::random::{Random, scattered};

/// How many people and companies can be named.
pub(super) const PEOPLE: u64 = 24 * 24 * 24 * 24 * 24;
pub(super) const COMPANIES: u64 = 40 * 40 * 30 * 3;

const FIRST: [&str; 24] = [
    "ba", "da", "fe", "ga", "ho", "ja", "ka", "le", "lu", "ma", "mi", "na", "ne", "no", "pe", "ra", "ri",
    "ro", "sa", "si", "ta", "ti", "vo", "ze",
];
const SECOND: [&str; 24] = [
    "bo", "da", "dil", "fa", "go", "ka", "ki", "lan", "li", "lor", "ma", "mon", "na", "nis", "no", "ra",
    "rin", "ro", "sa", "sol", "ta", "to", "va", "zur",
];
const THIRD: [&str; 24] = [
    "ba", "be", "da", "do", "fa", "go", "ha", "ka", "ke", "la", "lo", "ma", "mo", "na", "no", "pa", "ra",
    "ro", "sa", "ta", "te", "va", "vi", "zo",
];
const FOURTH: [&str; 24] = [
    "bi", "da", "de", "fo", "ga", "go", "ki", "ko", "la", "le", "li", "ma", "mi", "na", "ni", "pe", "ra",
    "ri", "so", "ta", "ti", "vo", "za", "ze",
];
const LAST: [&str; 24] = [
    "bel", "bran", "dal", "dor", "fel", "gard", "kest", "lan", "lind", "lun", "mar", "meth", "nar", "nik",
    "quist", "ran", "ren", "seth", "sten", "tal", "tov", "vand", "vik", "zen",
];
const BEGIN: [&str; 40] = [
    "Bal", "Bem", "Bram", "Brun", "Cald", "Corv", "Dal", "Dorn", "Drav", "Elv", "Fand", "Fenn", "Gald",
    "Gorm", "Grel", "Hald", "Holv", "Irv", "Jast", "Kelm", "Korr", "Lamb", "Lorn", "Marv", "Mond", "Narl",
    "Nost", "Olm", "Pell", "Prax", "Quel", "Rand", "Rost", "Selv", "Strom", "Tarv", "Thal", "Ulm", "Vand",
    "Wex",
];
const MIDDLE: [&str; 40] = [
    "abek", "adel", "agon", "akir", "alin", "amond", "andor", "anik", "apex", "aris", "atum", "avik", "azen",
    "ebrin", "edar", "egal", "elund", "emar", "enix", "eron", "esk", "etan", "evor", "ibal", "idon", "igran",
    "ilax", "imeth", "inor", "irel", "isund", "ivar", "obar", "odex", "olund", "omir", "onvek", "orax",
    "osk", "ovan",
];
const ENDING: [&str; 3] = ["", "o", "ia"];
const TRADE: [&str; 30] = [
    "Robotics",
    "Foods",
    "Logistics",
    "Bank",
    "Insurance",
    "Games",
    "Health",
    "Motors",
    "Energy",
    "Telecom",
    "Media",
    "Retail",
    "Travel",
    "Steel",
    "Textiles",
    "Optics",
    "Pharma",
    "Maps",
    "Press",
    "Airlines",
    "Software",
    "Analytics",
    "Payments",
    "Farms",
    "Shipping",
    "Tools",
    "Studios",
    "Chemicals",
    "Semiconductors",
    "Mutual",
];

/// How somebody is called: as they write it, and in plain letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PersonName {
    pub(super) written: String,
    /// Lower case, for addresses and logins.
    pub(super) first: String,
    pub(super) last: String,
}

/// The name of the person with this number, below [`PEOPLE`]. Joined names differ as well: all syllables begin with
/// a consonant, and only those at the end of a word close with one.
pub(super) fn person(number: u64, seed: u64) -> PersonName {
    let mut rest = (scattered(number, seed, PEOPLE), PEOPLE);
    let mut take = |list: &[&'static str; 24]| list[digit(&mut rest, 24)];
    let first = [take(&FIRST), take(&SECOND)].concat();
    let last = [take(&THIRD), take(&FOURTH), take(&LAST)].concat();
    let plain = || format!("{} {}", capital(&first), capital(&last));
    let written = match Random::of(&[seed, number, 11]).below(100) {
        0..4 => format!("{} {}", capital(&spelled(&first, &CYRILLIC)), capital(&spelled(&last, &CYRILLIC))),
        4..7 => format!("{} {}", capital(&spelled(&first, &GREEK)), capital(&spelled(&last, &GREEK))),
        7..17 => format!("{} {}", capital(&first), capital(&accented(&last))),
        _ => plain(),
    };
    PersonName { written, first, last }
}

/// Name and domain of the company with this number, below [`COMPANIES`].
pub(super) fn company(number: u64, seed: u64) -> (String, String) {
    let mut rest = (scattered(number, seed, COMPANIES), COMPANIES);
    let (begin, middle) = (BEGIN[digit(&mut rest, 40)], MIDDLE[digit(&mut rest, 40)]);
    let (trade, ending) = (TRADE[digit(&mut rest, 30)], ENDING[digit(&mut rest, 3)]);
    let end = if Random::of(&[seed, number, 12]).chance(80) { "example" } else { "test" };
    let domain = format!("{begin}{middle}{ending}{trade}").to_lowercase();
    (format!("{begin}{middle}{ending} {trade}"), format!("{domain}.{end}"))
}

/// Takes the highest digit, below `base`, off a number below a size: the one that a scattered order varies most.
fn digit(rest: &mut (u64, u64), base: u64) -> usize {
    let size = rest.1 / base;
    let digit = rest.0 / size;
    *rest = (rest.0 % size, size);
    usize::try_from(digit).unwrap_or(0)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The letters that the syllables use; another for each, so that different names stay different.
const LETTERS: &str = "abdefghijklmnopqrstuvz";
const CYRILLIC: [&str; 22] = [
    "а", "б", "д", "е", "ф", "г", "х", "и", "ж", "к", "л", "м", "н", "о", "п", "ц", "р", "с", "т", "у", "в",
    "з",
];
const GREEK: [&str; 22] = [
    "α", "μπ", "δ", "ε", "φ", "γ", "χ", "ι", "τζ", "κ", "λ", "μ", "ν", "ο", "π", "ξ", "ρ", "σ", "τ", "ου",
    "β", "ζ",
];

fn spelled(word: &str, letters: &[&str; 22]) -> String {
    word.chars().filter_map(|letter| LETTERS.find(letter).map(|at| letters[at])).collect()
}

fn accented(word: &str) -> String {
    const MARKED: &[(char, char)] = &[('a', 'á'), ('o', 'ö'), ('e', 'é'), ('i', 'í')];
    let marked = |letter| MARKED.iter().find(|(plain, _)| *plain == letter).map(|(_, marked)| *marked);
    let first = word.chars().position(|letter| marked(letter).is_some());
    let letters = word.chars().enumerate();
    letters.map(|(at, c)| if Some(at) == first { marked(c).unwrap_or(c) } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_people_and_no_two_companies_share_a_name() {
        let mut joined = HashSet::new();
        let mut written = HashSet::new();
        for number in 0..100_000 {
            let name = person(number * 79, 5);
            assert!(joined.insert(name.first + &name.last), "{number}");
            assert!(written.insert(name.written), "{number}");
        }
        let names: HashSet<_> = (0..COMPANIES).map(|number| company(number, 5).0).collect();
        assert_eq!(names.len() as u64, COMPANIES);
    }

    #[test]
    fn names_come_in_several_scripts() {
        let count = |test: fn(char) -> bool| {
            (0..2_000).filter(|number| person(*number, 1).written.chars().any(test)).count()
        };
        assert!(count(|c| ('а'..='я').contains(&c)) > 40);
        assert!(count(|c| ('α'..='ω').contains(&c)) > 20);
        assert!(count(|c| "áéíö".contains(c)) > 100);
    }
}
