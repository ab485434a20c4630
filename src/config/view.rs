//! `[[view]]`: filters and orders under a name, the user's own and those of `assets/views.toml`. Must not know who
//! shows them.

use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use super::{
    Config, ConfigError, check,
    error::{Input, nearest, unknown},
    read::{Table, section, tables},
    shape,
};
use crate::domain::{
    account::words,
    filter::{self, Filter, Over},
    query::{AccountSort, PersonSort},
};

words! {
    /// What a view lists.
    Screen { Accounts = "accounts", People = "people" }
}

#[expect(clippy::derivable_impls, reason = "the words of a closed list are declared without a default")]
impl Default for Screen {
    fn default() -> Self {
        Self::Accounts
    }
}

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub name: String,
    /// The filter as it is written.
    pub text: String,
    pub filter: Filter,
    pub list: List,
}

/// What it lists, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum List {
    Accounts(AccountSort),
    People(PersonSort),
}

impl List {
    /// What its filter speaks of.
    pub const fn over(self) -> Over {
        match self {
            Self::Accounts(_) => Over::Accounts,
            Self::People(_) => Over::People,
        }
    }

    /// The word of its order.
    pub const fn order(self) -> &'static str {
        match self {
            Self::Accounts(sort) => sort.text(),
            Self::People(sort) => sort.text(),
        }
    }
}

impl View {
    /// The view that a word means among all: its number from 1, or its name in whatever case, or the only one that
    /// begins so. The error names the nearest.
    pub fn find<'a>(all: &'a [Self], word: &str) -> Result<&'a Self, String> {
        let word = word.trim();
        let numbered = word.parse::<usize>().ok().and_then(|number| all.get(number.checked_sub(1)?));
        let lower = word.to_lowercase();
        let same = || all.iter().find(|view| view.name.to_lowercase() == lower);
        let begins = || {
            let mut views = all.iter().filter(|view| view.name.to_lowercase().starts_with(&lower));
            views.next().filter(|_| !lower.is_empty() && views.next().is_none())
        };
        numbered.or_else(same).or_else(begins).ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|view| view.name.as_str()).collect();
            let way = nearest(word, &names).map_or_else(
                || format!("; there are {}", names.join(", ")),
                |near| format!(", did you mean `{near}`?"),
            );
            format!("there is no view `{word}`{way}")
        })
    }
}

impl Config {
    /// The user's own views, then those that ship with the program, but for those of the same name.
    pub fn all_views(&self) -> Vec<View> {
        let mut views = self.views.clone();
        views.extend(ours().into_iter().filter(|ours| self.views.iter().all(|own| own.name != ours.name)));
        views
    }
}

/// The views that ship with the program; what is wrong with the file shows as none, and in a test.
fn ours() -> Vec<View> {
    parse(include_str!("../../assets/views.toml"), Path::new("views.toml")).unwrap_or_default()
}

fn parse(text: &str, path: &Path) -> Result<Vec<View>, ConfigError> {
    let input = Input { path, text };
    let file = DeTable::parse(text).map_err(|error| input.toml(&error, ""))?.into_inner();
    file.into_iter()
        .map(|(_, value)| read(&input, value))
        .collect::<Result<Vec<_>, _>>()
        .map(|all| all.concat())
}

/// In the order of the file.
pub(super) fn read(input: &Input<'_>, value: Table<'_>) -> Result<Vec<View>, ConfigError> {
    let mut views: Vec<View> = Vec::new();
    for table in tables(input, value, "view")? {
        let name = check::named(&table, "[[view]]");
        check::word(input, &table, "screen", Screen::ALL, Screen::text, &name)?;
        let at = table.clone();
        let wrong = |key: &str, why: String| Err(input.error(Some(check::place(&at, &[key])), why));
        let given: shape::View = section(input, table, &name)?;
        if given.name.trim().is_empty() {
            return wrong("name", "a [[view]] without a name".to_owned());
        }
        if views.iter().any(|other| other.name == given.name) {
            return wrong("name", format!("two views are named \"{}\"", given.name));
        }
        let over = match given.screen {
            Screen::Accounts => Over::Accounts,
            Screen::People => Over::People,
        };
        let filter = match filter::parse(&given.filter, over) {
            Ok(filter) => filter,
            Err(error) => {
                return wrong("filter", format!("{error} (at {} of the filter in {name})", error.at + 1));
            }
        };
        let (list, words) = match given.screen {
            Screen::Accounts => (
                given.sort.as_deref().map_or(Some(AccountSort::Last), AccountSort::parse).map(List::Accounts),
                AccountSort::ALL.iter().map(|sort| sort.text()).collect::<Vec<_>>(),
            ),
            Screen::People => (
                given.sort.as_deref().map_or(Some(PersonSort::Last), PersonSort::parse).map(List::People),
                PersonSort::ALL.iter().map(|sort| sort.text()).collect(),
            ),
        };
        let Some(list) = list else {
            let found = given.sort.unwrap_or_default();
            return wrong("sort", unknown("sort", &found, &format!(" in {name}"), &words));
        };
        let text = given.filter.trim().to_owned();
        views.push(View { name: given.name.trim().to_owned(), text, filter, list });
    }
    Ok(views)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_views_that_ship_with_the_program_are_all_right_and_yours_come_first() {
        let all = parse(include_str!("../../assets/views.toml"), Path::new("views.toml")).unwrap();
        assert!(all.len() >= 8, "{}", all.len());
        let mine = "[[view]]\nname = \"Mine\"\n[[view]]\nname = \"Blocked\"\nfilter = \"has:blocker acme\"\n";
        let config = Config::parse(mine, Path::new("config.toml")).unwrap();
        let views = config.all_views();
        let names: Vec<_> = views.iter().map(|view| view.name.as_str()).take(3).collect();
        assert_eq!(names, ["Mine", "Blocked", "Rising"]);
        assert_eq!(views.len(), all.len() + 1);
    }

    #[test]
    fn a_view_is_found_by_its_number_its_name_or_how_it_begins() {
        let all = ours();
        for (word, name) in [
            ("1", "Rising"),
            ("rising", "Rising"),
            ("New this month", "New this month"),
            ("con", "Consensus"),
        ] {
            assert_eq!(View::find(&all, word).unwrap().name, name, "{word}");
        }
        assert_eq!(
            View::find(&all, "Rsing").unwrap_err(),
            "there is no view `Rsing`, did you mean `Rising`?"
        );
        for wrong in ["0", "99", "", "New"] {
            assert!(View::find(&all, wrong).is_err(), "{wrong}");
        }
    }
}
