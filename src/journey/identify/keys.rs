//! From identities to candidates: who shares a key with whom. Must not know which candidates are accepted.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    hash::Hash,
};

use crate::domain::{identity::KnownIdentity, person::LinkRule};

use super::{face::Face, mailmap::Mailmap, names};

/// A name borne by more people than this says nothing.
pub(crate) const COMMON: usize = 50;
/// The shortest joined name that is looked for among local parts.
const ADDRESS_LETTERS: usize = 8;

/// Something that keeps identities apart when it differs: an account at a forge or a `.mailmap` person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) scope: Scope,
    pub(crate) value: u32,
}

/// Within what a mark is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// The number of an account at the forge.
    AccountId(u32),
    /// The login at the forge.
    Login(u32),
    /// The proper address in the `.mailmap` of the source.
    Mailmap(u16),
}

/// Identities (by place) that share a key; ascending, two at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) rule: LinkRule,
    pub(crate) members: Vec<u32>,
    /// Whether the key is a login, which may have changed hands.
    pub(crate) by_login: bool,
}

/// All that identities have in common, and what keeps them apart.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// By rule, then by first member.
    pub(crate) groups: Vec<Group>,
    /// For each identity, ascending.
    pub(crate) marks: Vec<Vec<Mark>>,
    /// Two identities of a mailbox that three or more strangers use.
    pub(crate) shared: Vec<(u32, u32)>,
}

/// Numbers for keys, in order of their first appearance.
struct Intern<K>(HashMap<K, u32>);

impl<K: Eq + Hash> Intern<K> {
    fn new() -> Self {
        Self(HashMap::new())
    }

    fn number(&mut self, key: K) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(key).or_insert(next)
    }
}

/// One identity's hold on one key: the rule, whether the key is a login, the key, the identity's place.
type Hold = (LinkRule, bool, u32, u32);

pub(crate) fn candidates(faces: &[Face], known: &[&KnownIdentity], mailmap: &Mailmap<'_>) -> Candidates {
    let mut holds = Vec::with_capacity(faces.len() * 3);
    let mut marks = vec![Vec::new(); faces.len()];
    logins(faces, known, &mut holds, &mut marks);
    let shared = emails(faces, known, mailmap, &mut holds, &mut marks);
    full_names(faces, known, &mut holds);
    for marks in &mut marks {
        marks.sort_unstable();
        marks.dedup();
    }
    holds.sort_unstable();
    holds.dedup();
    let groups = holds
        .chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2))
        .filter(|chunk| chunk.len() > 1)
        .map(|chunk| Group {
            rule: chunk[0].0,
            by_login: chunk[0].1,
            members: chunk.iter().map(|hold| hold.3).collect(),
        })
        .collect();
    let mut found = Candidates { groups, marks, shared };
    found.order();
    found
}

impl Candidates {
    /// Brings groups into the fixed order: strength of the rule, then ledger numbers.
    pub(crate) fn order(&mut self) {
        self.groups.sort_by(|a, b| (a.rule, &a.members).cmp(&(b.rule, &b.members)));
    }
}

fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn logins(faces: &[Face], known: &[&KnownIdentity], holds: &mut Vec<Hold>, marks: &mut [Vec<Mark>]) {
    let mut forges = Intern::new();
    let mut accounts = Intern::new();
    for (index, face) in faces.iter().enumerate().filter(|(_, face)| !face.bot) {
        for login in face.logins(known[index]) {
            let forge = forges.number(login.forge);
            let rule = if login.noreply { LinkRule::Noreply } else { LinkRule::SameAccount };
            let mut hold = |name: Option<String>, by_login: bool| {
                let Some(name) = name else { return };
                let value = accounts.number((forge, by_login, name));
                let scope = if by_login { Scope::Login(forge) } else { Scope::AccountId(forge) };
                marks[index].push(Mark { scope, value });
                // An address that the forge made up meets both the others of its kind and stated logins.
                holds.push((LinkRule::Noreply, by_login, value, place(index)));
                if rule == LinkRule::SameAccount {
                    holds.push((rule, by_login, value, place(index)));
                }
            };
            hold(login.account_id, false);
            hold(login.handle, true);
        }
    }
}

