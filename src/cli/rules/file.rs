//! Rules as the file that reads back as them. Must not know who prints it.

use std::fmt::{Display, Write as _};

use crate::domain::{
    activity::Kind,
    rules::{MoveRule, Rules, SignalRule, Thresholds},
};

/// A whole rules file.
pub(super) fn text(rules: &Rules) -> String {
    let mut out = String::new();
    thresholds(&mut out, &rules.thresholds);
    section(&mut out, "labels", rules.labels.iter().map(|(mark, labels)| (mark.text(), list(labels))));
    section(&mut out, "themes", rules.themes.iter().map(|(theme, words)| (theme.text(), list(words))));
    let acts = &rules.acts;
    let kinds = [("passive", &acts.passive), ("friendly", &acts.friendly), ("downstream", &acts.downstream)];
    section(&mut out, "acts", kinds.into_iter().map(|(key, kinds)| (key, list(&words(kinds)))));
    for rule in &rules.signals {
        section(&mut out, "[signal]", signal(rule).into_iter());
    }
    // What is switched off must be said, or ours would hold again for who reads the file.
    let is_off = |ours: &&SignalRule| !rules.signals.iter().any(|rule| rule.name == ours.name);
    for ours in Rules::default().signals.iter().filter(is_off) {
        section(&mut out, "[signal]", [("name", quoted(&ours.name)), ("points", "0".to_owned())].into_iter());
    }
    for rule in &rules.moves {
        section(&mut out, "[move]", moving(rule).into_iter());
    }
    let blocker = &rules.blocker;
    let blocker = [("points", blocker.points.to_string()), ("went_on", blocker.went_on.to_string())];
    section(&mut out, "blocker", blocker.into_iter());
    out
}

type Line = (&'static str, String);

fn section<'a>(out: &mut String, name: &str, lines: impl Iterator<Item = (&'a str, String)>) {
    let gap = if out.is_empty() { "" } else { "\n" };
    let _written = writeln!(out, "{gap}[{name}]");
    for (key, value) in lines {
        let _written = writeln!(out, "{key} = {value}");
    }
}

fn thresholds(out: &mut String, all: &Thresholds) {
    let Thresholds {
        active_days,
        unanswered_days,
        elsewhere_days,
        wide,
        contested_share,
        same_cause,
        quorum,
        support,
        placed,
        friend_acts,
        friend_days,
        recent_weeks,
        past_weeks,
        false_discovery,
    } = all;
    let lines: [(&str, &dyn Display); 14] = [
        ("active_days", active_days),
        ("unanswered_days", unanswered_days),
        ("elsewhere_days", elsewhere_days),
        ("wide", wide),
        ("contested_share", contested_share),
        ("same_cause", same_cause),
        ("quorum", quorum),
        ("support", support),
        ("placed", placed),
        ("friend_acts", friend_acts),
        ("friend_days", friend_days),
        ("recent_weeks", recent_weeks),
        ("past_weeks", past_weeks),
        ("false_discovery", false_discovery),
    ];
    section(out, "thresholds", lines.into_iter().map(|(key, value)| (key, value.to_string())));
}

fn signal(rule: &SignalRule) -> Vec<Line> {
    let mut lines =
        vec![("name", quoted(&rule.name)), ("signal", quoted(rule.signal)), ("case", quoted(rule.case))];
    if !rule.kinds.is_empty() {
        lines.push(("kinds", list(&words(&rule.kinds))));
    }
    lines.extend(rule.mark.map(|mark| ("mark", quoted(mark))));
    lines.push(("points", rule.points.to_string()));
    lines.extend(rule.half_life.map(|days| ("half_life", days.to_string())));
    lines
}

fn moving(rule: &MoveRule) -> Vec<Line> {
    let mut lines = vec![("name", quoted(&rule.name)), ("from", quoted(rule.from)), ("to", quoted(rule.to))];
    if !rule.signals.is_empty() {
        lines.push(("signals", list(&rule.signals)));
    }
    if rule.points.0 != 0 {
        lines.push(("points", rule.points.to_string()));
    }
    let counts = [
        ("acts", rule.acts),
        ("weeks", rule.weeks),
        ("days", rule.days),
        ("counterparts", rule.counterparts),
    ];
    lines.extend(counts.into_iter().filter(|(_, count)| *count > 0).map(|(key, n)| (key, n.to_string())));
    let needs = [("role", rule.role), ("internal", rule.internal)];
    lines.extend(needs.into_iter().filter(|(_, needed)| *needed).map(|(key, _)| (key, "true".to_owned())));
    lines
}

fn words(kinds: &[Kind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.text()).collect()
}

fn list<T: Display>(entries: &[T]) -> String {
    let entries: Vec<String> = entries.iter().map(quoted).collect();
    format!("[{}]", entries.join(", "))
}

fn quoted(text: impl Display) -> String {
    let text = text.to_string();
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _written = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{config::parse_rules, domain::points::Points};

    #[test]
    fn the_rules_print_as_a_file_that_reads_back_as_them() {
        let ours = Rules::default();
        assert_eq!(toml::from_str::<Rules>(&text(&ours)).unwrap(), ours);
        assert_eq!(parse_rules(&text(&ours), Path::new("x")).unwrap(), ours);
        let mut other = ours.clone();
        other.thresholds.support = Points(125);
        other.labels.values_mut().next().unwrap()[0] = "a \"b\" \\ \u{7}".to_owned();
        assert_eq!(toml::from_str::<Rules>(&text(&other)).unwrap(), other);
        let mut off = ours.clone();
        off.signals.retain(|rule| rule.name != "amplified");
        assert_eq!(parse_rules(&text(&off), Path::new("x")).unwrap(), off, "what is off stays off");
    }
}
