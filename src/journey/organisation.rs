//! Which organisations there are: from the domains of work e-mails, from the settings, and from companies
//! that sources name. Must not know activities.
//!
//! A domain is an account unless it belongs to a mail provider, a forge, a community, your own company, a
//! single human, or a family. One person alone makes it unconfirmed; two who surely are two, a decision, the
//! settings or a company record confirm it.

mod naming;
mod people_of;

use std::collections::{BTreeMap, HashMap};

use crate::domain::{
    account::Relation,
    decision::Verb,
    derived::AccountParts,
    ids::{AccountId, IdKey},
    person::Nature,
    settings::You,
};

use super::{
    identify::{
        Known, People, by_ledger,
        face::{clean, is_public, is_within},
        mailmap::Mailmap,
    },
    lists,
    membership::companies,
};

pub use naming::company_key;
use naming::{Named, NamedParts};
pub(in crate::journey) use people_of::statements;

/// The organisations, and how to find one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accounts {
    /// Those of the settings, then of company records, then by domain, then those known by name alone.
    pub list: Vec<AccountParts>,
    by_domain: HashMap<String, u32>,
    by_name: HashMap<String, u32>,
    /// By ledger number: the accounts of the raw and of the `.mailmap`'s address.
    mail: HashMap<u32, (Option<u32>, Option<u32>)>,
}

impl Accounts {
    /// The account of an identity's own e-mail, an index into `list`.
    pub fn of_identity(&self, seq: u32) -> Option<u32> {
        self.mail.get(&seq).and_then(|(raw, _)| *raw)
    }

    /// The account of the address that `.mailmap` names for an identity.
    pub fn of_proper_address(&self, seq: u32) -> Option<u32> {
        self.mail.get(&seq).and_then(|(_, proper)| *proper)
    }

