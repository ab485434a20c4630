//! What the text of a commit says: which request it merges and whose, who wrote and reviewed with the author.
//! Must not know git objects or identities.

use gix::bstr::ByteSlice;

use super::signature::is_login;

/// The request that a commit brings in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Request<'a> {
    /// `#12`, or `!12` for a merge request of GitLab.
    pub thread: Option<String>,
    /// Whose branch is merged, where the text really names a login.
    pub login: Option<&'a str>,
}

/// Reads the message of a merge commit, in the styles of GitHub, Gitea, bors, Bitbucket and GitLab.
pub(super) fn merge(message: &str) -> Request<'_> {
    let title = message.trim_start().lines().next().unwrap_or_default().trim();
    if let Some(rest) = title.strip_prefix("Merge pull request ") {
        if let Some(rest) = rest.strip_prefix('#') {
            let (number, rest) = digits(rest);
            let from = rest.strip_prefix(" from ").and_then(|rest| rest.split_once('/'));
            let login = from.map(|(login, _)| login).filter(|login| is_login(login));
            return Request { thread: numbered('#', number), login };
        }
        // Gitea: `'title' (#12) from owner/repo:branch into main`; without the colon a branch is named.
        if let Some((_, rest)) = rest.rsplit_once(" (#") {
            let (number, rest) = digits(rest);
            let head = rest.strip_prefix(") from ").and_then(|rest| rest.split_once(':'));
            let login = head.and_then(|(repo, _)| repo.split_once('/')).map(|(owner, _)| owner);
            return Request { thread: numbered('#', number), login: login.filter(|login| is_login(login)) };
        }
    }
    if let Some(rest) = title.strip_prefix("Auto merge of #") {
        let (number, rest) = digits(rest);
        let login = rest.strip_prefix(" - ").and_then(|rest| rest.split_once(':')).map(|(login, _)| login);
        return Request { thread: numbered('#', number), login: login.filter(|login| is_login(login)) };
    }
    if let Some((_, rest)) = title.split_once("(pull request #")
        && title.starts_with("Merged in ")
    {
        return Request { thread: numbered('#', digits(rest).0), login: None };
    }
    Request { thread: merge_request(message).or_else(|| squash(title)), login: None }
}

/// The request that a squashed commit's title ends with: `Fix the scrape loop (#123)`.
pub(super) fn squash(title: &str) -> Option<String> {
    let (_, number) = title.trim_end().strip_suffix(')')?.rsplit_once("(#")?;
    (digits(number).1.is_empty()).then(|| numbered('#', number))?
}

/// GitLab's `See merge request group/project!12`.
fn merge_request(message: &str) -> Option<String> {
    let line = message.lines().rev().find_map(|line| line.trim().strip_prefix("See merge request "))?;
    numbered('!', digits(line.rsplit_once('!')?.1).0)
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn numbered(mark: char, number: &str) -> Option<String> {
    (1..=18).contains(&number.len()).then(|| format!("{mark}{number}"))
}

/// What a line of a message credits somebody with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credit {
    Coauthor,
    Reviewer,
}

const CREDITS: &[(&[u8], Credit)] = &[
    (b"co-authored-by:", Credit::Coauthor),
    (b"coauthored-by:", Credit::Coauthor),
    (b"reviewed-by:", Credit::Reviewer),
];

/// The credits of a message and their values, wherever a line begins with one: squashing a branch leaves
/// them in the middle, often behind a list mark.
pub(super) fn credits(message: &[u8]) -> impl Iterator<Item = (Credit, &[u8])> {
    message.lines().filter_map(|line| {
        let start = line.iter().position(|b| !matches!(b, b' ' | b'\t' | b'*' | b'-' | b'>'))?;
        let line = &line[start..];
        if !matches!(line[0], b'c' | b'C' | b'r' | b'R') {
            return None;
        }
        CREDITS.iter().find_map(|(word, credit)| {
            let head = line.get(..word.len())?;
            head.eq_ignore_ascii_case(word).then(|| (*credit, line[word.len()..].trim_ascii()))
        })
    })
}

/// Somebody whom a credit names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named<'a> {
    Email { name: &'a str, email: &'a str },
    Login(&'a str),
}

