//! CODEOWNERS: a pattern and its owners on each line. Must not know where the file comes from.

use super::Holder;
use crate::sources::git::signature::is_login;

/// The owners by pattern; teams (`@org/team`, `@@role`) are no people.
pub(super) fn parse(contents: &str) -> Vec<Holder> {
    let mut holders = Vec::new();
    for line in contents.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        // A section of GitLab: `[Name] @default`, `^[Name][2]`.
        let is_section = line.starts_with('[') || line.starts_with("^[");
        let (part, owners) = if is_section {
            (None, line.rsplit_once(']').map_or("", |(_, owners)| owners))
        } else {
            let (pattern, owners) = line.split_once([' ', '\t']).unwrap_or((line, ""));
            ((!matches!(pattern, "*" | "**" | "/")).then(|| pattern.to_owned()), owners)
        };
        for owner in owners.split_whitespace() {
            let holder = Holder { role: "owner", part: part.clone(), ..Holder::default() };
            if let Some(login) = owner.strip_prefix('@') {
                if is_login(login) {
                    holders.push(Holder { login: Some(login.to_owned()), ..holder });
                }
            } else if owner
                .split_once('@')
                .is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
            {
                holders.push(Holder { emails: vec![owner.to_owned()], ..holder });
            }
        }
    }
    holders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_own_patterns_and_teams_are_nobody() {
        let contents = "# all\n* @acme/core @Ada\n/docs/ grace@example.com @linus # writers\n[Build] @margaret\n\
                        ^[Maybe][2] @@developer\n/none\n\\#odd @ada\n";
        let read: Vec<_> = parse(contents)
            .into_iter()
            .map(|h| (h.part, h.login.unwrap_or_else(|| h.emails[0].clone())))
            .collect();
        let some = |part: &str| Some(part.to_owned());
        assert_eq!(
            read,
            [
                (None, "Ada".to_owned()),
                (some("/docs/"), "grace@example.com".to_owned()),
                (some("/docs/"), "linus".to_owned()),
                (None, "margaret".to_owned()),
                (some("\\#odd"), "ada".to_owned()),
            ]
        );
    }
}
