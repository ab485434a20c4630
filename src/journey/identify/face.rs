//! What an identity shows of its owner, folded and taken apart once. Must not know other identities.

use std::collections::HashSet;

use crate::{
    domain::{identity::KnownIdentity, settings::You, text},
    journey::lists::{self, Hidden},
};

use super::{mailmap::Mailmap, names};

/// An identity, prepared for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Face {
    pub(crate) seq: u32,
    pub(crate) source: u16,
    /// The folded words of the name; empty when there is none that a human would bear.
    pub(crate) words: String,
    /// Whether the words are a full name.
    pub(crate) full: bool,
    /// Lower case, without a trailing dot; empty when there is none.
    pub(crate) email: String,
    /// Where `@` stands in the e-mail; its length when there is none.
    at: usize,
    machine: Machine,
    pub(crate) bot: bool,
    pub(crate) own: bool,
}

/// Whether an identity is a machine's, by itself alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Machine {
    No,
    /// Unless a human vouches for it.
    Likely,
    Surely,
}

/// What is likely a machine is a human where their full name stands beside it: at the same address, as the
/// `.mailmap`'s name, or as the same full name at an address that is surely a human's.
pub(crate) fn vouch(faces: &mut [Face], known: &[&KnownIdentity], mailmap: &Mailmap<'_>) {
    let likely: Vec<usize> = (0..faces.len()).filter(|at| faces[*at].machine == Machine::Likely).collect();
    let wanted: HashSet<String> =
        likely.iter().flat_map(|at| [faces[*at].email.clone(), faces[*at].words.clone()]).collect();
    if wanted.is_empty() {
        return;
    }
    let vouching = faces.iter().filter(|face| face.full && !face.bot);
    let found: HashSet<String> = vouching
        .flat_map(|face| [face.is_reachable().then_some(&face.email), Some(&face.words)])
        .flatten()
        .filter(|word| wanted.contains(*word))
        .cloned()
        .collect();
    for at in likely {
        let face = &mut faces[at];
        let proper = mailmap.proper(face.source, known[at].profile.name.as_deref(), &face.email);
        let mapped = proper.and_then(|proper| proper.name).is_some_and(|name| {
            names::is_full(&names::words(name)) && !lists::BOT_NAMES.meet(&text::fold(name))
        });
        let beside = found.contains(&face.email) || (face.full && found.contains(&face.words));
        face.bot = !(mapped || beside);
    }
}

/// An account at a forge, as far as an identity names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) forge: String,
    pub(crate) account_id: Option<String>,
    /// Lower case.
    pub(crate) handle: Option<String>,
    /// Whether it follows from an address that the forge made up.
    pub(crate) noreply: bool,
}

impl Face {
    pub(crate) fn new(known: &KnownIdentity, you: &You) -> Self {
        let profile = &known.profile;
        let words = profile.name.as_deref().map(names::words).unwrap_or_default();
        let email = profile.email.as_deref().map(clean).unwrap_or_default();
        let at = email.rfind('@').unwrap_or(email.len());
        let mut face = Self {
            seq: known.seq,
            source: known.source,
            full: names::is_full(&words),
            words,
            email,
            at,
            machine: Machine::No,
            bot: false,
            own: false,
        };
        face.machine = face.machine(known);
        face.bot = face.machine != Machine::No;
        face.own = face.is_own(known, you);
        face
    }

    pub(crate) fn local(&self) -> &str {
        &self.email[..self.at]
    }

    /// The domain of the e-mail; empty when there is none.
    pub(crate) fn domain(&self) -> &str {
        self.email.get(self.at + 1..).unwrap_or_default()
    }

    /// Whether the e-mail is an address of the wide world: nobody else can have `root@laptop.local`.
    pub(crate) fn is_reachable(&self) -> bool {
        !self.local().is_empty() && is_public(self.domain())
    }

