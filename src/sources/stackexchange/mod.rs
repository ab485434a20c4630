//! Stack Exchange: any site of the network, by its official API 2.3 (api.stackexchange.com/docs). Names requests,
//! reads answers; no I/O.
//!
//! | what | request | how often |
//! |---|---|---|
//! | which fields are wanted | `GET /filters/create?base=none&include=` | once a reading |
//! | questions with their answers and comments | `GET /questions?site=&tagged=&filter=&sort=activity&order=desc&min=&max=&pagesize=100` | one for 100 questions of each tag |
//!
//! Nothing needs a token. A `key` (an app registered on stackapps.com) raises the daily budget of an address from
//! 300 requests to 10,000. A body may say `backoff`: so many seconds without asking the same again. What is read
//! is licensed CC BY-SA: whoever shows it names its author and links to it, as buyin does; the network's terms
//! forbid using it to reach people for advertising.
//!
//! Accepting, closing and commenting leave a question's last activity as it was, so a later reading asks for all
//! questions that were active in the last 30 days. A list is read newest first, each page from the date where the
//! last one ended, since pages beyond the 25th need a key.

mod read;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    From, SourceError,
    answer::{self, shown},
    remote::{Asked, Budget, Fault, Remote, Request, Response, Sign},
};
use crate::{
    config::RemoteConfig,
    domain::page::{Page, Step},
};

const STREAM: &str = "questions";
/// Questions that were active since are asked for again.
const WATCHED: i64 = 30 * 86_400;
/// Readings overlap by this many seconds.
const OVERLAP: i64 = 600;
const PAGE: usize = 100;

/// All that is read, and the wrapper's own fields.
const FIELDS: &str = ".backoff;.error_id;.error_message;.error_name;.has_more;.items;.quota_max;.quota_remaining;\
    question.accepted_answer_id;question.answers;question.closed_date;question.closed_details;\
    question.closed_reason;question.comments;question.creation_date;question.last_activity_date;question.link;\
    question.owner;question.question_id;question.tags;question.title;\
    closed_details.by_users;\
    answer.answer_id;answer.comments;answer.creation_date;answer.is_accepted;answer.owner;\
    comment.comment_id;comment.creation_date;comment.owner;comment.reply_to_user;\
    shallow_user.account_id;shallow_user.display_name;shallow_user.user_id;shallow_user.user_type";

/// A site of the network.
#[derive(Debug)]
pub struct StackExchange {
    site: String,
    tags: Vec<String>,
    retain_days: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Ask {
    /// The name under which the network knows the wanted fields.
    Filter {
        since: Option<i64>,
    },
    Questions(Questions),
}

/// Questions with a tag, last active first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Questions {
    /// Its place in the configuration.
    tag: String,
    filter: String,
    /// Active between these moments, in seconds.
    min: Option<i64>,
    max: Option<i64>,
    /// From 1; only for more questions of one second than a page holds.
    page: u32,
    /// Whether an earlier reading may have brought what is missing now.
    again: bool,
}

/// What an answer says beside its items, and all that an error says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wrapper {
    items: Vec<Value>,
    has_more: bool,
    backoff: Option<u64>,
    quota_max: Option<u64>,
    quota_remaining: Option<u64>,
    error_id: Option<u32>,
    error_name: Option<String>,
    error_message: Option<String>,
}

impl StackExchange {
    pub fn new(config: &RemoteConfig, site: String, tags: Vec<String>) -> Self {
        Self { site, tags, retain_days: config.retain_days }
    }

    fn step(ask: &Ask) -> Step {
        // Texts and numbers: they can always be written.
        Step(serde_json::to_value(ask).unwrap_or_default())
    }

    fn ask(step: &Step) -> Result<Ask, SourceError> {
        Ask::deserialize(&step.0).map_err(|error| {
            SourceError::new(format!("a step that an earlier reading left cannot be understood: {error}"))
                .hint("sync this source with --full")
        })
    }

    /// The fields are known by a name now: each tag is read.
    fn filter(&self, asked: &Asked<'_>, wrapper: &Wrapper, since: Option<i64>) -> Result<Page, Fault> {
        let name = wrapper.items.first().and_then(|item| item["filter"].as_str()).ok_or_else(|| {
            let error = SourceError::new("the network gave no name to the wanted fields");
            Fault::Stream(error.hint("check `base_url`; it ends with the version of the API, like /2.3"))
        })?;
        let floor = self.retain_days.map(|days| asked.now.plus_days(-i64::from(days)).0);
        let min = since.map(|since| since.min(asked.now.0 - WATCHED)).max(floor);
        let steps = self.tags.iter().map(|tag| {
            Self::step(&Ask::Questions(Questions {
                tag: tag.clone(),
                filter: name.to_owned(),
                min,
                max: None,
                page: 1,
                again: since.is_some(),
            }))
        });
        Ok(Page { steps: steps.collect(), ..Page::default() })
    }
}

impl Remote for StackExchange {
    fn streams(&self) -> Vec<String> {
        vec![STREAM.to_owned()]
    }

    fn sign(&self) -> Vec<Sign> {
        vec![Sign::KeyQuery { name: "key" }, Sign::TokenQuery { name: "access_token" }]
    }

