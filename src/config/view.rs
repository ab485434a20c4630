//! `[[view]]`: filters and orders under a name. Must not know who shows them.

use super::{
    ConfigError, check,
    error::{Input, unknown},
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub name: String,
    pub filter: Filter,
    pub list: List,
}

/// What it lists, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Accounts(AccountSort),
    People(PersonSort),
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
        views.push(View { name: given.name, filter, list });
    }
    Ok(views)
}
