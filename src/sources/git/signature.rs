//! Who a commit names: from the raw bytes of a signature to an identity, each made once. An identity is a
//! function of its native name alone, so that every reading yields the same. Must not know commits or roles.

use std::{borrow::Cow, collections::HashMap};

use gix::bstr::ByteSlice;

use crate::domain::{identity::Identity, text, time::Time};

/// The committers that a forge or a merge robot puts in: they did nothing of their own.
/// Lower case; whole names.
const MACHINE_NAMES: &[&str] = &[
    "github",
    "gitlab",
    "gitea",
    "forgejo",
    "web-flow",
    "bors",
    "homu",
    "copybara-service",
    "copybara-github",
    "k8s-ci-robot",
    "kubernetes prow robot",
    "k8s merge robot",
    "kubernetes submit queue",
    "github merge queue",
    "mergify",
    "gerrit",
    "gerrit code review",
    "zuul",
    "prow",
    "k8s-infra-cherrypick-robot",
    "openshift-merge-robot",
    "openshift-merge-bot",
    "rust-bors",
    "bitbucket",
    "bitbucket pipelines",
    "azure devops",
    "github enterprise",
    "sourcehut",
];
/// Before the `@` of addresses behind which nobody is.
const MACHINE_LOCALS: &[&str] = &["noreply", "no-reply", "gerrit", "gerrit2", "zuul"];

/// The raw parts of an `author` or `committer` line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signature<'a> {
    /// Name and address as written, without the date; what identities are interned by.
    pub raw: &'a [u8],
    pub name: &'a [u8],
    pub email: &'a [u8],
    pub at: Time,
}

impl<'a> Signature<'a> {
    /// Reads `Name <email> seconds zone`; what is missing stays empty. A date beyond 64 bits is the last one.
    pub(super) fn parse(line: &'a [u8]) -> Self {
        let Some(open) = line.find_byte(b'<') else {
            return Self { raw: line, name: line.trim_ascii(), email: b"", at: Time(0) };
        };
        let close = line[open..].find_byte(b'>').map_or(line.len(), |at| open + at);
        let last = line.rfind_byte(b'>').unwrap_or(close).max(close);
        let date = line.get(last + 1..).unwrap_or_default();
        Self {
            raw: &line[..close],
            name: line[..open].trim_ascii(),
            email: line[open + 1..close].trim_ascii(),
            at: Time(seconds(date)),
        }
    }

    /// Whether this committer is the forge's own or a merge robot.
    pub(super) fn is_machine(&self) -> bool {
        let is =
            |field: &[u8], list: &[&str]| list.iter().any(|word| field.eq_ignore_ascii_case(word.as_bytes()));
        is(self.name, MACHINE_NAMES)
            || is(self.email.split(|byte| *byte == b'@').next().unwrap_or_default(), MACHINE_LOCALS)
            || self.name.ends_with(b"[bot]")
            || self.email.contains_str(b"[bot]@")
    }

    /// Whether two signatures name the same person: by address or by name.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.email.eq_ignore_ascii_case(other.email) && !self.email.is_empty()
            || self.name.eq_ignore_ascii_case(other.name)
    }
}

fn seconds(date: &[u8]) -> i64 {
    let Some(word) = date.fields().next() else { return 0 };
    let (sign, digits) = word.strip_prefix(b"-").map_or((1, word), |rest| (-1, rest));
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return 0;
    }
    let value = digits
        .iter()
        .fold(0_i64, |sum, digit| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    value.saturating_mul(sign)
}

/// Bytes as text: what is not UTF-8 is replaced, unless the commit says that it is Latin-1.
pub(super) fn decode(bytes: &[u8], latin1: bool) -> Cow<'_, str> {
    if latin1 && !bytes.is_ascii() {
        return Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect());
    }
    String::from_utf8_lossy(bytes)
}

