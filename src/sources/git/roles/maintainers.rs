//! MAINTAINERS in its free forms: lists of people with address and login, comma-separated values, Markdown
//! tables, TOML and the kernel's letters. Must not know where the file comes from.

use super::Holder;
use crate::sources::git::signature::is_login;

/// Words of a heading after which people hold a role no longer.
const FORMER: &[&str] =
    &["emeritus", "emeriti", "former", "retired", "alumni", "past", "inactive", "stepped down"];
/// Words of headings and role columns.
const ROLES: &[(&str, &str)] = &[
    ("reviewer", "reviewer"),
    ("approver", "approver"),
    ("committer", "committer"),
    ("maintainer", "maintainer"),
    ("owner", "owner"),
    ("lead", "lead"),
];
/// A name has at most so many words; prose has more.
const NAME_WORDS: usize = 5;

pub(super) fn parse(contents: &str) -> Vec<Holder> {
    let mut reader = Reader { role: Some("maintainer"), ..Reader::default() };
    // The kernel's form is told by its letters.
    reader.is_lettered = contents.lines().any(|line| line.starts_with("M:\t") || line.starts_with("M: "));
    for line in contents.lines() {
        reader.line(line);
    }
    reader.entry();
    reader.holders
}

#[derive(Default)]
struct Reader {
    holders: Vec<Holder>,
    /// What the last heading says; `None` after one for former maintainers.
    role: Option<&'static str>,
    table: Option<Vec<Column>>,
    /// The person of a `[people.x]` section.
    entry: Option<Holder>,
    is_lettered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Login,
    Email,
    Company,
    Role,
    Other,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let text = line.trim();
        if text.contains('|') && !self.is_lettered {
            return self.row(text);
        }
        self.table = None;
        if self.is_lettered {
            let role = match text.split_once(':') {
                Some(("M", _)) => "maintainer",
                Some(("R", _)) => "reviewer",
                _ => return,
            };
            self.holders.extend(people(&text[2..], role));
            return;
        }
        if let Some(section) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            self.entry();
            if section.starts_with("people.") {
                self.entry = self.role.map(|role| Holder { role, ..Holder::default() });
            }
            return;
        }
        if self.field(text) || self.heading(text) {
            return;
        }
        let Some(role) = self.role else { return };
        match values(text) {
            Some(holder) => self.holders.push(Holder { role, ..holder }),
            None => self.holders.extend(people(text, role)),
        }
    }

    /// `Name = "…"` within a person's section.
    fn field(&mut self, text: &str) -> bool {
        let (Some(entry), Some((key, value))) = (&mut self.entry, text.split_once('=')) else { return false };
        let value = value.trim().trim_matches('"').to_owned();
        match key.trim().to_lowercase().as_str() {
            "name" => entry.name = Some(value),
            "email" if value.contains('@') => entry.emails.push(value),
            "github" if is_login(&value) => entry.login = Some(value),
            _ => {}
        }
        true
    }

    fn entry(&mut self) {
        self.holders.extend(self.entry.take());
    }

    /// A heading or a comment; a short one says which role follows.
    fn heading(&mut self, text: &str) -> bool {
        let marked = text.starts_with('#');
        let title = text.trim_matches(['#', '*', '_', ' ', ':']);
        let is_heading = marked || text.ends_with(':') || text.starts_with("**") && text.ends_with("**");
        if !is_heading || title.contains('@') {
            return marked;
        }
        if title.split_whitespace().count() > NAME_WORDS + 1 {
            return true;
        }
        let title = title.to_lowercase();
        if FORMER.iter().any(|word| title.contains(word)) {
            self.role = None;
        } else if let Some((_, role)) = ROLES.iter().find(|(word, _)| title.contains(word)) {
            self.role = Some(role);
        } else if marked && self.role.is_none() {
            self.role = Some("maintainer");
        }
        true
    }

    /// A row of a Markdown table; the first one names the columns.
    fn row(&mut self, text: &str) {
        let inner = text.strip_prefix('|').unwrap_or(text);
        let inner = inner.strip_suffix('|').unwrap_or(inner);
        let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
        let Some(columns) = &self.table else {
            self.table = Some(cells.iter().map(|cell| column(cell)).collect());
            return;
        };
        let is_rule = cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':' | ' ')));
        let Some(section) = self.role.filter(|_| !is_rule) else { return };
        let mut holder = Holder { role: section, ..Holder::default() };
        for (column, cell) in columns.iter().zip(cells) {
            let contacts = contacts(cell);
            match column {
                Column::Name | Column::Login | Column::Email => {
                    for contact in contacts {
                        match contact.what {
                            What::Email(email) => holder.emails.push(email.to_owned()),
                            What::Login(login) => holder.login = Some(login.to_owned()),
                        }
                    }
                    let plain = plain(cell);
                    if *column == Column::Name {
                        holder.name = name(plain);
                    } else if *column == Column::Login && holder.login.is_none() {
                        holder.login =
                            Some(plain.trim_start_matches('@')).filter(|l| is_login(l)).map(str::to_owned);
                    }
                }
                Column::Company => holder.company = company(plain(cell)),
                Column::Role => {
                    let cell = cell.to_lowercase();
                    if FORMER.iter().any(|word| cell.contains(word)) {
                        return;
                    }
                    if let Some((_, role)) = ROLES.iter().find(|(word, _)| cell.contains(word)) {
                        holder.role = role;
                    }
                }
                Column::Other => {}
            }
        }
        if holder.login.is_some() || !holder.emails.is_empty() {
            self.holders.push(holder);
        }
    }
}

