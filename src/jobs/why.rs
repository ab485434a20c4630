//! Why a number is what it is: reads the facts behind it, lets the journey count them again, and returns the ledger
//! whose entries sum to it. Must not know any rule.

use super::derive::{
    journeys::{assess_one, decided},
    lens::Lens,
    surroundings::Surroundings,
    trend,
};
use crate::{
    domain::{
        ids::{AccountId, PersonId},
        person::MemberRow,
        query::{At, PersonSort, When, Window},
        settings::Settings,
        time::Day,
        why::{Why, WhyAbout, WhyEntry, WhyOf},
    },
    journey::{
        assess::{self, Counted},
        group::{self, Backer},
        momentum::{Trend, momentum_why},
    },
    sources::git,
    store::{Ledger, StoreError, View},
};

/// `None`: there is no such number.
pub fn answer(view: &View, about: WhyAbout, of: WhyOf, when: When) -> Result<Option<Why>, StoreError> {
    let settings = settings(view)?;
    match (about, of) {
        (WhyAbout::Person(person), WhyOf::Stage) => stage(view, &settings, person, when),
        (WhyAbout::Account(account), WhyOf::Support) => support(view, &settings, account, when),
        (WhyAbout::Account(account), WhyOf::Momentum) => momentum(view, &settings, account, when),
        _ => Ok(None),
    }
}

/// The settings that conclusions are drawn with.
pub fn settings(view: &View) -> Result<Settings, StoreError> {
    let Some((_, body)) = view.adopted()? else { return Ok(Settings::default()) };
    Ok(serde_json::from_str(&body).unwrap_or_default())
}

fn stage(view: &View, settings: &Settings, person: PersonId, when: When) -> Result<Option<Why>, StoreError> {
    let lens = Lens::new(settings, &view.ledger())?;
    let person = view.ledger().canonical(person)?;
    let decisions: Vec<_> =
        view.decisions()?.into_iter().filter(|decision| decision.undone_by.is_none()).collect();
    let decided = decided(&view.ledger(), &decisions)?;
    let of_person = decided.get(&person).map_or(&[][..], Vec::as_slice);
    let mut around = Surroundings::new(view.ledger(), &lens, when.today)?;
    let assessed = assess_one(&mut around, person, of_person)?;
    // Evidence ages only as far as silence is known, and what is known to have happened has happened.
    let last = assessed.entries.iter().map(|entry| entry.day);
    let last = last.chain(assessed.journey.spells.iter().map(|spell| spell.from));
    let known = last.filter(|day| *day <= when.day()).max().unwrap_or(assessed.journey.horizon);
    let day = when.day().min(assessed.journey.horizon.max(known));
    let clones = view.sources()?.iter().all(|source| source.kind == "git");
    let ledger = assess::why_by(&lens.engine, &assessed, day, clones.then_some(git::KINDS));
    let entries: Vec<WhyEntry> =
        ledger.entries.iter().map(|counted| entry(&view.ledger(), counted)).collect::<Result<_, _>>()?;
    let mut remarks = ledger.remarks;
    // By the name that people know it by.
    if let Some(cause) = ledger.cause
        && let Some((thread, _)) = view.ledger().thread(cause)?
    {
        remarks.push(format!("what blocks most: {thread}"));
    }
    Ok(Some(Why {
        what: ledger.stage.text().to_owned(),
        number: ledger.total,
        enter: ledger.enter,
        leave: None,
        ledger: entries,
        total: ledger.total,
        remarks,
    }))
}

fn entry(ledger: &Ledger<'_>, counted: &Counted) -> Result<WhyEntry, StoreError> {
    Ok(WhyEntry {
        at: counted.entry.day,
        activity: ledger.row_of(counted.entry.seq)?,
        what: None,
        signal: Some(counted.entry.signal),
        rule: Some(counted.rule.clone()),
        points: counted.entry.points,
        age_days: counted.age_days,
        decayed: counted.decayed,
    })
}

fn support(
    view: &View,
    settings: &Settings,
    account: AccountId,
    when: When,
) -> Result<Option<Why>, StoreError> {
    let Some(detail) = view.account(account, when)? else { return Ok(None) };
    let everybody = Window { at: At::First, limit: u32::MAX };
    let members = view.members(account, PersonSort::Name, when, &everybody)?;
    let belongs = |member: &MemberRow, day: Day| {
        member.from.is_none_or(|from| from <= day) && member.to.is_none_or(|to| day < to)
    };
    let day = when.day();
    let backers: Vec<Backer> = members
        .rows
        .into_iter()
        .map(|(_, member)| member)
        .filter(|member| member.standing.active && belongs(member, day))
        .map(|member| Backer {
            person: member.person,
            name: member.name,
            stage: member.standing.stage,
            since: member.standing.since,
            basis: member.standing.basis,
            cause: member.cause.map(|cause| cause.thread),
        })
        .collect();
    Ok(Some(group::support_why(&settings.rules.thresholds, &detail.row.group, day, &backers)))
}

fn momentum(
    view: &View,
    settings: &Settings,
    account: AccountId,
    when: When,
) -> Result<Option<Why>, StoreError> {
    let ledger = view.ledger();
    let thresholds = &settings.rules.thresholds;
    let Some(detail) = view.account(account, when)? else { return Ok(None) };
    let Some(momentum) = detail.row.momentum else { return Ok(None) };
    let horizons = trend::Horizons::read(&ledger, when.day())?;
    let last = horizons.of(detail.row.id);
    let rows = trend::window(&ledger, thresholds, last)?;
    let known: Vec<_> = rows.into_iter().filter(|(account, ..)| horizons.of(*account) >= last).collect();
    let Some((_, weeks, _)) = known.iter().find(|(account, ..)| *account == detail.row.id) else {
        return Ok(None);
    };
    let trend = Trend::of(thresholds, &known);
    Ok(Some(momentum_why(thresholds, trend, weeks, last, momentum)))
}
