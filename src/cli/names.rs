//! What a NAME of the command line means: exactly one thing, or an error with the candidates. Must not know
//! how names are looked up.

use super::{
    pages::unexpected,
    session::{CliError, Failure, Session},
};
use crate::{
    domain::{
        account::AccountRow,
        filter::{Filter, Term, Test},
        ids::{AccountId, IdentityId, PersonId},
        person::PersonDetail,
        query::{AccountSort, At, Meaning, PersonSort, When, Window},
        text,
    },
    jobs::read::{Query, Reply},
};

/// How many candidates or near names are shown.
const SHOWN: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Account,
    Person,
    Either,
}

/// The one account that a name means.
pub fn account(session: &mut dyn Session, name: &str) -> Result<AccountId, CliError> {
    match one(session, name, Wanted::Account)? {
        Meaning::Account { id, .. } => Ok(id),
        Meaning::Person { .. } => Err(Failure::usage(format!("{} is a person", quoted(name))).into()),
    }
}

/// The one person that a name means.
pub fn person(session: &mut dyn Session, name: &str) -> Result<PersonId, CliError> {
    match one(session, name, Wanted::Person)? {
        Meaning::Person { id, .. } => Ok(id),
        Meaning::Account { .. } => Err(Failure::usage(format!("{} is an account", quoted(name))).into()),
    }
}

/// The one account or person that a name means.
pub fn either(session: &mut dyn Session, name: &str) -> Result<Meaning, CliError> {
    one(session, name, Wanted::Either)
}

/// The company that a name means, as decisions keep it: the first domain of the account, else its name. `None`: no
/// account is called like this. An id must be known.
pub fn company(session: &mut dyn Session, name: &str) -> Result<Option<String>, CliError> {
    let (said, bare) = prefix(name);
    if said == Some(Wanted::Person) {
        return Err(Failure::usage(format!("{} is not an account", quoted(name))).into());
    }
    let meanings = match session.ask(Query::Resolve { name: bare.to_owned() }) {
        Reply::Resolve(meanings) => meanings,
        other => return Err(unexpected(other).into()),
    };
    let known = meanings.iter().any(|meaning| matches!(meaning, Meaning::Account { .. }));
    if !known && said.is_none() && AccountId::parse(bare).is_none() {
        return Ok(None);
    }
    let id = account(session, name)?;
    match session.ask(Query::Account { id, when: When::now(session.today()) }) {
        Reply::Account(Some(detail)) => {
            let AccountRow { domains, name, .. } = detail.row;
            Ok(Some(domains.into_iter().next().unwrap_or(name)))
        }
        Reply::Account(None) => Err(Failure::usage("this account is no longer there").into()),
        other => Err(unexpected(other).into()),
    }
}

/// The identity that a name means: the one that is named itself, else the person's earliest one.
pub fn identity(session: &mut dyn Session, name: &str) -> Result<IdentityId, CliError> {
    let person = person(session, name)?;
    let detail = match session.ask(Query::Person { id: person, when: When::now(session.today()) }) {
        Reply::Person(detail) => detail,
        other => return Err(unexpected(other).into()),
    };
    let (_, name) = prefix(name);
    let named = detail.as_deref().and_then(|detail| named_identity(detail, name));
    Ok(named.unwrap_or(IdentityId(person.0)))
}

fn named_identity(detail: &PersonDetail, name: &str) -> Option<IdentityId> {
    let is_named = |handle: &Option<String>, source: &str| {
        let (at, named) = name.split_once(':').unwrap_or(("", name));
        (at.is_empty() || at == source)
            && handle
                .as_deref()
                .is_some_and(|handle| handle.eq_ignore_ascii_case(named.trim_start_matches('@')))
    };
    let mut found = detail.identities.iter().filter(|identity| {
        IdentityId::parse(name) == Some(identity.id)
            || identity.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(name))
            || is_named(&identity.handle, &identity.source)
    });
    found.next().map(|identity| identity.id)
}