/// The people that a credit's value names: `A <a@…>, B <b@…>`, `A a@…`, `@login`. Bare words are nobody.
pub(super) fn named(value: &str) -> Vec<Named<'_>> {
    let mut rest = value;
    let mut people = Vec::new();
    while let Some((name, (email, after))) =
        rest.split_once('<').and_then(|(name, tail)| Some((name, tail.split_once('>')?)))
    {
        let name = name.trim_start_matches([',', ';', '&', ' ']).trim_end();
        let name = name.strip_prefix("and ").unwrap_or(name).trim_matches('"');
        if !(name.is_empty() && email.trim().is_empty()) {
            people.push(Named::Email { name, email: email.trim() });
        }
        rest = after;
    }
    if !people.is_empty() {
        return people;
    }
    let words = value.split([' ', ',', '\t']).filter(|word| !word.is_empty());
    for word in words {
        if let Some(login) = word.strip_prefix('@') {
            if is_login(login) {
                people.push(Named::Login(login));
            }
        } else if people.is_empty() && word.split_once('@').is_some_and(|(_, host)| host.contains('.')) {
            let name = value.split(word).next().unwrap_or_default().trim_matches([' ', '(', '[', '"']);
            people.push(Named::Email { name, email: word.trim_matches(['(', ')', '[', ']', '.']) });
        }
    }
    people
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_names_its_request_and_only_real_logins() {
        for (message, thread, login) in [
            ("Merge pull request #12 from ada/fix-it\n\nFix", Some("#12"), Some("ada")),
            ("Merge pull request #12 from ada-x/feature/deep", Some("#12"), Some("ada-x")),
            ("Merge pull request #12 from helper[bot]/bump", Some("#12"), Some("helper[bot]")),
            ("Merge pull request 'Fix' (#7) from ada/tool:fix into main", Some("#7"), Some("ada")),
            ("Merge pull request 'Fix' (#7) from feature/fix into main", Some("#7"), None),
            ("Auto merge of #99 - ada:fix, r=grace", Some("#99"), Some("ada")),
            ("Merged in ada/fix (pull request #5)", Some("#5"), None),
            ("Merge branch 'fix' into 'main'\n\nFix\n\nSee merge request group/tool!31", Some("!31"), None),
            ("Merge branch 'main' of https://example.com/ada/tool", None, None),
            ("Merge remote-tracking branch 'ada/fix'", None, None),
            ("Merge pull request #x from ada/fix", None, Some("ada").filter(|_| false)),
            ("", None, None),
        ] {
            let read = merge(message);
            assert_eq!((read.thread.as_deref(), read.login), (thread, login), "{message:?}");
        }
    }

    #[test]
    fn a_squashed_title_ends_with_its_request() {
        for (title, thread) in [
            ("Fix (#123)", Some("#123")),
            ("Fix (#1) (#23)", Some("#23")),
            ("Fix #123", None),
            ("Fix (#12a)", None),
            ("Fix (#)", None),
            ("(#5) Fix", None),
        ] {
            assert_eq!(squash(title).as_deref(), thread, "{title}");
        }
    }

    #[test]
    fn credits_are_found_on_every_line_in_any_case() {
        let message = b"Title\n\n* one\n\nCo-Authored-By: A <a@example.com>\n* Co-authored-by: B <b@example.com>\n\nmore\n\
            reviewed-by: C <c@example.com>\r\nnot Co-authored-by: D <d@example.com>\nReviewed-bye\n";
        let found: Vec<_> = credits(message).collect();
        assert_eq!(
            found,
            [
                (Credit::Coauthor, &b"A <a@example.com>"[..]),
                (Credit::Coauthor, b"B <b@example.com>"),
                (Credit::Reviewer, b"C <c@example.com>"),
            ]
        );
    }

    #[test]
    fn a_credit_names_people_by_address_or_login_and_never_by_prose() {
        let email = |name, email| Named::Email { name, email };
        for (value, people) in [
            ("A Bee <a@example.com>", vec![email("A Bee", "a@example.com")]),
            (
                "A <a@example.com>, B <b@example.com>",
                vec![email("A", "a@example.com"), email("B", "b@example.com")],
            ),
            (
                "A <a@example.com> and B <b@example.com>",
                vec![email("A", "a@example.com"), email("B", "b@example.com")],
            ),
            ("\"A\" <a@example.com>", vec![email("A", "a@example.com")]),
            ("A Bee a@example.com", vec![email("A Bee", "a@example.com")]),
            ("A Bee (a@example.com)", vec![email("A Bee", "a@example.com")]),
            ("@ada, @grace", vec![Named::Login("ada"), Named::Login("grace")]),
            ("the whole team", vec![]),
            ("<>", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(named(value), people, "{value}");
        }
    }
}
