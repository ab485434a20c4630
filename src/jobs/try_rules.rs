//! What other rules would change: everybody is thought through by them, and nothing is kept. Must not know any rule.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    derive::{
        journeys::{assess_one, decided},
        lens::Lens,
        surroundings::Surroundings,
    },
    why::settings,
};
use crate::{
    domain::{
        ids::{AccountId, PersonId},
        journey::{Group, Move, PersonJourney, Spell},
        query::When,
        rules::{Rules, Thresholds},
        settings::Settings,
        stage::{GroupState, Stage},
        time::Day,
        tried::{Stands, Trial, Tried, TriedGroup, TriedMember, TriedMove},
    },
    journey::{
        assess::{self, Assessed, Engine},
        group::{self, MemberPast},
    },
    store::{Ledger, StoreError, View},
};

const PAGE: u32 = 4_096;

/// Everybody who would stand elsewhere or be active or lapsed instead, by account and name; then each account whose group
/// would be judged otherwise.
pub fn differing(view: &View, rules: &Rules, today: Day) -> Result<Trial, StoreError> {
    let settings = &settings(view)?;
    if settings.rules == *rules {
        return Ok(Trial { is_same: true, changes: Vec::new() });
    }
    let other = Settings { rules: rules.clone(), ..settings.clone() };
    let (ours, theirs) = (Lens::new(settings, &view.ledger())?, Lens::new(&other, &view.ledger())?);
    let mut by_ours = Surroundings::new(view.ledger(), &ours, today)?;
    let mut by_theirs = Surroundings::new(view.ledger(), &theirs, today)?;
    let decisions: Vec<_> =
        view.decisions()?.into_iter().filter(|decision| decision.undone_by.is_none()).collect();
    let decided = decided(&view.ledger(), &decisions)?;
    let (mut last, mut members, mut moved) = (None, Vec::new(), BTreeMap::new());
    loop {
        let page = view.ledger().humans_after(last, PAGE)?;
        let Some(end) = page.last() else { break };
        last = Some(*end);
        for person in page {
            let of_person = decided.get(&person).map_or(&[][..], Vec::as_slice);
            let before = assess_one(&mut by_ours, person, of_person)?;
            let after = assess_one(&mut by_theirs, person, of_person)?;
            let (was, is) = (spell(&before.journey, today), spell(&after.journey, today));
            if was != is {
                moved.insert(person, is);
            }
            if stands(was) != stands(is) {
                let by = difference(&theirs.engine, (&before, &after), today);
                members.extend(member(view, person, (stands(was), stands(is)), by, today)?);
            }
        }
    }
    members.sort_by(|a: &TriedMember, b| (order(a), &a.name, a.person).cmp(&(order(b), &b.name, b.person)));
    let groups = groups(view, (&settings.rules.thresholds, &rules.thresholds), &moved, today)?;
    let changes =
        members.into_iter().map(Tried::Member).chain(groups.into_iter().map(Tried::Group)).collect();
    Ok(Trial { is_same: false, changes })
}

/// By account; who has none comes last.
fn order(member: &TriedMember) -> (bool, Option<&str>) {
    (member.account.is_none(), member.account.as_ref().map(|(_, name)| name.as_str()))
}

/// How somebody stands on a day, whenever that began.
fn spell(journey: &PersonJourney, day: Day) -> Option<Spell> {
    let spell = journey.spells.iter().rev().find(|spell| spell.from <= day);
    spell.map(|spell| Spell { from: day, ..*spell })
}

fn stands(spell: Option<Spell>) -> Stands {
    spell.map_or(Stands { stage: Stage::Unplaced, active: false }, |spell| Stands {
        stage: spell.automatic,
        active: spell.active,
    })
}

fn member(
    view: &View,
    person: PersonId,
    (from, to): (Stands, Stands),
    by: Option<(Move, bool, Option<String>)>,
    today: Day,
) -> Result<Option<TriedMember>, StoreError> {
    let Some(detail) = view.person(person, When::now(today))? else { return Ok(None) };
    let by = match by {
        Some((by, is_made, lacks)) => {
            let mut because = Vec::new();
            for seq in &by.because {
                because.extend(view.ledger().row_of(*seq)?);
            }
            Some(TriedMove { is_made, day: by.day, rule: by.rule, because, lacks })
        }
        None => None,
    };
    let account = detail.row.member.map(|member| (member.account, member.account_name));
    Ok(Some(TriedMember { person, name: detail.row.name, account, from, to, by }))
}