/// Same raw address, and the address that `.mailmap` names. Returns the shared mailboxes.
fn emails(
    faces: &[Face],
    known: &[&KnownIdentity],
    mailmap: &Mailmap<'_>,
    holds: &mut Vec<Hold>,
    marks: &mut [Vec<Mark>],
) -> Vec<(u32, u32)> {
    let mut keys = Intern::new();
    let mut raw: Vec<(u32, u32)> = Vec::with_capacity(faces.len());
    for (index, face) in faces.iter().enumerate() {
        if !face.bot && face.is_reachable() {
            raw.push((keys.number(Cow::Borrowed(face.email.as_str())), place(index)));
        }
    }
    let proper_places = proper(faces, known, mailmap, &mut keys, marks);
    raw.sort_unstable();
    let mut shared = Vec::new();
    let mut shared_keys = HashSet::new();
    for chunk in raw.chunk_by(|a, b| a.0 == b.0) {
        if let Some(pair) = strangers(chunk, faces) {
            shared.push(pair);
            shared_keys.insert(chunk[0].0);
            continue;
        }
        let profile = chunk.iter().any(|(_, at)| known[*at as usize].profile.handle.is_some());
        let rule = if profile { LinkRule::ProfileEmail } else { LinkRule::SameEmail };
        holds.extend(chunk.iter().map(|(key, at)| (rule, false, *key, *at)));
    }
    if proper_places.is_empty() {
        return shared;
    }
    let meant: HashSet<u32> = proper_places.iter().map(|(key, _)| *key).collect();
    let mapped: HashSet<u32> = proper_places.iter().map(|(_, at)| *at).collect();
    let same = raw
        .iter()
        .filter(|(key, at)| meant.contains(key) && !mapped.contains(at) && !shared_keys.contains(key));
    holds.extend(proper_places.iter().chain(same).map(|(key, at)| (LinkRule::Mailmap, false, *key, *at)));
    shared
}

/// The proper address of each identity that a `.mailmap` speaks of, and the marks that follow.
fn proper<'a>(
    faces: &'a [Face],
    known: &[&KnownIdentity],
    mailmap: &Mailmap<'_>,
    keys: &mut Intern<Cow<'a, str>>,
    marks: &mut [Vec<Mark>],
) -> Vec<(u32, u32)> {
    let mut places = Vec::new();
    if mailmap.is_empty() {
        return places;
    }
    let people: HashSet<(u16, String)> = mailmap.addresses().collect();
    for (index, face) in faces.iter().enumerate().filter(|(_, face)| !face.bot && !face.email.is_empty()) {
        let name = known[index].profile.name.as_deref();
        let proper = mailmap.proper(face.source, name, &face.email);
        let is_mapped = proper.is_some();
        let email = proper.map_or_else(|| face.email.clone(), |proper| proper.email);
        if is_mapped || people.contains(&(face.source, email.clone())) {
            let value = keys.number(Cow::Owned(email));
            marks[index].push(Mark { scope: Scope::Mailmap(face.source), value });
            if is_mapped {
                places.push((value, place(index)));
            }
        }
    }
    places
}

/// Two users of a mailbox that three or more strangers use under full names.
fn strangers(users: &[(u32, u32)], faces: &[Face]) -> Option<(u32, u32)> {
    if users.len() < 3 {
        return None;
    }
    let mut named: Vec<(&str, u32)> = users
        .iter()
        .map(|(_, at)| (&faces[*at as usize], *at))
        .filter(|(face, _)| face.full)
        .map(|(face, at)| (face.words.as_str(), at))
        .collect();
    named.sort_unstable();
    named.dedup_by_key(|(name, _)| *name);
    let list: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
    (names::strangers(&list) >= 3).then(|| {
        let mut places: Vec<u32> = named.iter().map(|(_, at)| *at).collect();
        places.sort_unstable();
        (places[0], places[1])
    })
}

/// The same full name, and a full name that is somebody's address.
fn full_names(faces: &[Face], known: &[&KnownIdentity], holds: &mut Vec<Hold>) {
    let mut by_name = Intern::new();
    let mut by_joined: HashMap<String, (u32, &str)> = HashMap::new();
    for (index, face) in faces.iter().enumerate().filter(|(_, face)| !face.bot && face.full) {
        let key = by_name.number(face.words.as_str());
        holds.push((LinkRule::SameName, false, key, place(index)));
        let name = known[index].profile.name.as_deref().unwrap_or_default();
        for words in [Some(face.words.clone()), names::words_in_two_letters(name)].into_iter().flatten() {
            let joined = names::joined(&words);
            if joined.chars().count() >= ADDRESS_LETTERS {
                let next = place(by_joined.len());
                let (key, _) = *by_joined.entry(joined).or_insert((next, &face.words));
                holds.push((LinkRule::NameIsAddress, false, key, place(index)));
            }
        }
    }
    for (index, face) in faces.iter().enumerate().filter(|(_, face)| !face.bot) {
        // Of a login that only a text names, as a role file does, there is nothing else to go by.
        let bare = bare_login(face, known[index]);
        let local = bare.as_deref().or_else(|| face.hidden().map(|hidden| hidden.login.unwrap_or_default()));
        let local = names::without_outside_mark(local.unwrap_or_else(|| face.local()));
        if local.len() < ADDRESS_LETTERS || !(bare.is_some() || face.is_reachable()) {
            continue;
        }
        if let Some((key, words)) = by_joined.get(&names::joined_local(local))
            && (!face.full || names::related(&face.words, words))
        {
            holds.push((LinkRule::NameIsAddress, false, *key, place(index)));
        }
    }
}

/// The login of an identity that has neither a name nor an address.
fn bare_login(face: &Face, known: &KnownIdentity) -> Option<String> {
    let handle = known.profile.handle.as_deref()?;
    (face.email.is_empty() && known.profile.name.is_none()).then(|| handle.to_lowercase())
}
