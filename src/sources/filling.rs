//! A page while it is filled: every identity once. Must not know any API.

use std::collections::HashMap;

use crate::domain::{
    activity::Activity,
    identity::Identity,
    page::{Page, Skipped, Step},
    text,
};

/// A page in the making.
#[derive(Debug, Default)]
pub(super) struct Filling {
    page: Page,
    /// Places of the identities by their native names.
    places: HashMap<String, u32>,
}

impl Filling {
    /// The place of an identity. The first that comes under a native name is kept.
    pub(super) fn person(&mut self, identity: Identity) -> u32 {
        if let Some(place) = self.places.get(&identity.native) {
            return *place;
        }
        let place = u32::try_from(self.page.identities.len()).unwrap_or(u32::MAX);
        self.places.insert(identity.native.clone(), place);
        self.page.identities.push(identity);
        place
    }

    /// Somebody whom the source no longer names.
    pub(super) fn ghost(&mut self) -> u32 {
        self.person(Identity { native: "ghost".to_owned(), ..Identity::default() })
    }

    pub(super) fn put(&mut self, activity: Activity) {
        self.page.activities.push(activity);
    }

    pub(super) fn gone(&mut self, key: String) {
        self.page.gone.push(key.into_bytes());
    }

    pub(super) fn skip(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.page.skipped.push(Skipped { place: place.into(), reason: reason.into() });
    }

    pub(super) fn ask(&mut self, step: Step) {
        self.page.steps.push(step);
    }

    /// Where a subject lives; an address that is no web link is left out.
    pub(super) fn subject(&mut self, name: &str, web: &str) {
        if let Some(web) = text::web(web) {
            self.page.subjects.push((name.to_owned(), web));
        }
    }

    /// The rest of the page: what has no rule of its own.
    pub(super) fn page(&mut self) -> &mut Page {
        &mut self.page
    }

    pub(super) fn finish(self) -> Page {
        self.page
    }
}

/// Parts of a channel's name by which it is one for questions.
const QUESTIONS: [&str; 6] = ["ask", "help", "qa", "question", "questions", "support"];

/// Whether what is said in a channel is taken for a question: by its name, as texts are not read.
pub(super) fn is_for_questions(channel: &str) -> bool {
    channel.to_lowercase().split(['-', '_', ' ']).any(|part| QUESTIONS.contains(&part))
}

/// A harmless name; `None` where nothing of it is left.
pub(super) fn name(text: Option<&str>) -> Option<String> {
    text.map(text::name).filter(|name| !name.is_empty())
}

/// A harmless title; `None` where nothing of it is left.
pub(super) fn title(text: Option<&str>) -> Option<String> {
    text.map(text::title).filter(|title| !title.is_empty())
}

/// A path or a number below a URL, encoded as one part: `group/name` as `group%2Fname`.
pub(super) fn encode(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for half in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(half)]));
            }
        }
    }
    out
}
