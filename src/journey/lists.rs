//! The lists that ship with the program (`assets/*.txt`), read once. They are data: a line added there
//! needs no code. Must not know what is concluded from a hit.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// Every list as written, in a fixed order: they go into the hash of the settings.
pub const TEXTS: &[&str] = &[
    BOTS,
    GENERIC_NAMES,
    PERSONAL_LOCALS,
    FORGES,
    MAIL_PROVIDERS,
    COMMUNITIES,
    FOUNDATIONS,
    EDUCATION,
    PROCESS_LABELS,
];

const BOTS: &str = include_str!("../../assets/bots.txt");
const GENERIC_NAMES: &str = include_str!("../../assets/generic-names.txt");
const PERSONAL_LOCALS: &str = include_str!("../../assets/personal-locals.txt");
const FORGES: &str = include_str!("../../assets/forges.txt");
const MAIL_PROVIDERS: &str = include_str!("../../assets/mail-providers.txt");
const COMMUNITIES: &str = include_str!("../../assets/communities.txt");
const FOUNDATIONS: &str = include_str!("../../assets/foundations.txt");
const EDUCATION: &str = include_str!("../../assets/education.txt");
const PROCESS_LABELS: &str = include_str!("../../assets/process-labels.txt");

pub(crate) static BOT_NAMES: LazyLock<Globs> = LazyLock::new(|| Globs::of_field(BOTS, "name "));
pub(crate) static BOT_EMAILS: LazyLock<Globs> = LazyLock::new(|| Globs::of_field(BOTS, "email "));
pub(crate) static BOT_LOCALS: LazyLock<Globs> = LazyLock::new(|| Globs::of_field(BOTS, "local "));
pub(crate) static ROLES: LazyLock<Globs> = LazyLock::new(|| Globs::of_field(BOTS, "role "));
pub(crate) static OFFICES: LazyLock<Globs> = LazyLock::new(|| Globs::of_field(BOTS, "office "));
/// Labels about the state of a thread rather than its topic.
pub(crate) static PROCESS: LazyLock<Globs> = LazyLock::new(|| Globs::of_field(PROCESS_LABELS, ""));
static SURNAMES: LazyLock<Globs> = LazyLock::new(|| Globs::of_field(BOTS, "surname "));
static WORKS: LazyLock<Globs> = LazyLock::new(|| Globs::of_field(BOTS, "work "));
static GENERIC: LazyLock<HashSet<&str>> = LazyLock::new(|| lines(GENERIC_NAMES).collect());
static LOCALS: LazyLock<HashSet<&str>> = LazyLock::new(|| lines(PERSONAL_LOCALS).collect());
static PROVIDERS: LazyLock<Domains> = LazyLock::new(|| Domains::read(MAIL_PROVIDERS));
static COMMUNITY: LazyLock<Domains> = LazyLock::new(|| Domains::read(COMMUNITIES));
static FOUNDATION: LazyLock<Domains> = LazyLock::new(|| Domains::read(FOUNDATIONS));
static SCHOOLS: LazyLock<Domains> = LazyLock::new(|| Domains::read(EDUCATION));

/// A name that says nothing (`your name`, `ubuntu`); `name` is folded.
pub(crate) fn is_generic_name(name: &str) -> bool {
    GENERIC.contains(name)
}

/// Whether somebody who calls themself like their mailbox is called like a machine: `acmebot`, and no
/// surname.
pub(crate) fn is_machine_name(name: &str, local: &str) -> bool {
    let bare = name.strip_suffix("bot").unwrap_or_default();
    name == local
        && bare.len() >= 3
        && bare.bytes().all(|b| b.is_ascii_alphanumeric())
        && !SURNAMES.meet(name)
}

/// Work that machines are called after (`release`).
pub(crate) fn is_work(word: &str) -> bool {
    WORKS.meet(word)
}

/// A local part that people use on a domain of their own (`me`, `hi`), where every mailbox is theirs: a
/// single letter, one made for a forge (`zed.github`).
pub(crate) fn is_personal_local(local: &str) -> bool {
    let bare = local.split('+').next().unwrap_or(local);
    let forge = |part: &str| matches!(part, "github" | "gitlab" | "git" | "gh");
    LOCALS.contains(bare) || bare.chars().count() == 1 || bare.split(['.', '-', '_']).any(forge)
}

pub(crate) fn is_provider(domain: &str) -> bool {
    PROVIDERS.holds(domain)
}

pub(crate) fn is_community(domain: &str) -> bool {
    COMMUNITY.holds(domain)
}

pub(crate) fn is_foundation(domain: &str) -> bool {
    FOUNDATION.holds(domain)
}

pub(crate) fn is_education(domain: &str) -> bool {
    SCHOOLS.holds(domain)
}

/// How a forge writes the address of somebody who hides theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hidden<'a> {
    pub(crate) forge: &'a str,
    pub(crate) account_id: Option<&'a str>,
    pub(crate) login: Option<&'a str>,
}

