//! Collects facts into pages and hands them on. One page is held back, so that the last one can say that it
//! is. Must not know what the facts were read from.

use std::{
    collections::{HashMap, hash_map::Entry},
    ops::ControlFlow,
};

use sha2::{Digest, Sha256};

use crate::domain::{
    activity::Activity,
    identity::Identity,
    page::{Listing, Page, Skipped},
    record::Record,
};

/// Rows on a page.
const ROWS: u64 = 10_000;

pub(in crate::sources) struct Pages<'a> {
    emit: &'a mut dyn FnMut(Page) -> ControlFlow<()>,
    is_listing: bool,
    expected: Option<u64>,
    is_first: bool,
    /// A row of this listing could not be read.
    has_holes: bool,
    page: Page,
    held: Option<Page>,
    /// Where on this page an identity stands.
    places: HashMap<String, u32>,
    /// What the rows so far say of an identity.
    profiles: HashMap<String, Identity>,
    /// How often equal content has been seen.
    repeats: HashMap<[u8; 16], u32>,
}

impl<'a> Pages<'a> {
    pub(in crate::sources) fn new(
        emit: &'a mut dyn FnMut(Page) -> ControlFlow<()>,
        is_listing: bool,
        expected: Option<u64>,
    ) -> Self {
        Self {
            emit,
            is_listing,
            expected,
            is_first: true,
            has_holes: false,
            page: Page::default(),
            held: None,
            places: HashMap::new(),
            profiles: HashMap::new(),
            repeats: HashMap::new(),
        }
    }

    /// A row begins; hands on a full page. Breaks when nobody wants more.
    pub(in crate::sources) fn row(&mut self) -> ControlFlow<()> {
        if self.page.read >= ROWS {
            self.turn()?;
        }
        self.page.read += 1;
        ControlFlow::Continue(())
    }

    /// The place of an identity on this page. What the first rows say of it holds; later rows only add.
    pub(in crate::sources) fn identity(&mut self, found: Identity) -> u32 {
        let native = found.native.clone();
        let profile = match self.profiles.entry(native.clone()) {
            Entry::Vacant(slot) => slot.insert(found),
            Entry::Occupied(slot) => {
                let known = slot.into_mut();
                known.name = known.name.take().or(found.name);
                known.email = known.email.take().or(found.email);
                if known.handle.is_none() {
                    (known.handle, known.forge) = (found.handle, found.forge);
                }
                known.account_id = known.account_id.take().or(found.account_id);
                known.company = known.company.take().or(found.company);
                known.bot |= found.bot;
                known
            }
        };
        let count = u32::try_from(self.page.identities.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(native).or_insert(count);
        match usize::try_from(place).ok().and_then(|place| self.page.identities.get_mut(place)) {
            Some(known) => known.clone_from(profile),
            None => self.page.identities.push(profile.clone()),
        }
        place
    }

    pub(in crate::sources) fn activity(&mut self, activity: Activity) {
        self.page.activities.push(activity);
    }

    pub(in crate::sources) fn record(&mut self, key: Vec<u8>, record: Record) {
        self.page.records.push((key, record));
    }

    pub(in crate::sources) fn gone(&mut self, key: Vec<u8>) {
        self.page.gone.push(key);
    }

    pub(in crate::sources) fn subject(&mut self, subject: String, url: String) {
        self.page.subjects.push((subject, url));
    }

    pub(in crate::sources) fn skip(&mut self, place: String, reason: String) {
        self.page.skipped.push(Skipped { place, reason });
    }

    /// A key from content: 16 bytes of its SHA-256; equal content again gets a key of its own, by its ordinal.
    pub(in crate::sources) fn key(&mut self, parts: &[&str]) -> Vec<u8> {
        let key = short_hash(parts);
        let ordinal = self.repeats.entry(key).and_modify(|count| *count += 1).or_insert(0);
        if *ordinal == 0 {
            return key.to_vec();
        }
        let mut hash = Sha256::new();
        hash.update(key);
        hash.update(ordinal.to_be_bytes());
        hash.finalize()[..16].to_vec()
    }

    fn turn(&mut self) -> ControlFlow<()> {
        self.places.clear();
        let full = std::mem::take(&mut self.page);
        match self.held.replace(full) {
            Some(held) => self.send(held, false),
            None => ControlFlow::Continue(()),
        }
    }

    fn send(&mut self, mut page: Page, is_last: bool) -> ControlFlow<()> {
        page.expected = self.expected;
        // What could not be read may be what was there before: such a listing finds nothing gone.
        self.has_holes |= !page.skipped.is_empty();
        let is_last = is_last && !self.has_holes;
        page.listing = self.is_listing.then_some(match (self.is_first, is_last) {
            (true, true) => Listing::Whole,
            (true, false) => Listing::First,
            (false, true) => Listing::Last,
            (false, false) => Listing::Middle,
        });
        self.is_first = false;
        (self.emit)(page)
    }

    /// Hands on what is left; the last page carries the mark.
    pub(in crate::sources) fn finish(mut self, mark: Option<String>) {
        if let Some(held) = self.held.take()
            && self.send(held, false).is_break()
        {
            return;
        }
        let mut page = std::mem::take(&mut self.page);
        page.mark = mark;
        // Whether somebody wants more no longer matters.
        let _ = self.send(page, true);
    }
}

/// 16 bytes that stand for these parts; the parts cannot run into each other.
pub(in crate::sources) fn short_hash(parts: &[&str]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listings(rows: u64, stop_after: usize) -> Vec<(u64, Option<Listing>, Option<String>)> {
        let mut seen = Vec::new();
        let mut emit = |page: Page| {
            seen.push((page.read, page.listing, page.mark));
            if seen.len() == stop_after { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let mut pages = Pages::new(&mut emit, true, None);
        if (0..rows).try_for_each(|_| pages.row()).is_continue() {
            pages.finish(Some("m".to_owned()));
        }
        seen
    }

    #[test]
    fn only_the_last_page_of_a_listing_says_so_and_carries_the_mark() {
        let mark = || Some("m".to_owned());
        assert_eq!(listings(0, 9), [(0, Some(Listing::Whole), mark())]);
        assert_eq!(listings(ROWS, 9), [(ROWS, Some(Listing::Whole), mark())]);
        assert_eq!(
            listings(2 * ROWS + 1, 9),
            [
                (ROWS, Some(Listing::First), None),
                (ROWS, Some(Listing::Middle), None),
                (1, Some(Listing::Last), mark())
            ]
        );
        assert_eq!(listings(5 * ROWS, 2).len(), 2, "nothing is handed on after a break");
    }

    #[test]
    fn equal_content_gets_keys_of_its_own_and_other_content_keeps_its_keys() {
        let mut emit = |_| ControlFlow::Continue(());
        let mut pages = Pages::new(&mut emit, true, None);
        let keys: Vec<_> = ["a", "b", "a"].iter().map(|part| pages.key(&[part])).collect();
        let mut emit = |_| ControlFlow::Continue(());
        let mut pages = Pages::new(&mut emit, true, None);
        let more: Vec<_> = ["a", "new", "b", "a"].iter().map(|part| pages.key(&[part])).collect();
        assert_eq!([&keys[0], &keys[1], &keys[2]], [&more[0], &more[2], &more[3]]);
        assert_ne!(keys[0], keys[2]);
        assert_ne!(short_hash(&["ab", "c"]), short_hash(&["a", "bc"]));
    }
}
