//! Small lists as bytes: numbers of variable length, so that a person's whole past is one short column. The same
//! list is always the same bytes. Must not know what the lists mean to anybody.

use rusqlite::types::Type;

use super::derived::number;
use crate::domain::{
    account::Zone,
    derived::KeptEvidence,
    ids::AccountId,
    journey::Spell,
    person::Ground,
    stage::Stage,
    time::{Day, Week},
};

/// Distinct days with how many activities, by account; ascending.
pub(super) type Days = Vec<(AccountId, Day, u32)>;

#[derive(Default)]
struct Packer(Vec<u8>);

impl Packer {
    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut number: u64) {
        loop {
            let [low, ..] = (number & 0x7f).to_le_bytes();
            number >>= 7;
            if number == 0 {
                return self.0.push(low);
            }
            self.0.push(low | 0x80);
        }
    }

    fn signed(&mut self, number: i64) {
        self.number(zigzag(number));
    }

    fn count(&mut self, length: usize) {
        self.number(length as u64);
    }

    /// One more than the number, so that nothing is 0.
    fn maybe(&mut self, number: Option<u32>) {
        self.number(number.map_or(0, |number| u64::from(number) + 1));
    }

    fn maybe_day(&mut self, day: Option<Day>) {
        self.number(day.map_or(0, |day| zigzag(i64::from(day.0)) + 1));
    }
}

/// Small numbers of either sign become small ones without.
fn zigzag(number: i64) -> u64 {
    (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

struct Unpacker<'a>(&'a [u8]);

impl Unpacker<'_> {
    fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some(number);
            }
            if shift > 63 {
                return None;
            }
        }
    }

    fn signed(&mut self) -> Option<i64> {
        self.number().map(unzigzag)
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn day(&mut self, before: i64) -> Option<Day> {
        Some(Day(i32::try_from(before.checked_add(self.signed()?)?).ok()?))
    }

    fn word<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.get(usize::try_from(self.number()?).ok()?).copied()
    }

    fn account(&mut self) -> Option<AccountId> {
        let (id, rest) = self.0.split_first_chunk::<10>()?;
        self.0 = rest;
        Some(AccountId(*id))
    }
}

/// What [`Packer::maybe`] packed.
fn maybe(number: u64) -> Option<u32> {
    u32::try_from(number.checked_sub(1)?).ok()
}

/// What [`Packer::maybe_day`] packed.
fn maybe_day(number: u64) -> Option<Day> {
    i32::try_from(unzigzag(number.checked_sub(1)?)).ok().map(Day)
}

/// What is wrong with a column that does not unpack.
fn whole<T>(unpacked: Option<T>, what: &str) -> rusqlite::Result<T> {
    let damaged =
        || rusqlite::Error::FromSqlConversionFailure(0, Type::Blob, format!("{what} are damaged").into());
    unpacked.ok_or_else(damaged)
}

fn place<T: PartialEq>(all: &[T], word: &T) -> u64 {
    number(all, word).unsigned_abs()
}

pub(super) fn spells(spells: &[Spell]) -> Vec<u8> {
    let mut packed = Packer(Vec::with_capacity(spells.len() * 6));
    let mut before = 0;
    for spell in spells {
        let day = i64::from(spell.from.0);
        packed.signed(day - before);
        before = day;
        let zone = |zone: Option<Zone>| zone.map_or(0, |zone| place(Zone::ALL, &zone) + 1);
        let flags = u64::from(spell.active)
            | u64::from(spell.left_alone) << 1
            | u64::from(spell.automatic != spell.stage) << 2
            | u64::from(spell.cause.is_some()) << 3;
        packed.number(
            flags | zone(spell.basis) << 4 | zone(spell.zone) << 6 | place(Stage::ALL, &spell.stage) << 8,
        );
        if spell.automatic != spell.stage {
            packed.number(place(Stage::ALL, &spell.automatic));
        }
        if let Some(cause) = spell.cause {
            packed.number(u64::from(cause));
        }
    }
    packed.0
}

