//! Who uses a domain, and what that says of the domain; who is said to work where. Must not know accounts.

use std::collections::{BTreeMap, HashMap};

use crate::{
    domain::{
        person::{Ground, Nature},
        record::Record,
        time::Day,
    },
    journey::{
        identify::{Known, People, names},
        lists,
    },
};

use super::Mail;

/// A person who uses a domain, with the local parts they use there.
pub(super) struct User<'a> {
    pub(super) person: u32,
    locals: Vec<&'a str>,
}

/// The users of each domain, domains in alphabetical order.
pub(super) fn users<'a>(mails: &'a [Mail], people: &People) -> BTreeMap<&'a str, Vec<User<'a>>> {
    debug_assert!(mails.iter().all(|mail| (mail.person as usize) < people.persons.len()));
    let mut users: BTreeMap<&str, Vec<User<'_>>> = BTreeMap::new();
    for mail in mails {
        let domains =
            [mail.raw.as_deref(), mail.proper.as_deref().filter(|p| Some(*p) != mail.raw.as_deref())];
        for (place, domain) in domains.into_iter().enumerate() {
            let Some(domain) = domain else { continue };
            let list = users.entry(domain).or_default();
            if list.last().is_none_or(|last| last.person != mail.person) {
                list.push(User { person: mail.person, locals: Vec::new() });
            }
            if let (0, Some(user)) = (place, list.last_mut()) {
                user.locals.push(&mail.local);
            }
        }
    }
    users
}

/// Whether a domain is one human's, or one family's: it holds a word of the name of its only user, or of
/// all who use it under full names; or its only user's local part is `me`, `hi` and the like.
pub(super) fn is_personal(domain: &str, users: &[User<'_>], people: &People) -> bool {
    let label = names::joined_local(domain.split('.').next().unwrap_or(domain));
    let whole: String = domain.chars().filter(char::is_ascii_alphanumeric).collect();
    let words: Vec<String> =
        users.iter().map(|user| names::words(&people.persons[user.person as usize].name)).collect();
    if let [user] = users {
        return words[0].split(' ').any(|word| holds(&label, word) || word.len() > 4 && holds(&whole, word))
            || user.locals.iter().any(|local| lists::is_personal_local(local) || is_label(local, &label));
    }
    let full: Vec<&String> = words.iter().filter(|words| names::is_full(words)).collect();
    full.first().is_some_and(|first| {
        first.split(' ').any(|word| {
            word.len() >= 4
                && label.contains(word)
                && full.iter().all(|other| other.split(' ').any(|w| w == word))
        })
    }) && users.len() <= 6
}

fn holds(label: &str, word: &str) -> bool {
    word.chars().count() >= 3 && label.contains(word)
}

/// `zed@zed.example`: a human who is called like the domain.
fn is_label(local: &str, label: &str) -> bool {
    let local = names::joined_local(local);
    local.len() >= 2 && local == label
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
