//! Who uses a domain, and what that says of the domain; who is said to work where. Must not know accounts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    domain::{
        person::{Ground, Nature},
        record::Record,
        text,
        time::Day,
    },
    journey::{
        identify::{Known, People, by_ledger, face::clean, names},
        lists,
    },
};

use super::Mail;

/// A person who uses a domain, with the local parts they use there.
pub(super) struct User<'a> {
    pub(super) person: u32,
    locals: Vec<&'a str>,
    /// Logins that are surely theirs: of addresses that a forge made up, or borne under several domains.
    logins: &'a [String],
}

/// The logins that are surely a person's own, by person: those of addresses that a forge made up, and those
/// of who writes from several domains. A merge alone may name a company's login.
pub(super) fn sure_logins(known: &Known<'_>, people: &People, mails: &[Mail]) -> Vec<Vec<String>> {
    let sorted = by_ledger(known.identities);
    let of_person = |seqs: &Vec<u32>| {
        let (mut sure, mut claimed, mut domains) = (Vec::new(), Vec::new(), BTreeSet::new());
        for seq in seqs {
            let Ok(at) = sorted.binary_search_by_key(seq, |one| one.seq) else { continue };
            let profile = &sorted[at].profile;
            claimed.extend(profile.handle.as_deref().map(str::to_lowercase));
            let email = profile.email.as_deref().map(clean).unwrap_or_default();
            let Some((local, domain)) = email.rsplit_once('@') else { continue };
            match lists::hidden_address(local, domain) {
                Some(hidden) => sure.extend(hidden.login.map(str::to_owned)),
                None => {
                    domains.insert(domain.to_owned());
                }
            }
        }
        if domains.len() > 1 {
            sure.append(&mut claimed);
        }
        sure
    };
    let mut logins = vec![Vec::new(); people.persons.len()];
    for same in mails.chunk_by(|a, b| a.person == b.person) {
        let person = same[0].person as usize;
        logins[person] = of_person(&people.persons[person].identities);
    }
    logins
}

/// The users of each domain, domains in alphabetical order.
pub(super) fn users<'a>(
    mails: &'a [Mail],
    people: &People,
    logins: &'a [Vec<String>],
) -> BTreeMap<&'a str, Vec<User<'a>>> {
    debug_assert!(mails.iter().all(|mail| (mail.person as usize) < people.persons.len()));
    let mut users: BTreeMap<&str, Vec<User<'_>>> = BTreeMap::new();
    for mail in mails {
        let domains =
            [mail.raw.as_deref(), mail.proper.as_deref().filter(|p| Some(*p) != mail.raw.as_deref())];
        for (place, domain) in domains.into_iter().enumerate() {
            let Some(domain) = domain else { continue };
            let list = users.entry(domain).or_default();
            if list.last().is_none_or(|last| last.person != mail.person) {
                let logins = &logins[mail.person as usize];
                list.push(User { person: mail.person, locals: Vec::new(), logins });
            }
            if let (0, Some(user)) = (place, list.last_mut()) {
                user.locals.push(&mail.local);
            }
        }
    }
    users
}

