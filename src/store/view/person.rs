//! One person with all that is known of them. Must not know how any of it was concluded.

use rusqlite::OptionalExtension;

use super::{
    super::{Result, pack},
    View,
    causes::cause_of,
    people::{ended_by, membership},
    positive,
    then::end_of,
    word,
};
use crate::domain::{
    activity::{ActivityRow, Kind},
    decision::{About, Verb},
    ids::{IdentityId, PersonId},
    journey::{Move, Spell},
    person::{CrossingRow, LinkRule, Membership, MoveRow, PersonDetail, PersonIdentity},
    query::When,
};

/// The spells up to the day that is looked at.
pub(super) fn at(spells: &[Spell], when: When) -> &[Spell] {
    let Some(day) = when.as_of else { return spells };
    &spells[..spells.partition_point(|spell| spell.from <= day)]
}

impl View {
    /// `None`: no such person (any more, or not yet). The id may be that of any of the person's identities.
    pub fn person(&self, id: PersonId, when: When) -> Result<Option<PersonDetail>> {
        self.at_once(|| self.person_in(id, when)).map_err(|error| error.at(&self.path))
    }

    fn person_in(&self, id: PersonId, when: When) -> Result<Option<PersonDetail>> {
        let id = self.whole(id)?;
        let Some(mut row) = self.person_row(id, when)? else { return Ok(None) };
        let identities = self.identities_by(id, when)?;
        let mut about = Vec::new();
        for decision in self.in_force_by(when)?.into_iter().rev() {
            let holds = match &decision.verb {
                Verb::Note { about: About::Person(person), .. } => self.whole(*person)? == id,
                Verb::Link { a, b } | Verb::Veto { a, b } => {
                    identities.iter().any(|identity| identity.id == *a || identity.id == *b)
                }
                verb => match verb.person() {
                    Some(person) => self.whole(person)? == id,
                    None => false,
                },
            };
            if holds {
                about.push(decision);
            }
        }
        let mut memberships = self.memberships(id)?;
        if let Some(day) = when.as_of {
            memberships.retain(|membership| membership.from.is_none_or(|from| from <= day));
            memberships = memberships.into_iter().map(|membership| ended_by(membership, day)).collect();
        }
        self.put_seen(id, when, &mut memberships)?;
        if let Some(member) = &mut row.member
            && let Some(same) =
                memberships.iter().find(|one| (one.account, one.from) == (member.account, member.from))
        {
            member.clone_from(same);
        }
        let journey = self.ledger().journey_of(id)?.unwrap_or_default();
        let by = |day| when.as_of.is_none_or(|then| day <= then);
        let spells = at(&journey.spells, when).to_vec();
        let mut crossings = Vec::new();
        for crossing in journey.crossings.into_iter().filter(|crossing| by(crossing.day)) {
            crossings.push(CrossingRow { crossing, because: self.activity_row(crossing.because)? });
        }
        let mut moves = Vec::new();
        for step in journey.moves.into_iter().filter(|step| by(step.day)) {
            moves.push(self.move_row(step, &row.name, id, when)?);
        }
        let cause = match cause_of(&spells) {
            Some((thread, since)) => self.cause(thread, since, vec![(id, row.name.clone())], when)?,
            None => None,
        };
        let roles = self.roles(id, when)?;
        Ok(Some(PersonDetail {
            row,
            memberships,
            identities,
            roles,
            decisions: about,
            moves,
            spells,
            crossings,
            cause,
        }))
    }

    fn move_row(&self, step: Move, name: &str, person: PersonId, when: When) -> rusqlite::Result<MoveRow> {
        let mut because: Vec<ActivityRow> = Vec::with_capacity(step.because.len());
        for seq in step.because {
            because.extend(self.activity_row(seq)?);
        }
        let cause = match step.cause {
            Some(thread) => self.cause(thread, step.day, vec![(person, name.to_owned())], when)?,
            None => None,
        };
        Ok(MoveRow {
            at: step.day,
            from: step.from,
            to: step.to,
            rule: step.rule,
            basis: step.basis,
            known_at: step.known_at,
            because,
            cause,
        })
    }

    /// Where a person stood and stands; empty for who has no journey.
    pub(super) fn spells(&self, person: PersonId) -> rusqlite::Result<Vec<Spell>> {
        let mut find = self.db.prepare_cached("SELECT spells FROM journey WHERE person = ?1")?;
        let mut rows = find.query([person.0])?;
        match rows.next()? {
            Some(row) => pack::unpack_spells(row.get_ref(0)?.as_blob()?),
            None => Ok(Vec::new()),
        }
    }