fn column(cell: &str) -> Column {
    let cell = cell.trim_matches(['*', '_', ' ']).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| cell.contains(word));
    if has(&["github", "gitlab", "handle", "login", "username", "user name", "nick"]) || cell == "id" {
        Column::Login
    } else if has(&["company", "affiliation", "organization", "organisation", "employer", "sponsor"]) {
        Column::Company
    } else if has(&["mail"]) {
        Column::Email
    } else if has(&["role", "status", "position"]) {
        Column::Role
    } else if has(&[
        "name",
        "maintainer",
        "reviewer",
        "approver",
        "committer",
        "owner",
        "member",
        "person",
        "who",
    ]) {
        Column::Name
    } else {
        Column::Other
    }
}

/// The text of a cell without the target of its link.
fn plain(cell: &str) -> &str {
    let text = cell.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(cell, |(text, _)| text);
    text.trim_matches(['*', '_', '`', ' '])
}

fn company(text: &str) -> Option<String> {
    let none = matches!(
        text.to_lowercase().as_str(),
        "" | "-" | "n/a" | "none" | "independent" | "individual" | "self"
    );
    (!none && text.len() <= 80 && text.chars().any(char::is_alphabetic)).then(|| text.to_owned())
}

/// `"login","Name","email"`, quoted or not.
fn values(text: &str) -> Option<Holder> {
    if text.contains(['<', '(', ']']) || text.contains(" @") {
        return None;
    }
    let fields: Vec<&str> = text.split(',').map(|field| field.trim().trim_matches('"').trim()).collect();
    let email = fields.iter().position(|field| is_email(field))?;
    let login = fields[..email].iter().position(|field| is_login(field));
    let named =
        fields[..email].iter().enumerate().find(|(at, field)| Some(*at) != login && name(field).is_some());
    if fields.len() < 3 || login.is_none() && named.is_none() {
        return None;
    }
    Some(Holder {
        login: login.map(|at| fields[at].to_owned()),
        name: named.and_then(|(_, field)| name(field)),
        emails: vec![fields[email].to_owned()],
        ..Holder::default()
    })
}

