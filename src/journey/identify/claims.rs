//! What sources say of two of their identities: the login of a merge, one line of a role file. Must not
//! know how people are linked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    domain::{
        identity::KnownIdentity,
        person::LinkRule,
        record::{ClaimRule, Record},
    },
    journey::lists,
};

use super::{face::Face, keys::Group, names};

/// The claims that hold, as pairs.
pub(crate) fn groups(
    faces: &[Face],
    known: &[&KnownIdentity],
    records: &[(u16, Vec<u8>, Record)],
) -> Vec<Group> {
    let claims: Vec<_> = records
        .iter()
        .filter_map(|(source, _, record)| match record {
            Record::Claim(claim) => Some((*source, claim)),
            _ => None,
        })
        .collect();
    if claims.is_empty() {
        return Vec::new();
    }
    let places: HashMap<(u16, &str), u32> =
        (0_u32..).zip(known).map(|(at, known)| ((known.source, known.profile.native.as_str()), at)).collect();
    let mut merges: BTreeSet<(u32, u32)> = BTreeSet::new();
    let mut pairs: BTreeSet<(LinkRule, u32, u32)> = BTreeSet::new();
    for (source, claim) in claims {
        let place =
            |native: &str| places.get(&(source, native)).copied().filter(|at| !faces[*at as usize].bot);
        if let (Some(a), Some(b)) = (place(&claim.a), place(&claim.b)) {
            match claim.rule {
                ClaimRule::MergeLogin => {
                    merges.insert((a, b));
                }
                ClaimRule::RoleFile if a != b => {
                    pairs.insert((LinkRule::RoleFile, a.min(b), a.max(b)));
                }
                ClaimRule::RoleFile => {}
            }
        }
    }
    for (a, b) in agreed(&merges, faces, known) {
        pairs.insert((LinkRule::MergeLogin, a.min(b), a.max(b)));
    }
    pairs.into_iter().map(|(rule, a, b)| Group { rule, members: vec![a, b], by_login: false }).collect()
}

/// Merges hold when all merges of an e-mail name the same login, and when those whom a login is said to
/// be are no strangers: of strangers only those hold of whom the login speaks. Whoever is said to be a
/// login counts as a stranger, also where their own merges disagree: an organisation's login is named by
/// many who have another one of their own. A company's login, whose fork somebody merged from, is nobody's.
fn agreed(merges: &BTreeSet<(u32, u32)>, faces: &[Face], known: &[&KnownIdentity]) -> Vec<(u32, u32)> {
    let login = |at: u32| {
        let profile = &known[at as usize].profile;
        let handle = profile.handle.as_deref().unwrap_or(&profile.native);
        (profile.forge.as_deref(), handle.trim_start_matches('@').to_lowercase())
    };
    let mut by_email: BTreeMap<&str, BTreeSet<_>> = BTreeMap::new();
    let mut by_login: BTreeMap<_, Vec<(u32, u32)>> = BTreeMap::new();
    for (a, b) in merges {
        by_email.entry(&faces[*a as usize].email).or_default().insert(login(*b));
        by_login.entry(login(*b)).or_default().push((*a, *b));
    }
    let labels = labels(faces);
    let mut held = Vec::new();
    for ((_, handle), claims) in by_login {
        let full = |(at, _): &(u32, u32)| {
            Some(&faces[*at as usize]).filter(|face| face.full).map(|face| face.words.as_str())
        };
        let said: BTreeSet<&str> = claims.iter().filter_map(full).collect();
        let said: Vec<&str> = said.into_iter().collect();
        let strangers = names::strangers(&said) > 1;
        let bearers = labels.get(names::joined_local(&handle).as_str());
        held.extend(claims.into_iter().filter(|(a, _)| {
            let face = &faces[*a as usize];
            let agreed = by_email.get(face.email.as_str()).is_some_and(|logins| logins.len() == 1);
            let speaks = || names::speaks_of(&handle, &face.words) || names::is_alike(&handle, face.local());
            let others = || bearers.is_some_and(|names| names.iter().any(|name| is_other(name, face)));
            agreed
                && !face.email.is_empty()
                && !is_of_company(&handle, face)
                && (speaks() || !(strangers || others()))
        }));
    }
    held
}

/// Who uses the domains of the wide world, by the domains' own labels: full names.
fn labels(faces: &[Face]) -> HashMap<String, BTreeSet<&str>> {
    let mut labels: HashMap<String, BTreeSet<&str>> = HashMap::new();
    for face in faces.iter().filter(|face| face.full && !face.bot && !lists::is_provider(face.domain())) {
        let label = psl::domain_str(face.domain()).and_then(|domain| domain.split('.').next());
        if let Some(label) = label {
            labels.entry(names::joined_local(label)).or_default().insert(face.words.as_str());
        }
    }
    labels
}

/// Whether a full name is surely not this one's: neither bears the other's last name.
fn is_other(name: &str, face: &Face) -> bool {
    let bears = |name: &str, other: &str| name.split(' ').next_back().is_some_and(|last| holds(other, last));
    if face.full {
        name.is_ascii() == face.words.is_ascii() && !bears(name, &face.words) && !bears(&face.words, name)
    } else {
        !names::speaks_of(face.local(), name)
    }
}

fn holds(words: &str, word: &str) -> bool {
    words.split(' ').any(|one| one == word)
}

/// Whether a login is a company's: its name, as in the domain of the e-mail, and more (`acmehq`).
fn is_of_company(handle: &str, face: &Face) -> bool {
    let label = face.domain().split('.').next().unwrap_or_default();
    let more = handle.strip_prefix(label).map(|rest| rest.trim_start_matches('-'));
    label.len() >= 3
        && more.is_some_and(|more| ["hq", "io", "inc", "labs", "org", "dev", "oss"].contains(&more))
}