    fn begin(&self, from: &From<'_>) -> Page {
        let since = from.mark.and_then(|mark| mark.parse().ok());
        Page {
            steps: vec![Self::step(&Ask::Filter { since })],
            mark: Some((from.now.0 - OVERLAP).to_string()),
            ..Page::default()
        }
    }

    fn request(&self, _stream: &str, step: &Step) -> Result<Request, SourceError> {
        let (path, query) = match Self::ask(step)? {
            Ask::Filter { .. } => (
                "/filters/create",
                vec![
                    ("base", "none".to_owned()),
                    ("include", FIELDS.to_owned()),
                    ("unsafe", "false".to_owned()),
                ],
            ),
            Ask::Questions(ask) => {
                let mut query = vec![
                    ("site", self.site.clone()),
                    ("tagged", ask.tag),
                    ("filter", ask.filter),
                    ("sort", "activity".to_owned()),
                    ("order", "desc".to_owned()),
                    ("pagesize", PAGE.to_string()),
                    ("page", ask.page.to_string()),
                ];
                query.extend(ask.min.map(|min| ("min", min.to_string())));
                query.extend(ask.max.map(|max| ("max", max.to_string())));
                ("/questions", query)
            }
        };
        let query = query.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Request { path: path.to_owned(), query, ..Request::default() })
    }

    fn read(&self, asked: &Asked<'_>, response: &Response) -> Result<Page, Fault> {
        let wrapper: Wrapper = answer::json(response, "an answer of Stack Exchange")?;
        if let Some(fault) = refusal(&wrapper, &self.site) {
            return Err(fault);
        }
        match Self::ask(asked.step).map_err(Fault::Stream)? {
            Ask::Filter { since } => self.filter(asked, &wrapper, since),
            Ask::Questions(ask) => self.questions(&wrapper, ask),
        }
    }

    fn judge(&self, _asked: &Asked<'_>, response: &Response) -> Option<Fault> {
        let wrapper: Wrapper = serde_json::from_slice(&response.body).ok()?;
        refusal(&wrapper, &self.site)
    }

    fn budget(&self, response: &Response) -> Option<Budget> {
        let wrapper: Wrapper = serde_json::from_slice(&response.body).ok()?;
        if let Some(wait) = wrapper.backoff {
            return Some(Budget { left: 0, of: wrapper.quota_max, full_in: Some(wait) });
        }
        // The quota is a day's, of UTC.
        let full_in = u64::try_from(86_400 - response.at.0.rem_euclid(86_400)).ok();
        Some(Budget { left: wrapper.quota_remaining?, of: wrapper.quota_max, full_in })
    }
}

/// What an error means; `None` where there is none.
fn refusal(wrapper: &Wrapper, site: &str) -> Option<Fault> {
    let id = wrapper.error_id?;
    let name = shown(wrapper.error_name.as_deref().unwrap_or("error"));
    let message = shown(wrapper.error_message.as_deref().unwrap_or_default());
    let error = SourceError::new(format!("stack exchange says {name} ({id}): {message}"));
    Some(match id {
        // "too many requests from this IP, more requests available in 81 seconds"
        502 => {
            let mut numbers = message.split(' ').rev().filter_map(|word| word.parse().ok());
            Fault::Throttled { wait: numbers.next().or(wrapper.backoff), what: message.clone() }
        }
        500 | 503 => Fault::Again { error: error.hint("sync again later"), instead: None },
        400 if message.contains("key") => Fault::Source(
            error.hint("check where `key` takes the key of your app (stackapps.com) from, or leave it out"),
        ),
        400 if message.to_lowercase().contains("site") => Fault::Source(
            error.hint(format!("`{site}` is no site of the network: write it as in the address of its page")),
        ),
        401 | 402 | 406 => {
            Fault::Source(error.hint("make a new token, or leave `token` out: nothing here needs one"))
        }
        403 | 405 => Fault::Stream(error.hint("set `key` to the key of your app (stackapps.com)")),
        _ => Fault::Stream(error.hint("check `site` and `tags`")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_names_its_way_out() {
        let refused = |id: u32, message: &str| {
            let wrapper = Wrapper {
                error_id: Some(id),
                error_name: Some("name".to_owned()),
                error_message: Some(message.to_owned()),
                ..Wrapper::default()
            };
            refusal(&wrapper, "nowhere").unwrap()
        };
        let wait = refused(502, "too many requests from this IP, more requests available in 81 seconds");
        assert!(matches!(wait, Fault::Throttled { wait: Some(81), .. }), "{wait:?}");
        for (id, message, hint) in [
            (400, "`key` is not valid for passed `access_token`", "`key`"),
            (400, "No site found for name `nowhere`", "`nowhere` is no site"),
            (403, "page above 25 requires access token or app key", "set `key`"),
            (401, "access_token required", "leave `token` out"),
            (404, "no method", "check `site` and `tags`"),
        ] {
            let (Fault::Source(error) | Fault::Stream(error)) = refused(id, message) else { panic!("{id}") };
            assert!(error.hint.unwrap().contains(hint), "{id} {message}");
        }
        assert!(matches!(refused(503, "down"), Fault::Again { .. }));
        assert_eq!(refusal(&Wrapper::default(), "x"), None);
    }
}