pub(super) fn unpack_spells(packed: &[u8]) -> rusqlite::Result<Vec<Spell>> {
    let read = || {
        let (mut packed, mut spells, mut before) = (Unpacker(packed), Vec::new(), 0);
        while !packed.0.is_empty() {
            let from = packed.day(before)?;
            before = i64::from(from.0);
            let bits = packed.number()?;
            let zone = |at: u64| match usize::try_from(bits >> at & 3).ok()? {
                0 => Some(None),
                place => Zone::ALL.get(place - 1).map(|zone| Some(*zone)),
            };
            let stage = *Stage::ALL.get(usize::try_from(bits >> 8).ok()?)?;
            let automatic = if bits & 4 == 0 { stage } else { packed.word(Stage::ALL)? };
            let cause = if bits & 8 == 0 { None } else { Some(packed.small()?) };
            let (basis, zone) = (zone(4)?, zone(6)?);
            let (active, left_alone) = (bits & 1 != 0, bits & 2 != 0);
            spells.push(Spell { from, stage, automatic, active, basis, zone, cause, left_alone });
        }
        Some(spells)
    };
    whole(read(), "the spells of a person")
}

/// Numbers that mostly grow: each as its distance from the one before.
pub(super) fn because(seqs: &[i64]) -> Vec<u8> {
    let (mut packed, mut before) = (Packer::default(), 0_i64);
    for seq in seqs {
        packed.signed(seq.wrapping_sub(before));
        before = *seq;
    }
    packed.0
}

pub(super) fn unpack_because(packed: &[u8]) -> rusqlite::Result<Vec<i64>> {
    let read = || {
        let (mut packed, mut seqs, mut before) = (Unpacker(packed), Vec::new(), 0_i64);
        while !packed.0.is_empty() {
            before = before.wrapping_add(packed.signed()?);
            seqs.push(before);
        }
        Some(seqs)
    };
    whole(read(), "the activities behind a move")
}

pub(super) fn days(days: &Days) -> Vec<u8> {
    let mut packed = Packer::default();
    for of in days.chunk_by(|a, b| a.0 == b.0) {
        packed.0.extend_from_slice(&of[0].0.0);
        packed.count(of.len());
        let mut before = 0;
        for (_, day, activities) in of {
            packed.signed(i64::from(day.0) - before);
            before = i64::from(day.0);
            packed.number(u64::from(*activities));
        }
    }
    packed.0
}

pub(super) fn unpack_days(packed: &[u8]) -> rusqlite::Result<Days> {
    let read = || {
        let (mut packed, mut days) = (Unpacker(packed), Days::new());
        while !packed.0.is_empty() {
            let (account, mut before) = (packed.account()?, 0);
            for _ in 0..packed.number()? {
                let day = packed.day(before)?;
                before = i64::from(day.0);
                days.push((account, day, packed.small()?));
            }
        }
        Some(days)
    };
    whole(read(), "the days of a person")
}

/// The weeks in which the days lie, by account; distinct, ascending.
pub(super) fn weeks(days: &Days) -> Vec<(AccountId, Week)> {
    let mut weeks: Vec<(AccountId, Week)> =
        days.iter().map(|(account, day, _)| (*account, day.week())).collect();
    weeks.dedup();
    weeks
}

pub(super) fn evidence(evidence: &KeptEvidence) -> Vec<u8> {
    let mut packed = Packer::default();
    packed.count(evidence.accounts.len());
    for account in &evidence.accounts {
        packed.0.extend_from_slice(&account.0);
    }
    packed.count(evidence.mail.len());
    for (identity, raw, proper) in &evidence.mail {
        packed.number(u64::from(*identity));
        packed.maybe(*raw);
        packed.maybe(*proper);
    }
    packed.count(evidence.stated.len());
    for (account, ground, from, to) in &evidence.stated {
        packed.maybe(*account);
        packed.number(place(Ground::ALL, ground));
        packed.maybe_day(*from);
        packed.maybe_day(*to);
    }
    packed.count(evidence.left.len());
    for (on, from, to) in &evidence.left {
        packed.maybe_day(Some(*on));
        packed.maybe_day(Some(*from));
        packed.maybe_day(*to);
    }
    for day in &evidence.moved {
        packed.maybe_day(Some(*day));
    }
    packed.0
}