/// Reads an address that a forge made up; `None` for every other one. A forge that the list does not
/// know (an installation of one's own) is recognised by its `users.noreply.`.
pub(crate) fn hidden_address<'a>(local: &'a str, domain: &'a str) -> Option<Hidden<'a>> {
    if !domain.contains("noreply.") {
        return None;
    }
    let listed = lines(FORGES).find_map(|line| {
        let mut words = line.split(' ');
        (words.next() == Some(domain)).then(|| (words.next(), words.next()))
    });
    let (forge, form) = match listed {
        Some((Some(forge), Some(form))) => (forge, form),
        _ => (domain.strip_prefix("users.noreply.").or(domain.strip_prefix("noreply."))?, "id+login"),
    };
    let mark = if form == "id-login" { '-' } else { '+' };
    let parts = local.split_once(mark).filter(|(id, _)| form != "login" && is_number(id));
    let (account_id, login) = match parts {
        Some((id, login)) => (Some(id), login),
        None => (None, local),
    };
    Some(Hidden { forge, account_id, login: (!login.is_empty()).then_some(login) })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Words, some with `*` at one end or both. Those with one are looked for by the byte at their other end,
/// so that a text meets few of them.
#[derive(Debug, Default)]
pub(crate) struct Globs {
    whole: HashSet<&'static str>,
    starts: Buckets,
    ends: Buckets,
    within: Vec<&'static str>,
}

type Buckets = HashMap<u8, Vec<&'static str>>;

impl Globs {
    fn of_field(text: &'static str, field: &str) -> Self {
        let mut globs = Self::default();
        for pattern in lines(text).filter_map(|line| line.strip_prefix(field)) {
            let bare = pattern.trim_matches('*');
            let (Some(first), Some(last)) = (bare.bytes().next(), bare.bytes().last()) else { continue };
            match (pattern.starts_with('*'), pattern.ends_with('*')) {
                (true, true) => globs.within.push(bare),
                (true, false) => globs.ends.entry(last).or_default().push(bare),
                (false, true) => globs.starts.entry(first).or_default().push(bare),
                (false, false) => {
                    globs.whole.insert(bare);
                }
            }
        }
        globs
    }

    pub(crate) fn meet(&self, text: &str) -> bool {
        let at = |buckets: &'_ Buckets, byte: Option<u8>, test: &dyn Fn(&str) -> bool| {
            byte.and_then(|byte| buckets.get(&byte)).is_some_and(|few| few.iter().any(|one| test(one)))
        };
        at(&self.starts, text.bytes().next(), &|start| text.starts_with(start))
            || at(&self.ends, text.bytes().last(), &|end| text.ends_with(end))
            || self.within.iter().any(|part| text.contains(part))
            || self.whole.contains(text)
    }
}

/// Domains: whole ones (which hold their subdomains), `name.*` under any suffix, `name-*` as the beginning
/// of the registrable label, and endings (`.edu`, `.ac.*`).
#[derive(Debug, Default)]
struct Domains {
    whole: HashSet<&'static str>,
    any_suffix: HashSet<&'static str>,
    begins: Vec<&'static str>,
    ends: Vec<&'static str>,
    before_country: Vec<&'static str>,
}

impl Domains {
    fn read(text: &'static str) -> Self {
        let mut domains = Self::default();
        for line in lines(text) {
            if let Some(rest) = line.strip_prefix('.') {
                match rest.strip_suffix(".*") {
                    Some(part) => domains.before_country.push(part),
                    None => domains.ends.push(line),
                }
            } else if let Some(name) = line.strip_suffix(".*") {
                domains.any_suffix.insert(name);
            } else if let Some(start) = line.strip_suffix('*') {
                domains.begins.push(start);
            } else {
                domains.whole.insert(line);
            }
        }
        domains
    }

    fn holds(&self, domain: &str) -> bool {
        let mut rest = domain;
        loop {
            if self.whole.contains(rest) {
                return true;
            }
            match rest.split_once('.') {
                Some((_, parent)) => rest = parent,
                None => break,
            }
        }
        let registrable = psl::domain_str(domain).unwrap_or(domain);
        let label = registrable.split('.').next().unwrap_or(registrable);
        self.any_suffix.contains(label)
            || self.begins.iter().any(|start| label.starts_with(start))
            || self.ends.iter().any(|end| domain.ends_with(end))
            || self.before_country.iter().any(|part| stands_before_country(domain, part))
    }
}

/// Whether the last label but one is `part`, as in `name.ac.uk`.
fn stands_before_country(domain: &str, part: &str) -> bool {
    let mut labels = domain.rsplit('.');
    let country = labels.next().unwrap_or_default();
    country.len() == 2 && labels.next() == Some(part) && labels.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bot_is_known_by_its_name_and_a_human_whose_name_ends_in_bot_is_not() {
        for bot in ["dependabot[bot]", "renovate bot", "k8s-ci-robot", "acme-bot", "web-flow", "copilot"] {
            assert!(BOT_NAMES.meet(bot), "{bot}");
        }
        for human in ["jane abbott", "talbot", "john abbot", "botond kis", "claude example", "marcia", "luci"]
        {
            assert!(!BOT_NAMES.meet(human), "{human}");
        }
    }

    #[test]
    fn a_domain_is_classed_by_its_list() {
        for provider in ["gmail.com", "yahoo.co.uk", "mail.yahoo.co.jp", "web.de", "yandex.ru", "qq.com"] {
            assert!(is_provider(provider), "{provider}");
        }
        assert!(!is_provider("gmail-corp.com"));
        assert!(is_education("cs.mit.edu") && is_education("x.ac.uk") && is_education("uni-bonn.de"));
        assert!(!is_education("university-shop.com") && !is_education("ac.example"));
        assert!(is_community("people.debian.org"));
    }

    #[test]
    fn a_hidden_address_names_the_forge_the_number_and_the_login() {
        let read = |local, domain| hidden_address(local, domain).map(|h| (h.forge, h.account_id, h.login));
        assert_eq!(read("12+ada", "users.noreply.github.com"), Some(("github", Some("12"), Some("ada"))));
        assert_eq!(read("ada", "users.noreply.github.com"), Some(("github", None, Some("ada"))));
        assert_eq!(read("12-a-b", "users.noreply.gitlab.com"), Some(("gitlab", Some("12"), Some("a-b"))));
        assert_eq!(
            read("ada", "users.noreply.git.acme.example"),
            Some(("git.acme.example", None, Some("ada")))
        );
        assert_eq!(read("ada", "acme.example"), None);
    }
}
