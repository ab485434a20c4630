//! Why a group's support is what it is: one entry for each placed member, one point for each who is for it. Must not
//! know how the stages came about.

use std::collections::BTreeMap;

use crate::{
    domain::{
        account::Zone,
        ids::PersonId,
        journey::Group,
        points::Points,
        rules::Thresholds,
        stage::{GroupState, Stage},
        time::Day,
        why::{Why, WhyEntry},
    },
    journey::report::without_address,
};

/// An active member on a day on which the membership holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backer {
    pub person: PersonId,
    pub name: String,
    /// What counts: the pinned stage, else the automatic one.
    pub stage: Stage,
    pub since: Option<Day>,
    pub basis: Option<Zone>,
    /// What blocks a blocker, as the source names it.
    pub cause: Option<String>,
}

/// `total` is how many are for it, `number` their share of the entries, rounded down. `members`: all active ones of
/// `day`, in any order; `group` says what follows from them.
pub fn support_why(thresholds: &Thresholds, group: &Group, day: Day, members: &[Backer]) -> Why {
    let mut placed: Vec<&Backer> = members.iter().filter(|one| one.stage.is_placed()).collect();
    placed.sort_by_key(|one| (one.since.unwrap_or(day), one.person));
    let ledger: Vec<WhyEntry> = placed.iter().map(|one| entry(one, day)).collect();
    let total: Points = ledger.iter().map(|entry| entry.decayed).sum();
    let count = i64::try_from(placed.len()).unwrap_or(i64::MAX);
    let number = Points(total.0.checked_div(count).unwrap_or(0));
    let stands = group.state == GroupState::Consensus;
    Why {
        what: "support".to_owned(),
        number,
        enter: Some(thresholds.support),
        leave: stands.then_some(thresholds.support),
        ledger,
        total,
        remarks: remarks(thresholds, group, &placed, members.len(), number),
    }
}

fn entry(member: &Backer, day: Day) -> WhyEntry {
    let at = member.since.unwrap_or(day);
    let points = if member.stage.is_for() { Points::ONE } else { Points(0) };
    let with = match (&member.cause, member.basis) {
        (Some(cause), _) if member.stage == Stage::Blocker => format!(", blocked by {cause}"),
        (_, Some(zone)) => format!(", {zone}"),
        (_, None) => String::new(),
    };
    WhyEntry {
        at,
        activity: None,
        what: Some(format!("{}: {}{with}", without_address(&member.name, false), member.stage)),
        signal: None,
        rule: None,
        points,
        age_days: u32::try_from(day.0.saturating_sub(at.0)).unwrap_or(0),
        decayed: points,
    }
}

fn remarks(
    thresholds: &Thresholds,
    group: &Group,
    placed: &[&Backer],
    active: usize,
    number: Points,
) -> Vec<String> {
    let backing = placed.iter().filter(|one| one.stage.is_for()).count();
    let mut lines = vec![format!("{backing} of {} we can see", placed.len())];
    match group.state {
        GroupState::None => {
            lines.push(format!("fewer than {} placed members are no group", thresholds.placed));
        }
        GroupState::Wide => lines.push(format!(
            "{active} active members are too many for one verdict: at most {}",
            thresholds.wide
        )),
        GroupState::Contested => lines.extend(contested(thresholds, placed)),
        GroupState::Consensus => lines.push(format!("consensus: for it on the {}", ground(group.basis))),
        GroupState::Forming => lines.extend(missing(thresholds, backing, number)),
    }
    match active.saturating_sub(placed.len()) {
        0 => {}
        1 => lines.push("1 more active member is not on the ladder".to_owned()),
        more => lines.push(format!("{more} more active members are not on the ladder")),
    }
    lines
}

/// What contests it. A deal shows only by being the one reason that is left.
fn contested(thresholds: &Thresholds, placed: &[&Backer]) -> Vec<String> {
    let blockers: Vec<_> = placed.iter().filter(|one| one.stage == Stage::Blocker).collect();
    let mut causes: BTreeMap<&str, usize> = BTreeMap::new();
    for cause in blockers.iter().filter_map(|one| one.cause.as_deref()) {
        *causes.entry(cause).or_default() += 1;
    }
    let mut lines = Vec::new();
    if blockers.len() as u64 * 1_000 >= thresholds.contested_share.0.unsigned_abs() * placed.len() as u64 {
        let (share, are) = (thresholds.contested_share, if blockers.len() == 1 { "is" } else { "are" });
        lines.push(format!(
            "contested: {} of {} {are} blocked, a share of {share} or more",
            blockers.len(),
            placed.len()
        ));
    }
    for (cause, held) in causes.into_iter().filter(|(_, held)| *held >= thresholds.same_cause as usize) {
        lines.push(format!("contested: {cause} blocks {held}"));
    }
    if lines.is_empty() {
        lines.push("contested: a blocker is a contact of an open deal".to_owned());
    }
    lines
}

/// What a consensus still needs.
fn missing(thresholds: &Thresholds, backing: usize, number: Points) -> Vec<String> {
    let more = (thresholds.quorum as usize).saturating_sub(backing);
    let quorum = (more > 0).then(|| format!("a consensus needs {more} more for it"));
    let share = (number < thresholds.support)
        .then(|| format!("a consensus needs a share of {} for it", thresholds.support));
    quorum.into_iter().chain(share).collect()
}

/// What the consensus is about: only evidence from the program or downstream makes it one on the product.
fn ground(basis: Option<Zone>) -> &'static str {
    match basis {
        Some(Zone::Program | Zone::Downstream) => "product",
        Some(Zone::Upstream) | None => "project",
    }
}