/// The identity behind a name and an address as committed.
pub(super) fn by_email(name: &str, email: &str) -> Identity {
    let name = text::name(name);
    let email = text::name(email).to_lowercase();
    let native = match (name.is_empty(), email.is_empty()) {
        (true, _) => format!("<{email}>"),
        (false, _) => format!("{name} <{email}>"),
    };
    let (handle, forge, account_id) = noreply(&email).unwrap_or_default();
    let bot = name.ends_with("[bot]") || email.contains("[bot]@");
    let plausible = email.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    Identity {
        native,
        name: (!name.is_empty()).then_some(name),
        email: plausible.then_some(email),
        handle,
        forge,
        account_id,
        company: None,
        bot,
    }
}

/// The identity of a login that only a text names; `forge` is where it lives.
pub(super) fn by_login(login: &str, forge: &str) -> Identity {
    let login = text::name(login).to_lowercase();
    Identity {
        native: format!("@{login}"),
        bot: login.ends_with("[bot]"),
        handle: Some(login),
        forge: Some(forge.to_owned()),
        ..Identity::default()
    }
}

/// Whether a word can be a login of a forge.
pub(super) fn is_login(word: &str) -> bool {
    let plain = word.strip_suffix("[bot]").unwrap_or(word);
    (1..=64).contains(&plain.len())
        && plain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && plain.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
}

type Noreply = (Option<String>, Option<String>, Option<String>);

/// Handle, forge and account id that a forge's noreply address (lower case) names.
fn noreply(email: &str) -> Option<Noreply> {
    let (local, domain) = email.split_once('@')?;
    let users = domain.strip_prefix("users.noreply.");
    let host = users.or_else(|| domain.strip_prefix("noreply."))?;
    let forge = forge_of(host);
    let dashed = forge == "gitlab" || host.starts_with("gitlab.");
    let numbered = |mark| {
        let (number, login) = local.split_once(mark)?;
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        is_number.then_some((Some(number), login))
    };
    let (number, login) = numbered(if dashed { '-' } else { '+' }).unwrap_or((None, local));
    is_login(login).then(|| (Some(login.to_owned()), Some(forge), number.map(str::to_owned)))
}

/// The short word of a well-known forge, else its host.
pub(super) fn forge_of(host: &str) -> String {
    match host {
        "github.com" => "github".to_owned(),
        "gitlab.com" => "gitlab".to_owned(),
        _ => host.to_owned(),
    }
}

/// The identities met so far, each under a number, and those that the page at hand names.
#[derive(Debug, Default)]
pub(super) struct People {
    all: Vec<Identity>,
    by_raw: HashMap<Box<[u8]>, u32>,
    by_native: HashMap<String, u32>,
    /// For each of `all` its place in the page at hand.
    placed: Vec<Option<u32>>,
    page: Vec<u32>,
}

impl People {
    /// The number of whoever a signature names.
    pub(super) fn signature(&mut self, signature: &Signature<'_>, latin1: bool) -> u32 {
        if let Some(number) = self.by_raw.get(signature.raw)
            && !latin1
        {
            return *number;
        }
        let identity = by_email(&decode(signature.name, latin1), &decode(signature.email, latin1));
        let number = self.number(identity);
        if !latin1 {
            self.by_raw.insert(signature.raw.into(), number);
        }
        number
    }

    pub(super) fn number(&mut self, identity: Identity) -> u32 {
        if let Some(number) = self.by_native.get(&identity.native) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.by_native.insert(identity.native.clone(), number);
        self.all.push(identity);
        self.placed.push(None);
        number
    }

    pub(super) fn get(&self, number: u32) -> &Identity {
        &self.all[number as usize]
    }

    /// The place of an identity in the page at hand.
    pub(super) fn place(&mut self, number: u32) -> u32 {
        let next = u32::try_from(self.page.len()).unwrap_or(u32::MAX);
        let place = *self.placed[number as usize].get_or_insert(next);
        if place == next {
            self.page.push(number);
        }
        place
    }