pub(super) fn unpack_evidence(packed: &[u8]) -> rusqlite::Result<KeptEvidence> {
    let read = || {
        let (mut packed, mut evidence) = (Unpacker(packed), KeptEvidence::default());
        if packed.0.is_empty() {
            return Some(evidence);
        }
        for _ in 0..packed.number()? {
            evidence.accounts.push(packed.account()?);
        }
        for _ in 0..packed.number()? {
            evidence.mail.push((packed.small()?, maybe(packed.number()?), maybe(packed.number()?)));
        }
        for _ in 0..packed.number()? {
            let (account, ground) = (maybe(packed.number()?), packed.word(Ground::ALL)?);
            let (from, to) = (maybe_day(packed.number()?), maybe_day(packed.number()?));
            evidence.stated.push((account, ground, from, to));
        }
        for _ in 0..packed.number()? {
            let (on, from) = (maybe_day(packed.number()?)?, maybe_day(packed.number()?)?);
            evidence.left.push((on, from, maybe_day(packed.number()?)));
        }
        while !packed.0.is_empty() {
            evidence.moved.push(maybe_day(packed.number()?)?);
        }
        Some(evidence)
    };
    whole(read(), "the grounds of a person's memberships")
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, option, prelude::*};

    use super::*;

    fn spell() -> impl Strategy<Value = Spell> {
        let zone = || option::of((0..3_usize).prop_map(|at| Zone::ALL[at]));
        let stage = || (0..Stage::ALL.len()).prop_map(|at| Stage::ALL[at]);
        let flags = (any::<bool>(), any::<bool>());
        (any::<i32>(), stage(), stage(), flags, zone(), zone(), any::<Option<u32>>()).prop_map(
            |(from, stage, automatic, (active, left_alone), basis, zone, cause)| Spell {
                from: Day(from),
                stage,
                automatic,
                active,
                basis,
                zone,
                cause,
                left_alone,
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_packed_unpacks(
            some in vec(spell(), 0..9),
            seqs in vec(any::<i64>(), 0..9),
            mut some_days in vec((0..3_u8, any::<i32>(), any::<u32>()), 0..20),
        ) {
            prop_assert_eq!(unpack_spells(&spells(&some)).unwrap(), some);
            prop_assert_eq!(unpack_because(&because(&seqs)).unwrap(), seqs);
            some_days.sort_unstable();
            let some_days: Days =
                some_days.into_iter().map(|(id, day, n)| (AccountId([id; 10]), Day(day), n)).collect();
            prop_assert_eq!(unpack_days(&days(&some_days)).unwrap(), some_days);
        }

        #[test]
        fn junk_is_refused_or_read_and_never_a_panic(junk in vec(any::<u8>(), 0..40)) {
            let _ = (unpack_spells(&junk), unpack_because(&junk), unpack_evidence(&junk));
            let _ = unpack_days(&junk);
        }
    }

    #[test]
    fn the_grounds_of_memberships_unpack() {
        let known = KeptEvidence {
            accounts: vec![AccountId([1; 10]), AccountId([2; 10])],
            mail: vec![(7, Some(0), None), (300, None, Some(1))],
            stated: vec![
                (Some(1), Ground::Crm, None, Some(Day(-4))),
                (None, Ground::Roster, Some(Day(20_000)), None),
            ],
            left: vec![(Day(20_000), Day(20_001), None), (Day(20_010), Day(20_011), Some(Day(20_012)))],
            moved: vec![Day(20_000)],
        };
        for known in [KeptEvidence::default(), known] {
            assert_eq!(unpack_evidence(&evidence(&known)).unwrap(), known);
        }
    }

    #[test]
    fn a_spell_of_today_takes_few_bytes() {
        let one = Spell {
            from: Day(20_000),
            stage: Stage::GoGetter,
            automatic: Stage::GoGetter,
            active: true,
            basis: Some(Zone::Downstream),
            zone: Some(Zone::Downstream),
            cause: None,
            left_alone: false,
        };
        let two = Spell { from: Day(20_040), active: false, zone: None, ..one };
        assert_eq!(spells(&[one, two]).len(), 3 + 2 + 1 + 2);
    }
}
