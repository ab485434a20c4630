//! From what the store keeps to what the engine sees: the zone of an activity by the settings, and what its labels
//! mean to the rules. Must not know what follows from either.

use std::collections::{BTreeMap, HashMap};

use crate::{
    domain::{
        account::Zone,
        activity::Kind,
        settings::{Settings, SourceZones},
    },
    journey::{assess::Engine, case, interest::topic},
    store::{Act, Ledger, StoreError},
};

/// Reads activities by the settings in force.
pub struct Lens {
    pub engine: Engine,
    /// By the number of the source.
    sources: BTreeMap<u16, Zones>,
    /// By the number of the set of labels.
    marks: HashMap<u32, case::Marks>,
    downstream: Vec<Kind>,
    /// What a subject is called, and which topics a set of labels names, by their numbers.
    subjects: HashMap<u32, String>,
    topics: HashMap<u32, Vec<String>>,
}

/// The zones of one source.
struct Zones {
    all: Zone,
    /// By the number of the subject, where a part of the settings names it.
    subjects: HashMap<u32, Zone>,
    /// By the number of the set of labels, likewise.
    labels: HashMap<u32, Zone>,
}

impl Lens {
    pub fn new(settings: &Settings, ledger: &Ledger<'_>) -> Result<Self, StoreError> {
        let engine = Engine::new(&settings.rules);
        let (subjects, sets) = (ledger.subjects()?, ledger.labelsets()?);
        let marks = sets
            .iter()
            .map(|(number, text)| (*number, engine.marks(&text.lines().collect::<Vec<_>>())))
            .collect();
        let mut sources = BTreeMap::new();
        for (number, name) in ledger.source_names()? {
            if let Some(zones) = settings.zones.iter().find(|zones| zones.source == name) {
                sources.insert(number, Zones::new(zones, &subjects, &sets));
            }
        }
        let downstream = settings.rules.acts.downstream.clone();
        let of_set = |text: &str| -> Vec<String> {
            text.lines().filter_map(|label| topic(&settings.rules, label)).map(str::to_owned).collect()
        };
        let topics = sets.iter().map(|(number, text)| (*number, of_set(text))).collect();
        let subjects = subjects.into_iter().collect();
        Ok(Self { engine, sources, marks, downstream, subjects, topics })
    }

    /// What the engine sees of an activity of a source.
    pub fn act(&self, act: &Act, source: u16) -> case::Act {
        case::Act {
            at: act.at,
            seq: act.seq,
            known_at: act.known_at,
            identity: act.identity,
            kind: act.kind,
            zone: self.zone(act, source),
            marks: act.labels.and_then(|set| self.marks.get(&set)).copied().unwrap_or_default(),
            subject: act.subject,
            thread: act.thread,
            counterpart: act.counterpart,
        }
    }

    /// What an activity shows an interest in: where it happened, and the topics of its labels.
    pub fn topics(&self, act: &Act) -> impl Iterator<Item = &str> {
        let labels = act.labels.and_then(|set| self.topics.get(&set)).into_iter().flatten();
        let subject = act.subject.and_then(|subject| self.subjects.get(&subject));
        subject.into_iter().chain(labels).map(String::as_str)
    }

    /// What a CRM says is downstream, and so are trials and support, wherever they are told.
    fn zone(&self, act: &Act, source: u16) -> Zone {
        if is_crm(act.kind) || self.downstream.contains(&act.kind) {
            return Zone::Downstream;
        }
        let Some(zones) = self.sources.get(&source) else { return Zone::Upstream };
        let by_labels = act.labels.and_then(|set| zones.labels.get(&set));
        let by_subject = act.subject.and_then(|subject| zones.subjects.get(&subject));
        by_labels.or(by_subject).copied().unwrap_or(zones.all)
    }
}

const fn is_crm(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ContactCreated
            | Kind::MeetingHeld
            | Kind::EmailReplied
            | Kind::CallHeld
            | Kind::DealCreated
            | Kind::DealStageChanged
            | Kind::DealWon
            | Kind::DealLost
            | Kind::CrmRoleSet
    )
}

/// Whether a subject is what a part of the settings names, or a category below it.
fn is_part(subject: &str, part: &str) -> bool {
    let below = subject.get(..part.len()).zip(subject.get(part.len()..));
    below.is_some_and(|(start, rest)| {
        start.eq_ignore_ascii_case(part)
            && (rest.is_empty()
                || rest.starts_with('/') && part.get(..9).is_some_and(|sort| sort == "category:"))
    })
}

impl Zones {
    /// The first part that fits counts.
    fn new(zones: &SourceZones, subjects: &[(u32, String)], sets: &[(u32, String)]) -> Self {
        let part = |fits: &dyn Fn(&str) -> bool| {
            zones.parts.iter().find(|rule| fits(&rule.part)).map(|rule| rule.zone)
        };
        let of_subject =
            |(number, name): &(u32, String)| part(&|part| is_part(name, part)).map(|zone| (*number, zone));
        let of_labels = |(number, text): &(u32, String)| {
            let holds = |part: &str| {
                let wanted = part.strip_prefix("label:");
                wanted.is_some_and(|wanted| text.lines().any(|label| label.eq_ignore_ascii_case(wanted)))
            };
            part(&holds).map(|zone| (*number, zone))
        };
        Self {
            all: zones.zone,
            subjects: subjects.iter().filter_map(of_subject).collect(),
            labels: sets.iter().filter_map(of_labels).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_holds_for_itself_and_a_category_for_what_lies_below_it() {
        for (subject, part, holds) in [
            ("category:help", "category:help", true),
            ("category:help", "category:Help", true),
            ("category:help/windows", "category:help", true),
            ("category:helpful", "category:help", false),
            ("category:hel", "category:help", false),
            ("repo:acme/tool", "repo:acme/tool", true),
            ("repo:acme/tool/x", "repo:acme/tool", false),
            ("channel:日本", "channel:日", false),
        ] {
            assert_eq!(is_part(subject, part), holds, "{subject} {part}");
        }
    }
}