fn one(session: &mut dyn Session, name: &str, wanted: Wanted) -> Result<Meaning, CliError> {
    let (said, bare) = prefix(name);
    let wanted = match (said, wanted) {
        (Some(said), Wanted::Either) => said,
        (Some(said), wanted) if said != wanted => {
            let noun = if wanted == Wanted::Account { "an account" } else { "a person" };
            return Err(Failure::usage(format!("{} is not {noun}", quoted(name))).into());
        }
        (_, wanted) => wanted,
    };
    let mut meanings = match session.ask(Query::Resolve { name: bare.to_owned() }) {
        Reply::Resolve(meanings) => meanings,
        other => return Err(unexpected(other).into()),
    };
    meanings.retain(|meaning| match meaning {
        Meaning::Account { .. } => wanted != Wanted::Person,
        Meaning::Person { .. } => wanted != Wanted::Account,
    });
    match meanings.as_slice() {
        [] => Err(unknown(session, bare, wanted).into()),
        [_] => Ok(meanings.remove(0)),
        _ => Err(ambiguous(name, &meanings).into()),
    }
}

/// Takes `account:` or `member:` off a name.
fn prefix(name: &str) -> (Option<Wanted>, &str) {
    for (said, wanted) in [("account:", Wanted::Account), ("member:", Wanted::Person)] {
        if let Some(bare) = name.strip_prefix(said).filter(|bare| !bare.is_empty()) {
            return (Some(wanted), bare);
        }
    }
    (None, name)
}

fn ambiguous(name: &str, meanings: &[Meaning]) -> Failure {
    let mut message = format!("{} may mean any of {}; name one by its id:", quoted(name), meanings.len());
    for meaning in meanings.iter().take(SHOWN) {
        let candidate = match meaning {
            Meaning::Account { id, name } => format!("\n  {id}  account  {name}"),
            Meaning::Person { id, name } => format!("\n  {id}  member   {name}"),
        };
        message.push_str(&candidate);
    }
    if meanings.len() > SHOWN {
        message.push_str("\n  …");
    }
    Failure::usage(message)
}

/// Nothing has this name: names the nearest ones, looked for by its first word and then its first letters.
fn unknown(session: &mut dyn Session, name: &str, wanted: Wanted) -> Failure {
    let noun = match wanted {
        Wanted::Account => "account",
        Wanted::Person => "person",
        Wanted::Either => "account or person",
    };
    let failure = Failure::usage(format!("no {noun} is called {}", quoted(name)));
    let whole = name.split(['.', '@', ' ']).next().unwrap_or(name);
    let first: String = whole.chars().take(3).collect();
    let near =
        [whole, &first].into_iter().map(|word| alike(session, word, name, wanted)).find(|n| !n.is_empty());
    match near {
        Some(near) => failure.hint(format!("did you mean {}?", near.join(", "))),
        None => failure.hint("a name is an id, a domain, source:handle or an exact name"),
    }
}

/// At most three quoted names that hold the letters of `word`, those most like `name` first.
fn alike(session: &mut dyn Session, word: &str, name: &str, wanted: Wanted) -> Vec<String> {
    if word.is_empty() {
        return Vec::new();
    }
    let filter = Filter { terms: vec![Term { negated: false, test: Test::Name(word.to_owned()) }] };
    let window = Window { at: At::First, limit: 50 };
    let today = session.today();
    let mut names = Vec::new();
    if wanted != Wanted::Person {
        let (filter, window, sort) = (filter.clone(), window.clone(), AccountSort::Last);
        if let Reply::Accounts(slice) =
            session.ask(Query::Accounts { filter, sort, all: true, when: When::now(today), window })
        {
            names.extend(slice.rows.into_iter().map(|(_, row)| row.name));
        }
    }
    if wanted != Wanted::Account {
        let sort = PersonSort::Last;
        if let Reply::People(slice) =
            session.ask(Query::People { filter, sort, when: When::now(today), window })
        {
            names.extend(slice.rows.into_iter().map(|(_, row)| row.name));
        }
    }
    let folded = text::fold(name);
    names.sort_by_cached_key(|near| (strsim::osa_distance(&folded, &text::fold(near)), near.clone()));
    names.dedup();
    names.iter().take(3).map(|name| quoted(name)).collect()
}

fn quoted(name: &str) -> String {
    format!("`{}`", text::name(name))
}
