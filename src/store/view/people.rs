//! People as lists and screens show them, and the members of an account. Must not know how people were found.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row};

use super::{
    super::Result,
    View, filter, moment,
    names::Whose,
    positive, small,
    window::{self, Clause, List},
    word,
};
use crate::domain::{
    activity::Kind,
    decision::{About, Verb},
    filter::Filter,
    ids::{AccountId, IdentityId, PersonId},
    person::{
        Ground, LinkRule, MemberRow, Membership, Nature, PersonDetail, PersonIdentity, PersonRow, Standing,
    },
    query::{Cursor, PersonSort, Slice, SortValue, When, Window},
    text,
    time::{Day, Time},
};

const COLUMNS: &str = "p.id, p.name, p.nature, p.identities, p.by_activities, p.by_first, p.by_last, p.account, \
     (SELECT name FROM account WHERE id = p.account), p.ground, p.from_day, p.to_day";

/// Up to how many people a filtered list is counted.
const COUNTED: u64 = 200_000;

impl View {
    /// A page of people: humans, unless the filter asks for others. Bare words order by fit.
    pub fn people(
        &self,
        filter: &Filter,
        sort: PersonSort,
        when: When,
        window: &Window,
    ) -> Result<Slice<PersonRow>> {
        self.people_in(filter, sort, when, window).map_err(|error| error.at(&self.path))
    }

    fn people_in(
        &self,
        filter: &Filter,
        sort: PersonSort,
        when: When,
        window: &Window,
    ) -> Result<Slice<PersonRow>> {
        let plan = filter::people(filter, when.day());
        if !plan.words.is_empty() {
            return self.by_name(Whose::People, &plan, window, &|id| self.person_row(PersonId(id)));
        }
        let list = list(sort, &plan.lanes, &plan.clause);
        let mut slice = list.page(&self.db, window, &|row| read(row, 2))?;
        let people = self.figure("people")?;
        slice.total = if filter.terms.is_empty() {
            Some(people)
        } else if people <= COUNTED {
            Some(self.counted(&list)?)
        } else {
            None
        };
        Ok(slice)
    }

    /// Every person that the filter leaves, in order, for an export.
    pub fn each_person(
        &self,
        filter: &Filter,
        sort: PersonSort,
        when: When,
        f: &mut dyn FnMut(PersonRow),
    ) -> Result<()> {
        super::export::pages(&mut |window| self.people(filter, sort, when, window), f)
    }

    fn person_row(&self, id: PersonId) -> rusqlite::Result<Option<PersonRow>> {
        let mut find = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM person p WHERE p.id = ?1"))?;
        find.query_row([id.0], |row| read(row, 0)).optional()
    }

    /// The people of an account, members and former ones, each once.
    pub fn members(
        &self,
        account: AccountId,
        sort: PersonSort,
        _when: When,
        window: &Window,
    ) -> Result<Slice<MemberRow>> {
        self.members_in(account, sort, window).map_err(|e| self.fail(e))
    }

    fn members_in(
        &self,
        account: AccountId,
        sort: PersonSort,
        window: &Window,
    ) -> rusqlite::Result<Slice<MemberRow>> {
        let mut find = self.db.prepare_cached(
            "SELECT m.person, p.name, m.ground, m.from_day, m.to_day, m.activities, m.last, m.first, m.position
             FROM member_span m JOIN person p ON p.id = m.person WHERE m.account = ?1",
        )?;
        let mut spans = find.query([self.canonical(account)?.0])?;
        let mut members: BTreeMap<PersonId, (i64, Option<Time>, MemberRow)> = BTreeMap::new();
        while let Some(row) = spans.next()? {
            let person = PersonId(row.get(0)?);
            let (position, first): (i64, Option<i64>) = (row.get(8)?, row.get(7)?);
            let first = first.map(Time);
            let span = MemberRow {
                person,
                name: row.get(1)?,
                ground: word(Ground::ALL, row.get(2)?),
                from: row.get::<_, Option<i32>>(3)?.map(Day),
                to: row.get::<_, Option<i32>>(4)?.map(Day),
                activities: positive(row.get(5)?),
                last_activity: row.get::<_, Option<i64>>(6)?.map(Time),
                standing: Standing::default(),
                cause: None,
            };
            members
                .entry(person)
                .and_modify(|(known, start, member)| {
                    join(member, &span, position > *known);
                    *known = position.max(*known);
                    *start = earlier(*start, first);
                })
                .or_insert((position, first, span));
        }
        let mut rows: Vec<(Cursor, MemberRow)> =
            members.into_values().map(|(_, first, member)| (cursor(sort, first, &member), member)).collect();
        rows.sort_by(|(a, _), (b, _)| window::compare(a, b));
        let Slice { rows, at_start, at_end, total } =
            window::slice(&rows, window, &|(cursor, _)| cursor.clone());
        Ok(Slice { rows: rows.into_iter().map(|(_, row)| row).collect(), at_start, at_end, total })
    }

    /// `None`: no such person (any more). The id may be that of any of the person's identities.
    pub fn person(&self, id: PersonId, _when: When) -> Result<Option<PersonDetail>> {
        self.person_in(id).map_err(|error| error.at(&self.path))
    }

