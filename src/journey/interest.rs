//! What an account is active in, by name: repositories, categories, channels and the labels that name a topic. Must not
//! know who did what there.

use std::collections::BTreeSet;

use crate::domain::rules::Rules;

/// How many are shown.
pub const SHOWN: usize = 8;

/// A subject (`repo:owner/name`, `category:…`, `channel:…`) or a label, and how much of an account is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted<'a> {
    pub name: &'a str,
    pub members: u32,
    pub activities: u64,
}

/// Labels about the state of a thread rather than its topic, in lower case. `*` stands for anything at either end.
const PROCESS: &str = "approved, lgtm, cla*, cncf-cla*, needs*, size*, priority*, p0, p1, p2, p3, triage*, status*, \
    lifecycle*, do-not-merge*, release-note*, cherry-pick*, backport*, good first issue, good-first-issue, help wanted, \
    help-wanted, duplicate, invalid, wip, kind/*, type/*, type:*, dependencies, ok-to-test, tide/*, resolution*, \
    severity*, blocked*, ready*, waiting*, hacktoberfest, verified, in progress, in-progress, automated*, bot*, ci, \
    tests, cleanup, chore";

/// Words before the topic of a label.
const AREAS: &str = "area/ area: area- component/ component: sig/ topic/ topic: module/ module:";

/// What an act is about: its subject as it is, and `label:` with each label that names a topic.
pub fn names(rules: &Rules, subject: Option<&str>, labels: &[String]) -> Vec<String> {
    let topics = labels.iter().filter_map(|label| topic(rules, label)).map(|topic| format!("label:{topic}"));
    subject.map(str::to_owned).into_iter().chain(topics).collect()
}

/// The topic of a label; `None`: it says something else, such as what kind of thread it is or how far it came.
pub fn topic<'a>(rules: &Rules, label: &'a str) -> Option<&'a str> {
    let label = label.trim();
    let lower = label.to_lowercase();
    let marked = rules.labels.values().flatten().any(|pattern| fits(&pattern.to_lowercase(), &lower));
    let process = PROCESS.split(", ").any(|pattern| fits(pattern, &lower));
    (!label.is_empty() && !marked && !process).then_some(label)
}

/// The names to show, most members first, then most activities, then by name. A repository goes without its owner
/// where no other owner has one of that name here, a label without the word before its topic.
pub fn shown(counts: &[Counted<'_>]) -> Vec<String> {
    let mut order: Vec<&Counted<'_>> = counts.iter().filter(|one| one.members > 0).collect();
    order.sort_by_key(|one| (std::cmp::Reverse((one.members, one.activities)), one.name));
    let mut seen = BTreeSet::new();
    let names = order.iter().map(|one| short(one.name, counts));
    names
        .filter(|name| !name.is_empty() && seen.insert(name.to_lowercase()))
        .take(SHOWN)
        .map(str::to_owned)
        .collect()
}

fn short<'a>(name: &'a str, all: &[Counted<'_>]) -> &'a str {
    let Some(repository) = name.strip_prefix("repo:") else { return bare(name) };
    let last = |name: &'a str| name.rsplit_once('/').map_or(name, |(_, last)| last);
    let same = |other: &Counted<'_>| {
        let other = other.name.strip_prefix("repo:");
        other.is_some_and(|other| other != repository && other.ends_with(&format!("/{}", last(repository))))
    };
    if all.iter().any(same) { repository } else { last(repository) }
}

/// Without the word that says what sort of name it is.
fn bare(name: &str) -> &str {
    let Some(label) = name.strip_prefix("label:") else {
        let rest = ["category:", "channel:"].iter().find_map(|sort| name.strip_prefix(sort)).unwrap_or(name);
        return rest.trim_start_matches('#').trim();
    };
    let areas = AREAS.split(' ').find_map(|area| label.strip_prefix(area));
    areas.unwrap_or(label).trim()
}

/// Whether `text` is what `pattern` says; `*` at either end stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let inner = pattern.trim_start_matches('*').trim_end_matches('*');
    match (pattern.starts_with('*'), pattern.ends_with('*')) {
        (true, true) => text.contains(inner),
        (true, false) => text.ends_with(inner),
        (false, true) => text.starts_with(inner),
        (false, false) => text == inner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(name: &str, members: u32, activities: u64) -> Counted<'_> {
        Counted { name, members, activities }
    }

    #[test]
    fn most_members_come_first_and_names_lose_what_says_their_sort() {
        let counts = [
            counted("repo:made-up/engine", 3, 90),
            counted("label:area/alerting", 5, 8),
            counted("channel:#help", 3, 100),
            counted("category:Storage", 1, 1),
            counted("label:alerting", 1, 50),
            counted("repo:made-up/quiet", 0, 7),
        ];
        assert_eq!(shown(&counts), ["alerting", "help", "engine", "Storage"]);
    }

    #[test]
    fn a_repository_keeps_its_owner_where_two_have_one_of_that_name() {
        let counts =
            [counted("repo:one/docs", 2, 1), counted("repo:two/docs", 1, 1), counted("repo:one/app", 1, 1)];
        assert_eq!(shown(&counts), ["one/docs", "app", "two/docs"]);
    }

    #[test]
    fn no_more_are_shown_than_can_be_read() {
        let names: Vec<String> = (0..40).map(|n| format!("repo:made-up/r{n:02}")).collect();
        let counts: Vec<_> = names.iter().map(|name| counted(name, 1, 1)).collect();
        assert_eq!(shown(&counts).len(), SHOWN);
        assert_eq!(shown(&counts)[0], "r00");
    }

    #[test]
    fn an_act_is_about_its_subject_and_the_topics_of_its_labels() {
        let labels = ["kind/bug", "area/storage", "size/L"].map(str::to_owned);
        let names = names(&Rules::default(), Some("repo:made-up/engine"), &labels);
        assert_eq!(names, ["repo:made-up/engine", "label:area/storage"]);
    }

    #[test]
    fn a_label_is_an_interest_only_where_it_names_a_topic() {
        let rules = Rules::default();
        for topic_of in ["area/alerting", "component:api", "receiver/kafka", "sig/storage", "Performance"] {
            assert_eq!(topic(&rules, topic_of), Some(topic_of));
        }
        for other in
            ["bug", "kind/bug", "wontfix", "LGTM", "priority/P1", "needs-triage", "stale", " ", "size/XS"]
        {
            assert_eq!(topic(&rules, other), None, "{other}");
        }
    }
}
