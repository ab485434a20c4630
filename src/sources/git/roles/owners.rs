//! `OWNERS` and `OWNERS_ALIASES`: lists in a small part of YAML, read line by line, and bare addresses. Must not know
//! where the files come from.

use std::collections::BTreeMap;

use super::{Holder, maintainers};
use crate::sources::git::signature::is_login;

/// By lower-case name, who is meant by it.
pub(super) type Aliases = BTreeMap<String, Vec<Holder>>;

/// The lists that give a role; all other keys (`emeritus_approvers`, `labels`, …) give none.
const ROLES: &[(&str, &str)] = &[
    ("approvers", "approver"),
    ("reviewers", "reviewer"),
    ("required_reviewers", "reviewer"),
    ("owners", "owner"),
    ("maintainers", "maintainer"),
    ("leads", "lead"),
];

pub(super) fn parse(contents: &str) -> Vec<Holder> {
    let mut holders = Vec::new();
    let mut list: Option<&'static str> = None;
    for line in contents.lines() {
        match Line::read(line) {
            Line::Key(key, items) => {
                list = ROLES.iter().find(|(word, _)| *word == key).map(|(_, role)| *role);
                if let Some(role) = list {
                    holders.extend(items.filter_map(|item| holder(item, "", role)));
                }
            }
            Line::Item(item, comment) => {
                if let Some(role) = list {
                    holders.extend(holder(item, comment, role));
                }
            }
            // The older form: an address on a line of its own.
            Line::Other(word) if word.contains('@') && !word.contains([' ', ':']) => {
                holders.extend(holder(word, "", "owner"));
            }
            Line::Other(_) => {}
        }
    }
    holders
}

pub(super) fn aliases(contents: &str) -> Aliases {
    let mut aliases = Aliases::new();
    let mut list: Option<String> = None;
    for line in contents.lines() {
        match Line::read(line) {
            Line::Key("aliases", _) => list = None,
            Line::Key(key, items) => {
                let key = key.to_lowercase();
                aliases.entry(key.clone()).or_default().extend(items.filter_map(|item| holder(item, "", "")));
                list = Some(key);
            }
            Line::Item(item, comment) => {
                if let Some(members) = list.as_ref().and_then(|list| aliases.get_mut(list)) {
                    members.extend(holder(item, comment, ""));
                }
            }
            Line::Other(_) => {}
        }
    }
    aliases
}

enum Line<'a, I> {
    /// `approvers:`, also with its list in brackets behind it.
    Key(&'a str, I),
    /// `- login # comment`.
    Item(&'a str, &'a str),
    Other(&'a str),
}

impl<'a> Line<'a, Box<dyn Iterator<Item = &'a str> + 'a>> {
    fn read(line: &'a str) -> Self {
        let (text, comment) = match line.find(" #").or_else(|| line.starts_with('#').then_some(0)) {
            Some(at) => (&line[..at], line[at..].trim_start_matches([' ', '#'])),
            None => (line, ""),
        };
        let text = text.trim();
        if let Some(item) = text.strip_prefix('-') {
            return Self::Item(unquote(item), comment);
        }
        if let Some((key, rest)) = text.split_once(':')
            && !text.contains('@')
        {
            let items =
                rest.trim().trim_matches(['[', ']']).split(',').filter(|item| !item.trim().is_empty());
            return Self::Key(unquote(key), Box::new(items.map(unquote)));
        }
        Self::Other(text)
    }
}

fn unquote(text: &str) -> &str {
    text.trim().trim_matches(['"', '\'']).trim()
}

/// An entry of a list: a login or an address; the comment behind it may name both and the person.
fn holder(item: &str, comment: &str, role: &'static str) -> Option<Holder> {
    let item = unquote(item);
    let login = item.strip_prefix('@').unwrap_or(item);
    let mut holder = Holder { role, ..Holder::default() };
    if is_login(login) {
        holder.login = Some(login.to_owned());
    } else if item.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.')) {
        holder.emails.push(item.to_owned());
    } else {
        return None;
    }
    if let [person] = maintainers::people(comment, role).as_slice()
        && person.login.is_none()
        && person.name.is_some()
    {
        holder.name.clone_from(&person.name);
        holder.emails.extend(person.emails.iter().cloned());
    }
    Some(holder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(contents: &str) -> Vec<(String, String)> {
        let who = |holder: &Holder| holder.login.clone().unwrap_or_else(|| holder.emails[0].clone());
        parse(contents).iter().map(|holder| (holder.role.to_owned(), who(holder))).collect()
    }

    #[test]
    fn lists_of_every_form_are_read_and_emeriti_hold_nothing() {
        let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter().map(|(role, who)| ((*role).to_owned(), (*who).to_owned())).collect()
        };
        for (contents, holders) in [
            (
                "approvers:\n- ada\n  - grace # first\nreviewers:\n- linus-x\n",
                pairs(&[("approver", "ada"), ("approver", "grace"), ("reviewer", "linus-x")]),
            ),
            (
                "approvers: [ada, \"grace\"]\nlabels:\n- area/storage\nemeritus_approvers:\n- old\n",
                pairs(&[("approver", "ada"), ("approver", "grace")]),
            ),
            (
                "filters:\n  \".*\":\n    approvers:\n    - '@ada'\n    labels:\n    - x\n",
                pairs(&[("approver", "ada")]),
            ),
            (
                "# comment\nada@example.com\nper-file *.c=grace@example.com\nset noparent\n*\n",
                pairs(&[("owner", "ada@example.com")]),
            ),
            ("options:\n  no_parent_owners: true\n", vec![]),
            ("approvers:\n- acme/team\n- two words\n-\n", vec![]),
        ] {
            assert_eq!(read(contents), holders, "{contents}");
        }
    }

    #[test]
    fn a_comment_behind_a_login_names_the_person() {
        let holders = parse(
            "approvers:\n  - ada   # Ada Example <ada@example.com> <ada@example.org>\n  - grace # see the guide\n",
        );
        assert_eq!(holders[0].name.as_deref(), Some("Ada Example"));
        assert_eq!(holders[0].emails, ["ada@example.com", "ada@example.org"]);
        assert_eq!((holders[1].name.clone(), holders[1].emails.len()), (None, 0));
    }

    #[test]
    fn aliases_are_lists_by_name() {
        let aliases = aliases("aliases:\n  Core-Team:\n  - ada\n  - grace\n  docs: [linus]\n");
        let logins = |name: &str| aliases[name].iter().filter_map(|h| h.login.clone()).collect::<Vec<_>>();
        assert_eq!(logins("core-team"), ["ada", "grace"]);
        assert_eq!(logins("docs"), ["linus"]);
    }
}