/// The people that a line names: a name, then its addresses and login in any brackets. A line that begins
/// with more words than a name has is prose and names nobody.
pub(super) fn people(line: &str, role: &'static str) -> Vec<Holder> {
    let line = line.trim_start_matches(['*', '-', '+', ' ', '\t']);
    let mut people: Vec<Holder> = Vec::new();
    let mut end = 0;
    for contact in contacts(line) {
        let between = &line[end..contact.start];
        end = contact.end;
        let words = between.rsplit_once(": ").map_or(between, |(_, words)| words);
        let has_word = words.chars().any(char::is_alphanumeric) && !matches!(bare(words), "and" | "or");
        let taken = people.last().is_some_and(|last| match contact.what {
            What::Login(_) => last.login.is_some(),
            What::Email(_) => !last.emails.is_empty() && between.contains([',', ';', '&']),
        });
        if people.is_empty() || has_word || taken {
            let mut parts = words.split(',').map(bare).filter(|part| !part.is_empty());
            let first = parts.next().unwrap_or_default();
            let name = name(first);
            if people.is_empty() && name.is_none() && !first.is_empty() {
                return Vec::new();
            }
            let rest: Vec<_> = parts.collect();
            let company =
                if let (true, [one]) = (name.is_some(), rest.as_slice()) { company(one) } else { None };
            people.push(Holder { role, name, company, ..Holder::default() });
        }
        let Some(last) = people.last_mut() else { continue };
        match contact.what {
            What::Email(email) => last.emails.push(email.to_owned()),
            What::Login(login) => last.login = Some(login.to_owned()),
        }
    }
    people
}

fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "()[]<>*_`/,;:-–—|\"&".contains(c))
}

/// A person's name: one to five words, the first with a capital or of a script without them.
fn name(text: &str) -> Option<String> {
    let text = bare(text);
    let text = text.strip_prefix("and ").unwrap_or(text);
    let first = text.chars().next().filter(|_| !matches!(text, "and" | "or"))?;
    let fits = text.split_whitespace().count() <= NAME_WORDS && text.len() <= 80;
    (fits && first.is_alphabetic() && !text.contains(['@', '='])).then(|| text.to_owned())
}

fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && host.contains('.')
            && !host.ends_with('.')
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"@.-_+%'".contains(&b) || b >= 0x80)
            && !host.contains('@')
    })
}

struct Contact<'a> {
    start: usize,
    end: usize,
    what: What<'a>,
}

