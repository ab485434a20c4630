//! Settings are adopted into the store by a decision; one that differs is shown before anything is derived
//! anew. Must not know where settings come from.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::settings::{Settings, SourceZones};

/// What would change: one line a setting, `- …` as adopted, `+ …` as it is now; empty when nothing would.
pub fn difference(adopted: &Settings, current: &Settings) -> Vec<String> {
    let (before, after) = (flat(adopted), flat(current));
    let mut lines = Vec::new();
    for (path, value) in &before {
        if after.get(path) != Some(value) {
            lines.push(format!("- {path} = {value}"));
        }
    }
    for (path, value) in &after {
        if before.get(path) != Some(value) {
            lines.push(format!("+ {path} = {value}"));
        }
    }
    lines
}

/// Whether sources were added and nothing else was changed: no earlier conclusion can be another one then.
pub fn only_adds_sources(adopted: &Settings, current: &Settings) -> bool {
    let known = |zones: &&SourceZones| adopted.zones.iter().any(|known| known.source == zones.source);
    let zones: Vec<SourceZones> = current.zones.iter().filter(known).cloned().collect();
    current.zones.len() > adopted.zones.len() && Settings { zones, ..current.clone() } == *adopted
}

/// Every leaf under its path. Named things are listed by their name, so that their order does not matter.
fn flat(settings: &Settings) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    walk(String::new(), &serde_json::to_value(settings).unwrap_or(Value::Null), &mut leaves);
    leaves
}

fn walk(path: String, value: &Value, leaves: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                walk(format!("{path}{dot}{name}"), value, leaves);
            }
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                let name = ["name", "source", "match"].iter().find_map(|key| entry.get(key)?.as_str());
                let plain = entry.as_str();
                let place = name.or(plain).map_or_else(|| index.to_string(), ToOwned::to_owned);
                walk(format!("{path}[{place}]"), entry, leaves);
            }
        }
        Value::Null => {}
        leaf => {
            leaves.insert(path, leaf.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        account::{Relation, Zone},
        settings::NamedAccount,
    };

    fn rival(relation: Relation) -> NamedAccount {
        let domains = vec!["rival.example".to_owned()];
        NamedAccount { name: "Rival".to_owned(), domains, relation: Some(relation), owner: None }
    }

    #[test]
    fn equal_settings_do_not_differ_and_a_change_is_shown_from_both_sides() {
        let before = Settings { accounts: vec![rival(Relation::Competitor)], ..Settings::default() };
        let after = Settings { accounts: vec![rival(Relation::Partner)], ..Settings::default() };
        assert!(difference(&before, &before).is_empty());
        assert_eq!(
            difference(&before, &after),
            ["- accounts[Rival].relation = \"competitor\"", "+ accounts[Rival].relation = \"partner\""]
        );
    }

    #[test]
    fn a_source_more_is_told_from_every_other_change() {
        let zones = |source: &str, zone| SourceZones { source: source.to_owned(), zone, parts: Vec::new() };
        let one = Settings { zones: vec![zones("a", Zone::Upstream)], ..Settings::default() };
        let two = Settings {
            zones: vec![zones("a", Zone::Upstream), zones("b", Zone::Program)],
            ..Settings::default()
        };
        assert!(only_adds_sources(&one, &two));
        assert!(!only_adds_sources(&one, &one) && !only_adds_sources(&two, &one));
        let moved = Settings {
            zones: vec![zones("a", Zone::Program), zones("b", Zone::Program)],
            ..Settings::default()
        };
        assert!(!only_adds_sources(&one, &moved));
        assert!(!only_adds_sources(&one, &Settings { accounts: vec![rival(Relation::Partner)], ..two }));
    }

    #[test]
    fn the_order_of_named_things_is_no_difference() {
        let other =
            NamedAccount { name: "Other".to_owned(), domains: Vec::new(), relation: None, owner: None };
        let one = Settings { accounts: vec![rival(Relation::Vendor), other.clone()], ..Settings::default() };
        let two = Settings { accounts: vec![other, rival(Relation::Vendor)], ..Settings::default() };
        assert!(difference(&one, &two).is_empty());
    }
}
