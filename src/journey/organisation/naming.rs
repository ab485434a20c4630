//! Organisations that somebody named: the settings and company records. Must not know who works there.

use std::collections::HashMap;

use crate::{
    domain::{
        account::Relation,
        record::{Company, Record},
        settings::{Settings, You},
        text,
    },
    journey::identify::face::clean,
};

/// An account in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedParts {
    pub(super) name: String,
    pub(super) domains: Vec<String>,
    pub(super) relation: Option<Relation>,
    pub(super) owner: Option<String>,
    pub(super) confirmed: bool,
}

/// The named organisations, settings first.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub(super) list: Vec<NamedParts>,
    by_domain: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

impl Named {
    pub(super) fn settings(&mut self, settings: &Settings) {
        for account in &settings.accounts {
            self.merge(&account.name, &account.domains, account.relation, account.owner.as_ref());
        }
    }

    /// Company records, by source and key, so that their order in the ledger does not matter. What the
    /// settings say stands.
    pub(super) fn companies(&mut self, records: &[(u16, Vec<u8>, Record)], you: &You) {
        let mut companies: Vec<(u16, &Vec<u8>, &Company)> = records
            .iter()
            .filter_map(|(source, key, record)| match record {
                Record::Company(company) => Some((*source, key, company)),
                _ => None,
            })
            .collect();
        companies.sort_unstable_by_key(|(source, key, _)| (*source, *key));
        for (_, _, company) in companies {
            let own = is_own_company(&company.name, you)
                || company.domains.iter().any(|domain| super::is_own(&clean(domain), you));
            let domains: Vec<String> =
                company.domains.iter().filter(|d| super::work_domain(&clean(d)).is_some()).cloned().collect();
            if !own {
                self.merge(&company.name, &domains, company.relation, company.owner.as_ref());
            }
        }
    }

    /// The named domain that `domain` is or lies below.
    pub(super) fn domain<'a>(&self, domain: &'a str) -> Option<&'a str> {
        let mut rest = domain;
        loop {
            if self.by_domain.contains_key(rest) {
                return Some(rest);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    fn merge(&mut self, name: &str, domains: &[String], relation: Option<Relation>, owner: Option<&String>) {
        let domains: Vec<String> = domains.iter().map(|domain| clean(domain)).collect();
        let key = company_key(name);
        let known = domains
            .iter()
            .find_map(|domain| self.by_domain.get(domain))
            .or_else(|| self.by_name.get(&key))
            .copied();
        let index = known.unwrap_or_else(|| {
            self.list.push(NamedParts {
                name: name.to_owned(),
                domains: Vec::new(),
                relation: None,
                owner: None,
                confirmed: true,
            });
            self.list.len() - 1
        });
        self.by_name.entry(key).or_insert(index);
        let account = &mut self.list[index];
        account.relation = account.relation.or(relation);
        account.owner = account.owner.take().or_else(|| owner.cloned());
        for domain in domains {
            if let std::collections::hash_map::Entry::Vacant(free) = self.by_domain.entry(domain) {
                account.domains.push(free.key().clone());
                free.insert(index);
            }
        }
    }
}

/// A company's name for comparison: folded, without its legal form.
pub fn company_key(name: &str) -> String {
    const FORMS: &[&str] = &[
        "inc",
        "incorporated",
        "llc",
        "ltd",
        "limited",
        "gmbh",
        "ag",
        "se",
        "sa",
        "sas",
        "sarl",
        "srl",
        "spa",
        "bv",
        "nv",
        "ab",
        "as",
        "oy",
        "oyj",
        "aps",
        "plc",
        "corp",
        "corporation",
        "co",
        "company",
        "kg",
        "ohg",
        "ug",
        "kk",
        "pty",
        "pte",
        "pvt",
        "sro",
        "kft",
        "doo",
        "zoo",
        "lp",
        "llp",
    ];
    let folded = text::fold(name);
    let bare = folded.trim_start_matches('@').replace(['.', '\''], "");
    let spaced: String = bare.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    while words.len() > 1 && words.last().is_some_and(|last| FORMS.contains(last)) {
        words.pop();
    }
    words.join(" ")
}

/// The domain that a company is given by, when it is one: no spaces, and a suffix of the wide world.
pub(super) fn as_domain(text: &str) -> Option<&str> {
    let text = text.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    let text = text.split('/').next().unwrap_or(text);
    let shaped = text.contains('.') && !text.contains([' ', ',', '@']);
    let known = psl::suffix(text.as_bytes()).is_some_and(|suffix| suffix.is_known());
    let reserved = [".example", ".test"].iter().any(|end| text.ends_with(end));
    (shaped && (known || reserved)).then_some(text)
}

pub(super) fn is_own_company(name: &str, you: &You) -> bool {
    you.company.as_deref().is_some_and(|own| company_key(own) == company_key(name))
}

/// Names of companies that name none.
pub(super) fn is_nobody(key: &str) -> bool {
    matches!(
        key,
        "independent"
            | "self"
            | "none"
            | "n a"
            | "na"
            | "unknown"
            | "individual"
            | "freelance"
            | "freelancer"
            | "self employed"
            | "personal"
            | "unaffiliated"
            | "no company"
            | "student"
            | "home"
            | "notfound"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_is_known_without_its_legal_form() {
        for (name, key) in [
            ("Acme, Inc.", "acme"),
            ("ACME GmbH", "acme"),
            ("Acme Robotics Ltd", "acme robotics"),
            ("@acme", "acme"),
            ("Acme Co., Ltd.", "acme"),
            ("Inc", "inc"),
            ("Société Acme S.A.", "societe acme"),
        ] {
            assert_eq!(company_key(name), key, "{name}");
        }
    }

    #[test]
    fn a_company_may_be_given_by_its_domain() {
        assert_eq!(as_domain("acme.example"), Some("acme.example"));
        assert_eq!(as_domain("https://www.acme.com/about"), Some("acme.com"));
        assert_eq!(as_domain("acme inc."), None);
        assert_eq!(as_domain("st. acme"), None);
    }
}
