//! What an identity shows of its owner, folded and taken apart once. Must not know other identities.

use crate::{
    domain::{identity::KnownIdentity, settings::You, text},
    journey::lists::{self, Hidden},
};

use super::names;

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
    pub(crate) bot: bool,
    pub(crate) own: bool,
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
            bot: false,
            own: false,
        };
        face.bot = profile.bot || face.is_machine(known);
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

    fn is_machine(&self, known: &KnownIdentity) -> bool {
        let profile = &known.profile;
        let named = |name: &Option<String>| {
            name.as_deref().is_some_and(|name| lists::BOT_NAMES.meet(text::fold(name).as_str()))
        };
        let hidden = self.hidden();
        let local = hidden.map_or(self.local(), |hidden| hidden.login.unwrap_or_default());
        named(&profile.name)
            || named(&profile.handle)
            || (!self.email.is_empty() && lists::BOT_EMAILS.meet(&self.email))
            || lists::BOT_LOCALS.meet(local)
            || (!self.full && hidden.is_none() && lists::ROLES.meet(local))
            || (hidden.is_some() && lists::BOT_NAMES.meet(local))
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