    /// The account of a domain or of a subdomain of it.
    pub fn of_domain(&self, domain: &str) -> Option<u32> {
        let mut rest = domain;
        loop {
            if let Some(account) = self.by_domain.get(rest) {
                return Some(*account);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// The account that a company's name or domain means.
    pub fn of_company(&self, company: &str) -> Option<u32> {
        let text = clean(company);
        naming::as_domain(&text)
            .and_then(|domain| self.of_domain(domain))
            .or_else(|| self.by_name.get(&company_key(company)).copied())
    }
}

/// The domain under which somebody registered an address, if it can be an organisation's: none for mail
/// providers, forges, communities, private and invalid domains.
pub fn work_domain(domain: &str) -> Option<&str> {
    if !is_public(domain) || lists::hidden_address("", domain).is_some() {
        return None;
    }
    let registrable = registrable(domain)?;
    let known = lists::is_provider(domain) || lists::is_community(domain) || is_example(registrable);
    (!known).then_some(registrable)
}

/// By the public suffix list; a suffix that a company offers to others is a domain of that company, and a
/// suffix that nobody registered (`laptop.mbp`) is none, except those reserved for tests.
fn registrable(domain: &str) -> Option<&str> {
    let suffix = psl::suffix(domain.as_bytes())?;
    let reserved = matches!(suffix.as_bytes(), b"example" | b"test");
    if !suffix.is_known() && !reserved {
        return None;
    }
    psl::domain_str(domain).or_else(|| (suffix.typ() == Some(psl::Type::Private)).then_some(domain))
}

fn is_example(domain: &str) -> bool {
    matches!(
        domain,
        "example.com" | "example.org" | "example.net" | "example.edu" | "domain.com" | "test.com"
    )
}

/// Whether a domain is your own.
fn is_own(domain: &str, you: &You) -> bool {
    you.domains.iter().any(|own| is_within(domain, &clean(own)))
}

/// Finds the organisations.
pub fn accounts(known: &Known<'_>, people: &People, key: &IdKey) -> Accounts {
    let mut named = Named::default();
    named.settings(known.settings);
    named.companies(known.records, &known.settings.you);
    let mails = mails(known, people, &named);
    let logins = people_of::sure_logins(known, people, &mails);
    let users = people_of::users(&mails, people, &logins);
    let mut found = Accounts::default();
    for account in named.list {
        found.add(account, key);
    }
    for (domain, users) in &users {
        if !found.by_domain.contains_key(*domain) && !people_of::is_personal(domain, users, people) {
            let confirmed = people_of::different(users, people) > 1;
            found.add(domain_account(domain, confirmed), key);
        }
    }
    found.companies_by_name(known, people, key);
    found.decide(known, key);
    for mail in &mails {
        let of = |domain: &Option<String>| domain.as_deref().and_then(|domain| found.of_domain(domain));
        let accounts = (of(&mail.raw), of(&mail.proper));
        if accounts != (None, None) {
            found.mail.insert(mail.seq, accounts);
        }
    }
    found
}

/// The work domains of a person's identity.
struct Mail {
    seq: u32,
    person: u32,
    local: String,
    raw: Option<String>,
    proper: Option<String>,
}

/// The work domains of all humans' identities, in the order of persons.
fn mails(known: &Known<'_>, people: &People, named: &Named) -> Vec<Mail> {
    let sorted = by_ledger(known.identities);
    let mailmap = Mailmap::read(known.records);
    let you = &known.settings.you;
    let domain = |email: &str| {
        let domain = email.rsplit_once('@')?.1;
        if is_own(domain, you) {
            return None;
        }
        named.domain(domain).or_else(|| work_domain(domain)).map(str::to_owned)
    };
    let mut mails = Vec::new();
    for (person, parts) in (0_u32..).zip(&people.persons).filter(|(_, p)| p.nature == Nature::Human) {
        for seq in &parts.identities {
            let Ok(at) = sorted.binary_search_by_key(seq, |one| one.seq) else { continue };
            let Some(email) = sorted[at].profile.email.as_deref().map(clean) else { continue };
            let proper = (!mailmap.is_empty())
                .then(|| mailmap.proper(sorted[at].source, sorted[at].profile.name.as_deref(), &email))
                .flatten()
                .and_then(|proper| domain(&proper.email));
            let raw = domain(&email);
            if raw.is_some() || proper.is_some() {
                let local = email.split('@').next().unwrap_or_default().to_owned();
                mails.push(Mail { seq: *seq, person, local, raw, proper });
            }
        }
    }
    mails
}

fn domain_account(domain: &str, confirmed: bool) -> NamedParts {
    NamedParts {
        name: domain.to_owned(),
        domains: vec![domain.to_owned()],
        relation: None,
        owner: None,
        confirmed,
    }
}

impl Accounts {
    fn add(&mut self, parts: NamedParts, key: &IdKey) -> u32 {
        let index = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let name = company_key(&parts.name);
        for domain in &parts.domains {
            self.by_domain.entry(domain.clone()).or_insert(index);
        }
        let first = parts.domains.first().unwrap_or(&name);
        let relation = parts.relation.unwrap_or_else(|| by_data(&parts.domains));
        let id = key.account(first);
        if parts.domains.first() != Some(&parts.name) {
            self.by_name.entry(name).or_insert(index);
        }
        self.list.push(AccountParts {
            id,
            name: parts.name,
            domains: parts.domains,
            relation,
            owner: parts.owner,
            confirmed: parts.confirmed,
        });
        index
    }

    /// Finds or adds the companies that affiliations, rosters, contacts and decisions name.
    fn companies_by_name(&mut self, known: &Known<'_>, people: &People, key: &IdKey) {
        let labels = self.labels();
        let mut bearers: BTreeMap<String, (String, Vec<u32>, bool)> = BTreeMap::new();
        let said = statements(known, people);
        let said = said.iter().map(|one| (one.person, one.company, one.crm));
        let decided = companies(known, people).into_iter().map(|(person, company)| (person, company, true));
        for (person, company, vouched) in said.chain(decided) {
            if naming::is_own_company(company, &known.settings.you) {
                continue;
            }
            let text = clean(company);
            let key = match naming::as_domain(&text) {
                Some(domain) if is_own(domain, &known.settings.you) => continue,
                Some(domain) => match work_domain(domain) {
                    Some(domain) => format!("@{domain}"),
                    None => continue,
                },
                None => company_key(company),
            };
            if key.is_empty() || naming::is_nobody(&key) {
                continue;
            }
            let entry = bearers.entry(key).or_insert_with(|| (company.to_owned(), Vec::new(), false));
            if company < entry.0.as_str() {
                company.clone_into(&mut entry.0);
            }
            entry.1.push(person);
            entry.2 |= vouched;
        }
        for (name_key, (name, mut persons, vouched)) in bearers {
            persons.sort_unstable();
            persons.dedup();
            let confirmed = vouched || persons.len() > 1;
            let existing = match name_key.strip_prefix('@') {
                Some(domain) => self.of_domain(domain),
                None => self
                    .by_name
                    .get(&name_key)
                    .copied()
                    .or_else(|| labels.get(&squeezed(&name_key)).copied().flatten()),
            };
            let index = match (existing, name_key.strip_prefix('@')) {
                (Some(index), _) => index,
                (None, Some(domain)) => self.add(domain_account(domain, confirmed), key),
                (None, None) => self.add(
                    NamedParts { name, domains: Vec::new(), relation: None, owner: None, confirmed },
                    key,
                ),
            };
            self.by_name.entry(name_key).or_insert(index);
            self.list[index as usize].confirmed |= confirmed;
        }
    }

    /// The first label of each account's domains; none where two accounts share it.
    fn labels(&self) -> HashMap<String, Option<u32>> {
        let mut labels: HashMap<String, Option<u32>> = HashMap::new();
        for (index, account) in (0_u32..).zip(&self.list) {
            for domain in &account.domains {
                let label = domain.split('.').next().unwrap_or(domain).replace('-', "");
                labels
                    .entry(label)
                    .and_modify(|held| *held = held.filter(|other| *other == index))
                    .or_insert(Some(index));
            }
        }
        labels
    }

    /// Relations that were decided: the id of any domain of an account names it.
    fn decide(&mut self, known: &Known<'_>, key: &IdKey) {
        let decided: Vec<(AccountId, Relation)> = known
            .decisions
            .iter()
            .filter(|decision| decision.undone_by.is_none())
            .filter_map(|decision| match decision.verb {
                Verb::Relation { account, relation } => Some((account, relation)),
                _ => None,
            })
            .collect();
        if decided.is_empty() {
            return;
        }
        let mut by_id: HashMap<AccountId, u32> = HashMap::new();
        for (index, account) in (0_u32..).zip(&self.list) {
            by_id.insert(account.id, index);
            by_id.insert(key.account(&company_key(&account.name)), index);
            for domain in &account.domains {
                by_id.insert(key.account(domain), index);
            }
        }
        for (id, relation) in decided {
            if let Some(index) = by_id.get(&id) {
                let account = &mut self.list[*index as usize];
                account.relation = relation;
                account.confirmed = true;
            }
        }
    }
}

fn squeezed(name: &str) -> String {
    name.split(' ').collect()
}

/// What the lists that ship with the program say of domains.
fn by_data(domains: &[String]) -> Relation {
    if domains.iter().any(|domain| lists::is_foundation(domain)) {
        Relation::Foundation
    } else if domains.iter().any(|domain| lists::is_education(domain)) {
        Relation::Education
    } else {
        Relation::Unknown
    }
}
