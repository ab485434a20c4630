//! Since when it is known who speaks for the project of a source or a subject: by roles that were granted there, or
//! because there are own people. Must not know who it is, nor any rule.

use std::collections::BTreeMap;

use crate::domain::time::Day;

/// Since when it is known who speaks for a project.
#[derive(Debug, Default)]
pub(super) struct Speakers {
    /// There are own people.
    own: bool,
    /// The first role that was granted, by the number of the source, and by that of the subject.
    sources: BTreeMap<u16, Day>,
    subjects: BTreeMap<u32, Day>,
}

impl Speakers {
    pub(super) fn new(own: bool) -> Self {
        Self { own, ..Self::default() }
    }

    /// Forgets who was granted a role.
    pub(super) fn withhold_roles(&mut self) {
        *self = Self::new(self.own);
    }

    pub(super) fn granted(&mut self, source: u16, subject: Option<u32>, day: Day) {
        let first = self.sources.entry(source).or_insert(day);
        *first = day.min(*first);
        if let Some(subject) = subject {
            let first = self.subjects.entry(subject).or_insert(day);
            *first = day.min(*first);
        }
    }

    pub(super) fn since(&self, source: u16, subject: Option<u32>) -> Option<Day> {
        if self.own {
            return Some(Day(i32::MIN));
        }
        let by_subject = subject.and_then(|subject| self.subjects.get(&subject));
        self.sources.get(&source).into_iter().chain(by_subject).min().copied()
    }

    /// The same for the same speakers, in every run. FNV-1a.
    pub(super) fn fingerprint(&self) -> i64 {
        let sources = self.sources.iter().map(|(source, day)| (0, u32::from(*source), *day));
        let subjects = self.subjects.iter().map(|(subject, day)| (1, *subject, *day));
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut feed = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        feed(u8::from(self.own));
        for (what, number, day) in sources.chain(subjects) {
            feed(what);
            number.to_be_bytes().into_iter().chain(day.0.to_be_bytes()).for_each(&mut feed);
        }
        hash.cast_signed()
    }
}
