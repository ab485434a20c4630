//! Which labels name a topic that somebody is active in. Must not know who did what there.

use super::lists;
use crate::domain::rules::Rules;

/// The topic of a label; `None`: it says something else, such as what kind of thread it is or how far it came.
pub fn topic<'a>(rules: &Rules, label: &'a str) -> Option<&'a str> {
    let label = label.trim();
    let lower = label.to_lowercase();
    let marked = rules.labels.values().flatten().any(|pattern| fits(&pattern.to_lowercase(), &lower));
    (!label.is_empty() && !marked && !lists::PROCESS.meet(&lower)).then_some(label)
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