    /// The person that an identity's id means now.
    pub(super) fn whole(&self, id: PersonId) -> rusqlite::Result<PersonId> {
        let mut find = self.db.prepare_cached(
            "SELECT pi.person FROM identity i JOIN person_identity pi ON pi.identity = i.seq WHERE i.id = ?1",
        )?;
        Ok(find.query_row([id.0], |row| row.get(0)).optional()?.map_or(id, PersonId))
    }

    /// All memberships of a person, newest first.
    pub fn memberships(&self, person: PersonId) -> Result<Vec<Membership>> {
        let read = || {
            let mut find = self.db.prepare_cached(
                "SELECT m.account, a.name, m.ground, m.from_day, m.to_day FROM member_span m
                 JOIN account a ON a.id = m.account WHERE m.person = ?1 ORDER BY m.position DESC",
            )?;
            find.query_map([person.0], |row| membership(row, 0))?.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|e| self.fail(e))
    }

    /// When somebody was last seen where, and which of it only later days tell.
    fn put_seen(&self, id: PersonId, when: When, memberships: &mut [Membership]) -> rusqlite::Result<()> {
        let counted = self.counted(id)?;
        let end = when.as_of.map(|day| day.plus(1));
        for membership in memberships.iter_mut() {
            let to = membership.to.into_iter().chain(end).min();
            membership.seen = counted.last_between(membership.account, membership.from, to);
            membership.learned_later = match when.as_of.filter(|_| membership.to.is_none()) {
                Some(day) => self.is_learned_later(id, membership, day)?,
                None => false,
            };
        }
        Ok(())
    }

    /// The identities of a person in ledger order.
    pub fn identities_of(&self, person: PersonId) -> Result<Vec<PersonIdentity>> {
        self.identities_by(person, When { today: super::then::PRESENT, as_of: None })
            .map_err(|e| self.fail(e))
    }

    /// The identities of a person with what each had done by the day.
    fn identities_by(&self, person: PersonId, when: When) -> rusqlite::Result<Vec<PersonIdentity>> {
        let mut find = self.db.prepare_cached(
            "SELECT i.id, s.name, i.handle, i.name, i.email, pi.rule,
                    (SELECT count(*) FROM activity x WHERE x.identity = i.seq AND x.flag = 0 AND x.at <= ?2)
             FROM person_identity pi JOIN identity i ON i.seq = pi.identity
             JOIN source s ON s.number = i.source WHERE pi.person = ?1 ORDER BY pi.identity",
        )?;
        let end = when.as_of.map_or(i64::MAX, |day| end_of(day).0);
        let rows = find.query_map((person.0, end), |row| {
            Ok(PersonIdentity {
                id: IdentityId(row.get(0)?),
                source: row.get(1)?,
                handle: row.get(2)?,
                name: row.get(3)?,
                email: row.get(4)?,
                rule: row.get::<_, Option<i64>>(5)?.map(|rule| word(LinkRule::ALL, rule)),
                activities: positive(row.get(6)?),
            })
        })?;
        rows.collect()
    }

    /// Roles that had been granted and not removed since: `approver (etcd)`.
    fn roles(&self, person: PersonId, when: When) -> rusqlite::Result<Vec<String>> {
        let mut find = self.db.prepare_cached(
            "SELECT a.kind, coalesce(l.text, a.title, 'role'), s.name, t.name
             FROM person_identity pi JOIN activity a ON a.identity = pi.identity
             LEFT JOIN subject s ON s.number = a.subject LEFT JOIN thread t ON t.number = a.thread
             LEFT JOIN labelset l ON l.number = a.labels
             WHERE pi.person = ?1 AND a.flag = 0 AND a.kind IN (32, 33) AND a.at <= ?2 ORDER BY a.at, a.seq",
        )?;
        let end = when.as_of.map_or(i64::MAX, |day| end_of(day).0);
        let mut rows = find.query((person.0, end))?;
        let mut held: Vec<(String, Option<String>, Option<String>)> = Vec::new();
        while let Some(row) = rows.next()? {
            let role: String = row.get(1)?;
            let role = (role.lines().next().unwrap_or("role").to_owned(), row.get(2)?, row.get(3)?);
            held.retain(|known| *known != role);
            if row.get::<_, u8>(0)? == Kind::RoleGranted as u8 {
                held.push(role);
            }
        }
        let mut roles = Vec::new();
        for (role, subject, _) in held {
            let place =
                subject.as_deref().map(|subject| subject.rsplit(['/', ':']).next().unwrap_or(subject));
            let text = place.map_or_else(|| role.clone(), |place| format!("{role} ({place})"));
            if !roles.contains(&text) {
                roles.push(text);
            }
        }
        Ok(roles)
    }
}
