//! `rules try` against what adopting the rules then shows, read from the derived tables of the same store.

use std::collections::BTreeMap;

use buyin::{
    domain::{
        ids::{AccountId, PersonId},
        journey::Group,
        query::When,
        stage::{GroupState, Stage},
        tried::{Tried, TriedMember},
    },
    jobs::try_rules::differing,
};
use proptest::prelude::*;

use super::community::{Change, Community, FORGE, Step, TODAY, act, changes, steps};

/// Where everybody stands today, and how each group is judged.
type Seen = (BTreeMap<PersonId, (Stage, bool)>, BTreeMap<AccountId, Group>);

fn seen(community: &Community) -> Seen {
    let (view, when) = (community.view(), When::now(TODAY));
    let ledger = view.ledger();
    let stands = |person: PersonId| {
        let spells = ledger.journey_of(person).unwrap().unwrap_or_default().spells;
        let spell = spells.iter().rfind(|spell| spell.from <= TODAY);
        spell.map_or((Stage::Unplaced, false), |spell| (spell.automatic, spell.active))
    };
    let people = ledger.humans_after(None, 1_000).unwrap().into_iter().map(|person| (person, stands(person)));
    let accounts = ledger.accounts_after(None, 1_000).unwrap().into_iter();
    let group = |id: AccountId| view.account(id, when).unwrap().map(|detail| (id, detail.row.group));
    (people.collect(), accounts.filter_map(group).collect())
}

/// What is said of a group: of too few only how many are active.
fn said(group: &Group) -> (GroupState, u32, u32, u32) {
    let (backing, placed) =
        if group.state == GroupState::None { (0, 0) } else { (group.backing(), group.placed()) };
    (group.state, group.active, backing, placed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_trial_says_what_adopting_the_rules_shows(
        steps in steps(25), changes in changes(), own in any::<bool>(),
    ) {
        let mut community = Community::eager(own);
        for step in &steps {
            community.take(step);
        }
        community.adopt();
        community.derive(TODAY);
        let before = seen(&community);
        let zones = community.settings.zones.clone();
        let earlier = community.settings.clone();
        for change in &changes {
            community.take(&Step::Change(change.clone()));
        }
        // Zones are no rules: only these are tried.
        community.settings.zones = zones;
        let trial = differing(&community.view(), &community.settings.rules, TODAY).unwrap();
        prop_assert_eq!(trial.is_same, community.settings.rules == earlier.rules);
        community.derive(TODAY);
        let after = seen(&community);

        let (mut members, mut groups) = (BTreeMap::new(), BTreeMap::new());
        for change in trial.changes {
            match change {
                Tried::Member(TriedMember { person, from, to, .. }) => {
                    members.insert(person, ((from.stage, from.active), (to.stage, to.active)));
                }
                Tried::Group(group) => {
                    groups.insert(group.account, (said(&group.from), said(&group.to)));
                }
            }
        }
        let both = before.0.iter().map(|(person, was)| (*person, (*was, after.0[person])));
        let expected: BTreeMap<_, _> = both.filter(|(_, (was, is))| was != is).collect();
        prop_assert_eq!(members, expected, "members");
        let both = before.1.iter().map(|(account, was)| (*account, (said(was), said(&after.1[account]))));
        let expected: BTreeMap<_, _> = both.filter(|(_, (was, is))| was != is).collect();
        prop_assert_eq!(groups, expected, "groups");
    }
}

/// The one change that a trial names, and its move: its rule, whether it is made, and what it lacks.
fn only(community: &Community) -> (TriedMember, Option<(String, bool, Option<String>)>) {
    let trial = differing(&community.view(), &community.settings.rules, TODAY).unwrap();
    let mut members = trial.changes.into_iter().filter_map(|change| match change {
        Tried::Member(member) => Some(member),
        Tried::Group(_) => None,
    });
    let member = members.next().expect("somebody would stand elsewhere");
    assert_eq!(members.next(), None, "and nobody else");
    let by = member.by.clone().map(|by| (by.rule, by.is_made, by.lacks));
    (member, by)
}

#[test]
fn a_fall_names_the_move_that_would_not_be_made_and_what_it_lacks() {
    let mut community = Community::new(true);
    let acts = (0..12).map(|week| act(week, 0, 0, 220 + i32::from(week) * 14)).collect();
    community.take(&Step::Acts(FORGE, acts));
    community.adopt();
    community.derive(TODAY);
    for step in &mut community.settings.rules.moves {
        if step.name == "works-for-them" {
            step.weeks = 20;
        }
    }
    let (member, by) = only(&community);
    assert_eq!((member.from.stage, member.to.stage), (Stage::Teacher, Stage::Skeptic));
    let by = by.expect("a move");
    assert_eq!((by.0.as_str(), by.1), ("works-for-them", false));
    assert!(by.2.as_deref().is_some_and(|lacks| lacks.contains("20 weeks: ")), "{by:?}");
    // And the other way round it is the move that would be made.
    community.adopt();
    community.derive(TODAY);
    community.settings.rules = buyin::domain::rules::Rules::default();
    let (member, by) = only(&community);
    assert_eq!((member.from.stage, member.to.stage), (Stage::Skeptic, Stage::Teacher));
    assert_eq!(by, Some(("works-for-them".to_owned(), true, None)));
}

#[test]
fn who_would_only_be_active_for_longer_is_named_without_a_move() {
    let mut community = Community::new(true);
    community.take(&Step::Acts(FORGE, vec![act(1, 0, 0, 250)]));
    community.cover(TODAY);
    community.adopt();
    community.derive(TODAY);
    community.take(&Step::Change(Change::ActiveDays(300)));
    let (member, by) = only(&community);
    assert_eq!((member.from.stage, member.from.active), (Stage::Skeptic, false));
    assert_eq!((member.to.stage, member.to.active, by), (Stage::Skeptic, true, None));
}