    pub(crate) fn hidden(&self) -> Option<Hidden<'_>> {
        lists::hidden_address(self.local(), self.domain())
    }

    /// The accounts at forges that this identity names.
    pub(crate) fn logins(&self, known: &KnownIdentity) -> impl Iterator<Item = Login> {
        let profile = &known.profile;
        let stated = (profile.handle.is_some() || profile.account_id.is_some()).then(|| Login {
            forge: profile.forge.clone().unwrap_or_else(|| format!("source:{}", known.source)),
            account_id: profile.account_id.clone(),
            handle: profile.handle.as_deref().map(str::to_lowercase),
            noreply: false,
        });
        let hidden = self.hidden().map(|hidden| Login {
            forge: hidden.forge.to_owned(),
            account_id: hidden.account_id.map(str::to_owned),
            handle: hidden.login.map(str::to_owned),
            noreply: true,
        });
        stated.into_iter().chain(hidden)
    }

    fn machine(&self, known: &KnownIdentity) -> Machine {
        let profile = &known.profile;
        let name = profile.name.as_deref().map(text::fold).unwrap_or_default();
        let handle = profile.handle.as_deref().map(text::fold).unwrap_or_default();
        let hidden = self.hidden();
        let local = hidden.map_or(self.local(), |hidden| hidden.login.unwrap_or_default());
        // `Jan Bot` is a human where the address is written as people write theirs.
        let surname = name.ends_with(" bot") && !handle.ends_with("bot");
        let named = (!surname && lists::BOT_NAMES.meet(&name)) || lists::BOT_NAMES.meet(&handle);
        // Those whose accounts are deleted are all one identity, and no one person.
        let faceless = profile.name.is_none()
            && profile.handle.is_none()
            && profile.email.is_none()
            && profile.account_id.is_none();
        if profile.bot
            || faceless
            || named
            || (!self.email.is_empty() && lists::BOT_EMAILS.meet(&self.email))
            || lists::BOT_LOCALS.meet(local)
            || (hidden.is_some() && lists::BOT_NAMES.meet(local))
        {
            return Machine::Surely;
        }
        if surname {
            return if self.writes_surname(&name) { Machine::No } else { Machine::Likely };
        }
        let likely = lists::is_machine_name(&name, local)
            || (!self.full && hidden.is_none() && (lists::ROLES.meet(local) || self.is_office(&name)))
            || self.is_nobody(&name);
        if likely { Machine::Likely } else { Machine::No }
    }

    /// Whether the local part is `jan.bot` or `j.bot` of a `jan bot` who is no `release bot` and does not
    /// bear the name of the domain.
    fn writes_surname(&self, name: &str) -> bool {
        let first = name.split(' ').next().unwrap_or_default();
        let written = self
            .local()
            .strip_suffix(".bot")
            .is_some_and(|given| given == first || (given.chars().count() == 1 && first.starts_with(given)));
        written && !lists::is_work(first) && self.label() != first
    }

    /// Whether it is an office's mailbox and nobody is named: `security@` under no name, a name that says
    /// nothing, the office's or the domain's own.
    fn is_office(&self, name: &str) -> bool {
        lists::OFFICES.meet(self.local())
            && (self.words.is_empty()
                || lists::is_generic_name(&self.words)
                || name.contains(self.local())
                || names::joined_local(name) == self.label())
    }

    /// Whether nobody can be known by it: `root <root@…>`, `ubuntu <ubuntu@ip-10-0-0-1>`.
    fn is_nobody(&self, name: &str) -> bool {
        (name.is_empty() || lists::is_generic_name(name))
            && (self.local() == "root" || (lists::is_generic_name(self.local()) && !self.is_reachable()))
    }

    /// The first label of the domain that somebody registered, without dashes.
    fn label(&self) -> String {
        let domain = psl::domain_str(self.domain()).unwrap_or(self.domain());
        names::joined_local(domain.split('.').next().unwrap_or_default())
    }

    fn is_own(&self, known: &KnownIdentity, you: &You) -> bool {
        you.domains.iter().any(|own| is_within(self.domain(), &clean(own)))
            || you.people.iter().any(|person| {
                if person.contains('@') {
                    clean(person) == self.email
                } else {
                    self.full && names::words(person) == self.words
                }
            })
            || (!you.logins.is_empty()
                && self.logins(known).any(|login| {
                    you.logins.iter().any(|own| {
                        own.split_once(':').is_some_and(|(forge, name)| {
                            forge == login.forge && Some(name.to_lowercase()) == login.handle
                        })
                    })
                }))
    }
}

/// Lower case, without white space and trailing dots.
pub(crate) fn clean(address: &str) -> String {
    address.trim().trim_end_matches('.').to_lowercase()
}

/// Whether `domain` is `parent` or lies below it.
pub(crate) fn is_within(domain: &str, parent: &str) -> bool {
    !parent.is_empty()
        && domain.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a domain can be somebody's in the wide world, by its last label.
pub(crate) fn is_public(domain: &str) -> bool {
    const PRIVATE: &[&str] = &[
        "local",
        "localhost",
        "localdomain",
        "lan",
        "internal",
        "intranet",
        "home",
        "corp",
        "invalid",
        "(none)",
        "private",
        "domain",
        "host",
        "none",
    ];
    domain.rsplit_once('.').is_some_and(|(rest, last)| {
        !rest.is_empty()
            && !PRIVATE.contains(&last)
            && !last.bytes().all(|b| b.is_ascii_digit())
            && !domain.contains([' ', '(', '[', '/', ':'])
    })
}