/// The move that makes the difference between two ways to see a person, whether the second one makes it, and if not, what
/// it lacks there.
fn difference(
    engine: &Engine,
    (before, after): (&Assessed, &Assessed),
    today: Day,
) -> Option<(Move, bool, Option<String>)> {
    let until = |all: &Assessed| -> Vec<Move> {
        all.journey.moves.iter().filter(|made| made.day <= today).cloned().collect()
    };
    let (old, new) = (until(before), until(after));
    let from = old.last().map_or(Stage::Unplaced, |made| made.to);
    let to = new.last().map_or(Stage::Unplaced, |made| made.to);
    if from == to {
        return None;
    }
    // On which day a move was made makes no difference here.
    let is_like = |a: &Move, b: &Move| (a.from, a.to, &a.rule) == (b.from, b.to, &b.rule);
    let common = old.iter().zip(&new).take_while(|(a, b)| is_like(a, b)).count();
    let (old, new) = (&old[common..], &new[common..]);
    if let Some(last) = new.last()
        && !is_below(to, from)
    {
        return Some((last.clone(), true, None));
    }
    // The step that they would not take any more from where they would stand.
    let lost = old.iter().find(|made| made.from == to).or_else(|| old.first())?;
    let needs = format!("{} ({}) needs ", lost.to, lost.rule);
    let remarks = assess::why(engine, after, today).remarks;
    let lacks = remarks.iter().find_map(|remark| remark.strip_prefix(&needs)).map(str::to_owned);
    Some((lost.clone(), false, lacks))
}

/// Whether a stage lies below another one on the way up; a blocker stands on no step of it.
fn is_below(stage: Stage, other: Stage) -> bool {
    let step = |stage: Stage| match stage {
        Stage::Unplaced | Stage::Friend | Stage::Climber => Some(0),
        Stage::Skeptic => Some(1),
        Stage::Teacher => Some(2),
        Stage::Guide => Some(3),
        Stage::GoGetter => Some(4),
        Stage::Blocker => None,
    };
    step(stage).zip(step(other)).is_some_and(|(stage, other)| stage < other)
}

/// The accounts whose group would be judged otherwise, by name. Without other thresholds those of who stands elsewhere.
fn groups(
    view: &View,
    (ours, theirs): (&Thresholds, &Thresholds),
    moved: &BTreeMap<PersonId, Option<Spell>>,
    today: Day,
) -> Result<Vec<TriedGroup>, StoreError> {
    let ledger = view.ledger();
    let mut found = Vec::new();
    for account in accounts(ledger, ours == theirs, moved)? {
        let Some(relation) = ledger.relation_of(account)? else { continue };
        let stays = ledger.members_of(account)?;
        let before: Vec<PersonJourney> = stays
            .iter()
            .map(|(person, ..)| Ok(ledger.standing_of(*person)?.unwrap_or_default()))
            .collect::<Result<_, StoreError>>()?;
        let mut after = before.clone();
        for ((person, ..), journey) in stays.iter().zip(&mut after) {
            if let Some(spell) = moved.get(person) {
                journey.spells = spell.iter().copied().collect();
            }
        }
        let group = |thresholds: &Thresholds, journeys: &[PersonJourney]| -> Group {
            let pasts: Vec<MemberPast<'_>> = stays
                .iter()
                .zip(journeys)
                .map(|((person, from, to), journey)| MemberPast {
                    person: *person,
                    from: *from,
                    to: *to,
                    journey,
                })
                .collect();
            let journey = group::account(thresholds, relation, &pasts);
            let spell = journey.spells.iter().rev().find(|spell| spell.from <= today);
            spell.map(|spell| spell.group).unwrap_or_default()
        };
        let (from, to) = (group(ours, &before), group(theirs, &after));
        if judged(&from) != judged(&to)
            && let Some(detail) = view.account(account, When::now(today))?
        {
            found.push(TriedGroup { account, name: detail.row.name, from, to });
        }
    }
    found.sort_by(|a, b| (&a.name, a.account).cmp(&(&b.name, b.account)));
    Ok(found)
}

/// What is said of a group; of too few nothing but how many they are.
fn judged(group: &Group) -> (GroupState, u32, Option<(u32, u32)>) {
    let support = (group.backing(), group.placed());
    (group.state, group.active, Some(support).filter(|_| group.state != GroupState::None))
}

fn accounts(
    ledger: Ledger<'_>,
    is_same: bool,
    moved: &BTreeMap<PersonId, Option<Spell>>,
) -> Result<BTreeSet<AccountId>, StoreError> {
    let mut accounts = BTreeSet::new();
    if is_same {
        for person in moved.keys() {
            accounts.extend(ledger.memberships_of(*person)?.into_iter().map(|(account, ..)| account));
        }
        return Ok(accounts);
    }
    let mut last = None;
    loop {
        let page = ledger.accounts_after(last, PAGE)?;
        let Some(end) = page.last() else { return Ok(accounts) };
        last = Some(*end);
        accounts.extend(page);
    }
}