    fn person_in(&self, id: PersonId) -> Result<Option<PersonDetail>> {
        let id = self.whole(id)?;
        let Some(row) = self.person_row(id)? else { return Ok(None) };
        let identities = self.identities_of(id)?;
        let decisions = self.in_force()?;
        let mut about = Vec::new();
        for decision in decisions.into_iter().rev() {
            let holds = match &decision.verb {
                Verb::Note { about: About::Person(person), .. } => self.whole(*person)? == id,
                Verb::Link { a, b } | Verb::Veto { a, b } => {
                    identities.iter().any(|identity| identity.id == *a || identity.id == *b)
                }
                _ => false,
            };
            if holds {
                about.push(decision);
            }
        }
        let (memberships, roles) = (self.memberships(id)?, self.roles(id)?);
        Ok(Some(PersonDetail {
            row,
            memberships,
            identities,
            roles,
            decisions: about,
            moves: Vec::new(),
            spells: Vec::new(),
            crossings: Vec::new(),
            cause: None,
        }))
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

    /// The identities of a person in ledger order.
    pub fn identities_of(&self, person: PersonId) -> Result<Vec<PersonIdentity>> {
        let read = || {
            let mut find = self.db.prepare_cached(
                "SELECT i.id, s.name, i.handle, i.name, i.email, pi.rule,
                        (SELECT count(*) FROM activity x WHERE x.identity = i.seq AND x.flag = 0)
                 FROM person_identity pi JOIN identity i ON i.seq = pi.identity
                 JOIN source s ON s.number = i.source WHERE pi.person = ?1 ORDER BY pi.identity",
            )?;
            let rows = find.query_map([person.0], |row| {
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
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|e| self.fail(e))
    }

    /// Roles that were granted and not removed since: `approver (etcd)`.
    fn roles(&self, person: PersonId) -> rusqlite::Result<Vec<String>> {
        let mut find = self.db.prepare_cached(
            "SELECT a.kind, coalesce(l.text, a.title, 'role'), s.name, t.name
             FROM person_identity pi JOIN activity a ON a.identity = pi.identity
             LEFT JOIN subject s ON s.number = a.subject LEFT JOIN thread t ON t.number = a.thread
             LEFT JOIN labelset l ON l.number = a.labels
             WHERE pi.person = ?1 AND a.flag = 0 AND a.kind IN (?2, ?3) ORDER BY a.at, a.seq",
        )?;
        let mut rows = find.query((person.0, Kind::RoleGranted as u8, Kind::RoleRemoved as u8))?;
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

fn list<'a>(sort: PersonSort, lanes: &'a [i64], filter: &'a Clause) -> List<'a> {
    let key = match sort {
        PersonSort::Last => "p.by_last",
        PersonSort::Name => "p.by_name",
        PersonSort::Activities => "p.by_activities",
        PersonSort::First => "p.by_first",
    };
    List { columns: COLUMNS, from: "person p", lane: "p.nature", lanes, key, tie: "p.id", filter }
}

fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<PersonRow> {
    let member = row.get_ref(at + 8)? != rusqlite::types::ValueRef::Null;
    Ok(PersonRow {
        id: PersonId(row.get(at)?),
        name: row.get(at + 1)?,
        nature: word(Nature::ALL, row.get(at + 2)?),
        identities: small(row.get(at + 3)?),
        activities: positive(row.get(at + 4)?),
        first_activity: moment(row.get(at + 5)?),
        last_activity: moment(row.get(at + 6)?),
        member: if member { Some(membership(row, at + 7)?) } else { None },
        standing: Standing::default(),
    })
}

/// Reads `account, name, ground, from, to`.
fn membership(row: &Row<'_>, at: usize) -> rusqlite::Result<Membership> {
    Ok(Membership {
        account: AccountId(row.get(at)?),
        account_name: row.get(at + 1)?,
        ground: word(Ground::ALL, row.get(at + 2)?),
        from: row.get::<_, Option<i32>>(at + 3)?.map(Day),
        to: row.get::<_, Option<i32>>(at + 4)?.map(Day),
    })
}

/// Joins another period of the same person; the later one says on what ground and until when.
fn join(member: &mut MemberRow, span: &MemberRow, later: bool) {
    if later {
        (member.ground, member.to) = (span.ground, span.to);
    } else {
        member.from = span.from;
    }
    member.activities = member.activities.saturating_add(span.activities);
    member.last_activity = member.last_activity.max(span.last_activity);
}

fn earlier(a: Option<Time>, b: Option<Time>) -> Option<Time> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn cursor(sort: PersonSort, first: Option<Time>, member: &MemberRow) -> Cursor {
    let newest = |time: Option<Time>| SortValue::Number(time.map_or(i64::MAX, |time| -time.0));
    let value = match sort {
        PersonSort::Last => newest(member.last_activity),
        PersonSort::First => newest(first),
        PersonSort::Name => SortValue::Text(text::fold(&member.name)),
        PersonSort::Activities => SortValue::Number(-i64::try_from(member.activities).unwrap_or(i64::MAX)),
    };
    Cursor { value, tie: SortValue::Bytes(member.person.0.to_vec()) }
}