    /// The identities of the page at hand, by place; the next page begins.
    pub(super) fn take(&mut self) -> Vec<Identity> {
        let numbers = std::mem::take(&mut self.page);
        for number in &numbers {
            self.placed[*number as usize] = None;
        }
        numbers.into_iter().map(|number| self.all[number as usize].clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_read_as_git_reads_it() {
        for (line, name, email, at) in [
            (
                "Ada Example <ada@example.com> 1700000000 +0100",
                "Ada Example",
                "ada@example.com",
                1_700_000_000,
            ),
            ("<ada@example.com> 5 +0000", "", "ada@example.com", 5),
            ("Ada <> -2208988800 +0000", "Ada", "", -2_208_988_800),
            ("Ada <a> b> 7 +0000", "Ada", "a", 7),
            ("Ada <a@example.com> 99999999999999999999 +0000", "Ada", "a@example.com", i64::MAX),
            ("Ada <a@example.com> soon", "Ada", "a@example.com", 0),
            ("Ada", "Ada", "", 0),
            ("Ada <a@example.com", "Ada", "a@example.com", 0),
        ] {
            let read = Signature::parse(line.as_bytes());
            assert_eq!(
                (read.name, read.email, read.at),
                (name.as_bytes(), email.as_bytes(), Time(at)),
                "{line}"
            );
        }
    }

    #[test]
    fn forges_and_merge_robots_are_no_committers() {
        for (line, machine) in [
            ("GitHub <noreply@github.com> 1 +0000", true),
            ("Forge of Acme <noreply@git.example.com> 1 +0000", true),
            ("Gerrit Code Review <gerrit@review.example.com> 1 +0000", true),
            ("Review <gerrit2@build.test> 1 +0000", true),
            ("Prow <prow@example.com> 1 +0000", true),
            ("merge[bot] <1+merge[bot]@users.noreply.github.com> 1 +0000", true),
            ("Ada Example <7+ada@users.noreply.github.com> 1 +0000", false),
            ("Ada Gerrit <ada@gerrit.example.com> 1 +0000", false),
            ("Ada Example <> 1 +0000", false),
        ] {
            assert_eq!(Signature::parse(line.as_bytes()).is_machine(), machine, "{line}");
        }
    }

    #[test]
    fn a_noreply_address_names_its_login_and_its_account() {
        for (email, handle, forge, id) in [
            ("12+Ada@users.noreply.github.com", Some("ada"), Some("github"), Some("12")),
            ("ada@users.noreply.github.com", Some("ada"), Some("github"), None),
            ("1+helper[bot]@users.noreply.github.com", Some("helper[bot]"), Some("github"), Some("1")),
            ("9+ada@users.noreply.git.example.com", Some("ada"), Some("git.example.com"), Some("9")),
            ("12-ada-x@users.noreply.gitlab.com", Some("ada-x"), Some("gitlab"), Some("12")),
            ("12-ada@users.noreply.github.com", Some("12-ada"), Some("github"), None),
            ("ada@noreply.forge.example.org", Some("ada"), Some("forge.example.org"), None),
            ("noreply@github.com", None, None, None),
            ("ada@example.com", None, None, None),
        ] {
            let who = by_email("Ada", email);
            let read = (who.handle.as_deref(), who.forge.as_deref(), who.account_id.as_deref());
            assert_eq!(read, (handle, forge, id), "{email}");
        }
    }

    #[test]
    fn an_address_without_at_sign_is_kept_in_the_native_name_only() {
        let who = by_email("Ada", "Ada-Laptop");
        assert_eq!((who.native.as_str(), who.email), ("Ada <ada-laptop>", None));
        let who = by_email("Ada\u{1b}[31m", "ADA@Example.com");
        assert_eq!(
            (who.native.as_str(), who.email.as_deref()),
            ("Ada <ada@example.com>", Some("ada@example.com"))
        );
    }

    #[test]
    fn a_page_names_each_identity_once() {
        let mut people = People::default();
        let a = people.number(by_email("A", "a@example.com"));
        let b = people.number(by_email("B", "b@example.com"));
        assert_eq!((people.place(b), people.place(a), people.place(b)), (0, 1, 0));
        assert_eq!(people.take().len(), 2);
        assert_eq!(people.place(a), 0);
        assert_eq!(people.number(by_email("A", "A@example.com")), a);
    }
}
