//! Evidence of roles held, from when they were granted until they were removed. Must not know what a role is called.

use std::collections::BTreeMap;

use crate::{
    domain::{activity::Kind, rules::Case, time::Day},
    journey::case::Act,
};

use super::{Entry, Gathering, Piece, Role};
use crate::journey::assess::Engine;

impl Gathering<'_> {
    pub(super) fn roles(&mut self) {
        self.roles = periods(self.engine, self.subject.own);
        self.periods = self.roles.iter().map(|role| (role.from, role.until)).collect();
        let engine = self.engine;
        for (number, rule) in engine.of_case(Case::Role) {
            for role in one_a_week(&self.roles) {
                let entry = Entry {
                    day: role.from,
                    at: role.from.start(),
                    seq: role.seq,
                    known_at: role.known_at,
                    signal: rule.signal,
                    rule: number,
                    points: rule.points,
                    half_life: rule.half_life,
                    zone: role.zone,
                    thread: None,
                    counterpart: None,
                    until: role.until,
                    internal: false,
                };
                self.pieces.push(Piece {
                    entry,
                    is_passive: false,
                    is_role: true,
                    ended_by: role.ended_by,
                    slot: 0,
                });
            }
        }
    }
}

/// The periods in which a person held a role, by subject and identity, in order of their beginning. Several roles at
/// once count as one; on one day the balance counts, so that a promotion is no break.
fn periods(engine: &Engine, own: &[Act]) -> Vec<Role> {
    let is_role = |act: &&Act| matches!(act.kind, Kind::RoleGranted | Kind::RoleRemoved);
    let mut places: BTreeMap<(Option<u32>, u32), Vec<Act>> = BTreeMap::new();
    for act in own.iter().filter(is_role) {
        places.entry((act.subject, act.identity)).or_default().push(*act);
    }
    let mut roles = Vec::new();
    for acts in places.values() {
        let (mut held, mut open) = (0_usize, None::<Role>);
        for today in acts.chunk_by(|a, b| a.at.day() == b.at.day()) {
            let given = today.iter().filter(|act| act.kind == Kind::RoleGranted).count();
            held = (held + given).saturating_sub(today.len() - given);
            let granted = today.iter().find(|act| act.kind == Kind::RoleGranted);
            let removed = today.iter().rfind(|act| act.kind == Kind::RoleRemoved);
            match (open, granted, removed) {
                (None, Some(act), _) if held > 0 => open = Some(begun(engine, act)),
                (Some(role), _, Some(act)) if held == 0 => {
                    let ended_by = Some((act.seq, act.known_at));
                    roles.push(Role { until: Some(act.at.day()), ended_by, ..role });
                    open = None;
                }
                _ => {}
            }
        }
        roles.extend(open);
    }
    roles.sort_by_key(|role| (role.from, role.seq));
    roles
}

fn begun(engine: &Engine, act: &Act) -> Role {
    let (from, zone) = (act.at.day(), engine.zone(act));
    Role { from, until: None, seq: act.seq, known_at: act.known_at, zone, ended_by: None }
}

/// Roles that begin in one week are one piece of evidence; it lasts as long as one of them does without a break.
fn one_a_week(roles: &[Role]) -> Vec<Role> {
    let mut kept: Vec<Role> = Vec::new();
    for role in roles {
        match kept.last_mut() {
            Some(last) if last.from.week() == role.from.week() && reaches(last.until, role.from) => {
                if last.until.is_some_and(|end| role.until.is_none_or(|until| end < until)) {
                    (last.until, last.ended_by) = (role.until, role.ended_by);
                }
            }
            _ => kept.push(*role),
        }
    }
    kept
}

fn reaches(until: Option<Day>, day: Day) -> bool {
    until.is_none_or(|until| day <= until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::assess::made::act;

    #[test]
    fn a_role_is_held_from_its_granting_until_its_removal() {
        use Kind::{RoleGranted as Granted, RoleRemoved as Removed};
        type Periods = &'static [(i32, Option<i32>)];
        let cases: [(&[(Kind, i32)], Periods); 5] = [
            (&[(Granted, 10)], &[(10, None)]),
            (&[(Granted, 10), (Removed, 40)], &[(10, Some(40))]),
            (&[(Granted, 10), (Removed, 40), (Granted, 40), (Removed, 90)], &[(10, Some(90))]),
            (&[(Granted, 10), (Granted, 20), (Removed, 30)], &[(10, None)]),
            (&[(Removed, 10), (Granted, 20), (Removed, 20)], &[]),
        ];
        let engine = Engine::new(&crate::domain::rules::Rules::default());
        for (facts, held) in cases {
            let own: Vec<_> = facts.iter().map(|(kind, day)| act(*kind, *day)).collect();
            let found: Vec<_> = periods(&engine, &own)
                .iter()
                .map(|role| (role.from.0, role.until.map(|day| day.0)))
                .collect();
            assert_eq!(found, held, "{facts:?}");
        }
    }
}
