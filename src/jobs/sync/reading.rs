//! One reading of a stream over HTTP: the steps that are still to be made, in order. It sees to it that a reading
//! ends, and knows whether it brought the whole stream. Must not know the network nor the store.

use std::collections::{HashMap, VecDeque};

use crate::{
    domain::page::{Listing, Page, Step},
    sources::SourceError,
};

/// How many answers one reading may take.
const MOST: u64 = 500_000;
/// How often the same step may be made: lists that shift while they are read name the same thing twice.
const TWICE: u8 = 2;

/// A reading under way.
#[derive(Debug)]
pub(super) struct Reading {
    queue: VecDeque<Step>,
    /// How often each step was made (or begun to be), and whether it waits now.
    known: HashMap<String, Known>,
    /// It began at nothing, in one go, and nothing was left out so far.
    whole: bool,
    answers: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Known {
    made: u8,
    waits: bool,
}

impl Reading {
    /// Goes on with the steps that an earlier reading left.
    pub(super) fn resumed(todo: Vec<Step>) -> Self {
        let mut reading = Self { queue: VecDeque::new(), known: HashMap::new(), whole: false, answers: 0 };
        for step in todo {
            reading.known.entry(written(&step)).or_default().waits = true;
            reading.queue.push_back(step);
        }
        reading
    }

    /// Begins with the page that names the first steps. `whole`: it begins at nothing, so that it brings all.
    pub(super) fn begun(page: &mut Page, whole: bool) -> Result<Self, SourceError> {
        let mut reading = Self { whole, ..Self::resumed(Vec::new()) };
        reading.queue(page)?;
        page.listing = reading.listing(true);
        Ok(reading)
    }

    /// The step to be made now; `None`: the reading is at its end.
    pub(super) fn next(&self) -> Option<&Step> {
        self.queue.front()
    }

    /// Crosses out the step that `page` answers and takes up those that it asks for. Steps that wait already are
    /// taken out of the page. What cannot end is an error, and the page is not to be applied.
    pub(super) fn answered(&mut self, page: &mut Page) -> Result<(), SourceError> {
        self.answers += 1;
        if self.answers > MOST {
            return Err(endless(&format!("did not end within {MOST} answers")));
        }
        self.whole &= page.skipped.is_empty();
        if let Some(step) = self.queue.pop_front() {
            let known = self.known.entry(written(&step)).or_default();
            known.waits = false;
            known.made = known.made.saturating_add(1);
        }
        self.queue(page)?;
        page.listing = self.listing(false);
        Ok(())
    }

    fn queue(&mut self, page: &mut Page) -> Result<(), SourceError> {
        let mut wanted = Vec::with_capacity(page.steps.len());
        for step in page.steps.drain(..) {
            let known = self.known.entry(written(&step)).or_default();
            if known.made >= TWICE {
                return Err(endless("goes in a circle: an answer asks again for what was read"));
            }
            if !known.waits {
                known.waits = true;
                wanted.push(step);
            }
        }
        self.queue.extend(wanted.iter().cloned());
        page.steps = wanted;
        Ok(())
    }

    /// Where the page that was just taken stands in a full listing.
    fn listing(&self, first: bool) -> Option<Listing> {
        match (first, self.queue.is_empty()) {
            // A listing that has lost its claim must not be closed; the next one begins anew.
            _ if !self.whole => None,
            (true, true) => Some(Listing::Whole),
            (true, false) => Some(Listing::First),
            (false, false) => Some(Listing::Middle),
            (false, true) => Some(Listing::Last),
        }
    }
}

fn written(step: &Step) -> String {
    step.0.to_string()
}

fn endless(what: &str) -> SourceError {
    SourceError::new(format!("the list {what}"))
        .hint("sync again; if it stays so, `buyin sync --full` begins anew")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::page::Skipped;

    fn page(steps: &[&str]) -> Page {
        Page { steps: steps.iter().map(|step| Step(json!(step))).collect(), ..Page::default() }
    }

    fn next(reading: &Reading) -> Option<&str> {
        reading.next().and_then(|step| step.0.as_str())
    }

    #[test]
    fn steps_are_made_in_order_and_the_last_page_of_a_whole_reading_says_so() {
        let mut first = page(&["a", "b"]);
        let mut reading = Reading::begun(&mut first, true).unwrap();
        assert_eq!((first.listing, next(&reading)), (Some(Listing::First), Some("a")));
        let mut listings = Vec::new();
        for steps in [&["c"][..], &[], &[]] {
            let mut answer = page(steps);
            reading.answered(&mut answer).unwrap();
            listings.push((answer.listing, next(&reading).map(str::to_owned)));
        }
        let expected = [(Listing::Middle, Some("b")), (Listing::Middle, Some("c")), (Listing::Last, None)];
        assert_eq!(listings, expected.map(|(listing, step)| (Some(listing), step.map(str::to_owned))));
        let mut nothing = page(&[]);
        Reading::begun(&mut nothing, true).unwrap();
        assert_eq!(nothing.listing, Some(Listing::Whole));
    }

    #[test]
    fn a_reading_that_goes_on_begins_later_or_leaves_something_out_infers_nothing() {
        let mut resumed = Reading::resumed(vec![Step(json!("a"))]);
        let mut last = page(&[]);
        resumed.answered(&mut last).unwrap();
        assert_eq!((last.listing, resumed.next()), (None, None));
        let mut first = page(&["a"]);
        let mut later = Reading::begun(&mut first, false).unwrap();
        let mut last = page(&[]);
        later.answered(&mut last).unwrap();
        assert_eq!((first.listing, last.listing), (None, None));
        let mut first = page(&["a", "b"]);
        let mut reading = Reading::begun(&mut first, true).unwrap();
        let mut torn = page(&[]);
        torn.skipped.push(Skipped { place: "x".to_owned(), reason: "y".to_owned() });
        let mut last = page(&[]);
        reading.answered(&mut torn).unwrap();
        reading.answered(&mut last).unwrap();
        assert_eq!((first.listing, torn.listing, last.listing), (Some(Listing::First), None, None));
    }

    #[test]
    fn a_step_that_waits_already_is_taken_up_once() {
        let mut first = page(&["a", "detail", "detail"]);
        let mut reading = Reading::begun(&mut first, true).unwrap();
        assert_eq!(first.steps.len(), 2);
        let mut answer = page(&["detail", "b"]);
        reading.answered(&mut answer).unwrap();
        assert_eq!((answer.steps.len(), reading.queue.len()), (1, 2));
    }

    #[test]
    fn a_circle_ends_with_an_error_and_a_thing_named_twice_does_not() {
        let mut reading = Reading::begun(&mut page(&["a"]), true).unwrap();
        let rounds = (0..10).take_while(|_| reading.answered(&mut page(&["a"])).is_ok()).count();
        assert_eq!(rounds, 1);
        let mut reading = Reading::begun(&mut page(&["a", "detail"]), true).unwrap();
        for steps in [&["b"][..], &[], &["detail"], &[]] {
            reading.answered(&mut page(steps)).unwrap();
        }
        assert_eq!(reading.next(), None);
    }
}