/// Whether a domain is one human's, or one family's. Of its only user: it holds a word of their name or is
/// the beginning of one; their local part is `me`, `hi` and the like; the local part or a login is the
/// domain's name. Of more: it holds a word that all full names among them share.
pub(super) fn is_personal(domain: &str, users: &[User<'_>], people: &People) -> bool {
    let label = names::joined_local(domain.split('.').next().unwrap_or(domain));
    let whole: String = domain.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = |user: &User<'_>| people.persons[user.person as usize].name.as_str();
    if let [user] = users {
        return is_named_after(&label, &whole, name(user))
            || user.locals.iter().any(|local| lists::is_personal_local(local))
            || user.locals.iter().any(|local| is_label(local, &label, &whole))
            || user.logins.iter().any(|login| is_label(login, &label, &whole));
    }
    let words: Vec<String> = users.iter().map(|user| names::words(name(user))).collect();
    let full: Vec<&String> = words.iter().filter(|words| names::is_full(words)).collect();
    full.first().is_some_and(|first| {
        first.split(' ').any(|word| {
            word.len() >= 4
                && label.contains(word)
                && full.iter().all(|other| other.split(' ').any(|w| w == word))
        })
    }) && users.len() <= 6
}

/// `ann-lee.example`, `annlee.example` (or `annl.ee`) of Ann Lee, `mil.dev` of Ann Miller. A handle is one
/// word: the company in `ann-acme` makes no domain Ann's.
fn is_named_after(label: &str, whole: &str, name: &str) -> bool {
    if !name.trim().contains(' ') {
        let handle = names::joined(&names::words(name));
        return holds(label, &handle)
            || (handle.len() > 4 && whole.contains(&handle))
            || is_label(&handle, label, whole);
    }
    let begins = if is_homely(whole) { 3 } else { 5 };
    let speaks = |words: &str| {
        words.split(' ').any(|word| {
            holds(label, word)
                || (word.len() > 4 && whole.contains(word))
                || (label.len() >= begins && word.starts_with(label))
        })
    };
    speaks(&names::words(name)) || names::words_in_two_letters(name).is_some_and(|words| speaks(&words))
}

/// Suffixes under which people live, rather than companies.
fn is_homely(whole: &str) -> bool {
    ["dev", "me", "name", "page", "email", "family"].iter().any(|suffix| whole.ends_with(suffix))
}

fn holds(label: &str, word: &str) -> bool {
    word.chars().count() >= 3 && label.contains(word)
}

/// `zed@zed.example`, `jzed@zed.example`, `zedex@zed.ex`: a human who is called like the domain, an initial
/// or two aside.
fn is_label(called: &str, label: &str, whole: &str) -> bool {
    let called = names::joined_local(&text::fold(called));
    let initials = called.strip_suffix(label).is_some_and(|rest| label.len() >= 4 && rest.len() <= 2);
    called.len() >= 2 && (called == label || called == whole || initials)
}

/// How many people there are that surely are different ones, and no one's mailbox like `me@` or `info@`:
/// who has no full name is not counted where they may be one who has.
pub(super) fn different(users: &[User<'_>], people: &People) -> usize {
    let name = |user: &User<'_>| people.persons[user.person as usize].name.as_str();
    let full_name = |user: &User<'_>| {
        let words = names::words(name(user));
        (name(user).trim().contains(' ') && names::is_full(&words)).then_some(words)
    };
    let full: BTreeSet<String> = users.iter().filter_map(full_name).collect();
    if full.len() > 1 {
        return full.len();
    }
    let counts = |user: &&User<'_>| {
        let nameless = user.locals.iter().all(|local| lists::is_personal_local(local));
        let called = || user.locals.iter().copied().chain([name(user)]);
        let known = || full.iter().any(|words| called().any(|handle| names::may_be_of(handle, words)));
        full_name(user).is_none() && (user.locals.is_empty() || !nameless) && !known()
    };
    full.len() + users.iter().filter(counts).count()
}

/// Somebody is said to work somewhere.
pub(in crate::journey) struct Statement<'a> {
    pub(in crate::journey) person: u32,
    pub(in crate::journey) company: &'a str,
    pub(in crate::journey) ground: Ground,
    pub(in crate::journey) from: Option<Day>,
    pub(in crate::journey) to: Option<Day>,
    pub(in crate::journey) crm: bool,
}

/// What contacts, affiliations and rosters say of humans; by source and key.
pub(in crate::journey) fn statements<'a>(known: &Known<'a>, people: &People) -> Vec<Statement<'a>> {
    let mut said: Vec<_> = known
        .records
        .iter()
        .filter_map(|(source, key, record)| match record {
            Record::Contact(contact) => {
                let company = contact.company.as_deref()?;
                Some((*source, key, &contact.identity, company, Ground::Crm, None, None))
            }
            Record::Affiliation(one) => {
                let ground = if one.project.is_some() { Ground::Roster } else { Ground::Affiliation };
                Some((*source, key, &one.identity, one.company.as_str(), ground, one.from, one.to))
            }
            _ => None,
        })
        .collect();
    if said.is_empty() {
        return Vec::new();
    }
    said.sort_unstable_by_key(|(source, key, ..)| (*source, *key));
    let seqs: HashMap<(u16, &str), u32> =
        known.identities.iter().map(|one| ((one.source, one.profile.native.as_str()), one.seq)).collect();
    let mut persons: HashMap<u32, u32> = HashMap::new();
    for (index, person) in (0_u32..).zip(&people.persons).filter(|(_, p)| p.nature == Nature::Human) {
        persons.extend(person.identities.iter().map(|seq| (*seq, index)));
    }
    said.into_iter()
        .filter_map(|(source, _, native, company, ground, from, to)| {
            let person = *persons.get(seqs.get(&(source, native.as_str()))?)?;
            Some(Statement { person, company, ground, from, to, crm: ground == Ground::Crm })
        })
        .collect()
}