enum What<'a> {
    Email(&'a str),
    Login(&'a str),
}

/// The addresses and logins of a line, in order: `a@example.com`, `@login`, `https://github.com/login`.
fn contacts(line: &str) -> Vec<Contact<'_>> {
    let is_break = |c: char| c.is_whitespace() || "<>()[]{},;|\"`".contains(c);
    let (mut found, mut at): (Vec<Contact<'_>>, _) = (Vec::new(), 0);
    while at < line.len() {
        let length = line[at..].find(is_break).unwrap_or(line.len() - at);
        let (start, end) = (at, at + length);
        let word = line[start..end].trim_end_matches(['.', ':', '*', '/']);
        at = end + line[end..].chars().next().map_or(0, char::len_utf8);
        let word = word.strip_prefix("mailto:").unwrap_or(word);
        let login = word.strip_prefix('@').or_else(|| {
            let rest = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"))?;
            rest.strip_prefix("github.com/").or_else(|| rest.strip_prefix("gitlab.com/"))
        });
        let what = match login {
            Some(login) if is_login(login) => What::Login(login),
            None if is_email(word) => What::Email(word),
            _ => continue,
        };
        let is_again = found.last().is_some_and(|last| match (&last.what, &what) {
            (What::Login(a), What::Login(b)) | (What::Email(a), What::Email(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        });
        // A link names its target twice: `[@login](https://…/login)`.
        match found.last_mut() {
            Some(last) if is_again => last.end = end,
            _ => found.push(Contact { start, end, what }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `role name <emails> @login at company`, for short tables.
    fn read(contents: &str) -> Vec<String> {
        parse(contents)
            .into_iter()
            .map(|h| {
                let login = h.login.map(|login| format!(" @{login}")).unwrap_or_default();
                let company = h.company.map(|company| format!(" at {company}")).unwrap_or_default();
                let name = h.name.unwrap_or_default();
                format!("{}: {name} <{}>{login}{company}", h.role, h.emails.join(" "))
            })
            .collect()
    }

    #[test]
    fn free_lists_name_people_with_address_and_login() {
        for (contents, people) in [
            (
                "* Ada Example (ada@example.com / @ada)",
                vec!["maintainer: Ada Example <ada@example.com> @ada"],
            ),
            (
                "* Ada Example <ada@example.com> (@ada)",
                vec!["maintainer: Ada Example <ada@example.com> @ada"],
            ),
            (
                "  * `k8s`: Ada Example (<ada@example.com> / @ada), Grace X (<g@example.org> / @grace)",
                vec![
                    "maintainer: Ada Example <ada@example.com> @ada",
                    "maintainer: Grace X <g@example.org> @grace",
                ],
            ),
            (
                "Ada Example <ada@example.com> <ada@example.org> (@ada) pkg:*",
                vec!["maintainer: Ada Example <ada@example.com ada@example.org> @ada"],
            ),
            ("- Ada Example, Acme Inc, @ada", vec!["maintainer: Ada Example <> @ada at Acme Inc"]),
            ("- [Ada Example](https://github.com/ada)", vec!["maintainer: Ada Example <> @ada"]),
            ("- [@ada](https://github.com/ada)", vec!["maintainer:  <> @ada"]),
            (
                "- @ada, @grace and @linus",
                vec!["maintainer:  <> @ada", "maintainer:  <> @grace", "maintainer:  <> @linus"],
            ),
            ("Please write to the whole team at team@example.com.", vec![]),
            ("#     Individual's name <submission email address> (@GITHUB_HANDLE) pkg:*", vec![]),
            ("* @acme/core", vec![]),
            ("José García <jose@example.com>", vec!["maintainer: José García <jose@example.com>"]),
        ] {
            assert_eq!(read(contents), people, "{contents}");
        }
    }

    #[test]
    fn headings_say_the_role_and_end_it() {
        let contents = "# MAINTAINERS\nAda <ada@example.com>\n# REVIEWERS\nGrace <g@example.com>\n\
                        ## Emeritus\nOld <old@example.com>\n## Contact\nNew <new@example.com>\n";
        assert_eq!(
            read(contents),
            [
                "maintainer: Ada <ada@example.com>",
                "reviewer: Grace <g@example.com>",
                "maintainer: New <new@example.com>"
            ]
        );
    }

    #[test]
    fn values_tables_sections_and_letters_are_read() {
        for (contents, people) in [
            (
                "# GitHub ID, Name, Email address\n\"ada\",\"Ada Example\",\"ada@example.com\",\"\"\ngrace,Grace X,g@example.org\n",
                vec![
                    "maintainer: Ada Example <ada@example.com> @ada",
                    "maintainer: Grace X <g@example.org> @grace",
                ],
            ),
            (
                "| Maintainer | GitHub ID | Project Roles | Affiliation |\n|---|---|---|---|\n\
                 | Ada Example | [ada](https://github.com/ada) | Lead | [Acme](https://acme.example) |\n\
                 | Grace X | @grace | Approver(ci) | Independent |\n",
                vec!["lead: Ada Example <> @ada at Acme", "approver: Grace X <> @grace"],
            ),
            (
                "[people]\n\n\t[people.ada]\n\tName = \"Ada Example\"\n\tEmail = \"ada@example.com\"\n\tGitHub = \"ada\"\n",
                vec!["maintainer: Ada Example <ada@example.com> @ada"],
            ),
            (
                "STORAGE\nM:\tAda Example <ada@example.com>\nR:\tGrace X <g@example.org>\nL:\tlist@example.org\n",
                vec!["maintainer: Ada Example <ada@example.com>", "reviewer: Grace X <g@example.org>"],
            ),
        ] {
            assert_eq!(read(contents), people, "{contents}");
        }
    }
}
