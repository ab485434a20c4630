//! Questions, their answers and comments: who asked, answered, accepted and closed. Must not know how they are
//! asked for.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{Ask, PAGE, Questions, StackExchange, Wrapper};
use crate::{
    domain::{
        activity::{Activity, Kind},
        identity::Identity,
        page::Page,
        text,
        time::Time,
    },
    sources::{
        SourceError,
        answer::record,
        filling::{self, Filling},
        remote::Fault,
    },
};

/// The network's own account: it closes what a vote closed.
const COMMUNITY: i64 = -1;

#[derive(Debug, Deserialize)]
struct Question {
    #[serde(rename = "question_id")]
    id: u64,
    title: Option<String>,
    link: Option<String>,
    creation_date: i64,
    last_activity_date: Option<i64>,
    owner: Option<User>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    answers: Vec<Value>,
    #[serde(default)]
    comments: Vec<Value>,
    accepted_answer_id: Option<u64>,
    closed_date: Option<i64>,
    closed_reason: Option<String>,
    closed_details: Option<Closing>,
}

#[derive(Debug, Deserialize)]
struct Closing {
    #[serde(default)]
    by_users: Vec<User>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(rename = "answer_id")]
    id: u64,
    creation_date: i64,
    owner: Option<User>,
    #[serde(default)]
    is_accepted: bool,
    #[serde(default)]
    comments: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Comment {
    #[serde(rename = "comment_id")]
    id: u64,
    creation_date: i64,
    owner: Option<User>,
    reply_to_user: Option<User>,
}

/// Somebody; without a number where the account is gone.
#[derive(Debug, Clone, Deserialize)]
struct User {
    #[serde(rename = "user_id")]
    id: Option<i64>,
    account_id: Option<i64>,
    display_name: Option<String>,
}

/// Where answers and comments belong while they are read.
struct Thread {
    id: u64,
    subject: Arc<str>,
    name: Arc<str>,
    asker: u32,
    /// The address of the site.
    web: Option<String>,
}

impl StackExchange {
    pub(super) fn questions(&self, wrapper: &Wrapper, ask: Questions) -> Result<Page, Fault> {
        let mut page = Filling::default();
        let mut oldest = None;
        for value in &wrapper.items {
            match record::<Question>(value) {
                Ok(question) => {
                    let active = question.last_activity_date.unwrap_or(question.creation_date);
                    oldest = Some(oldest.map_or(active, |oldest: i64| oldest.min(active)));
                    self.question(&mut page, &question, ask.again);
                }
                Err(why) => page.skip(text::name(&format!("question {}", value["question_id"])), why),
            }
        }
        page.page().read = u64::try_from(wrapper.items.len()).unwrap_or(0);
        if wrapper.has_more {
            // The border comes again; where all of a page is of one second, the next page goes on.
            let next = match oldest {
                Some(oldest) if ask.max != Some(oldest) && wrapper.items.len() >= PAGE => {
                    Questions { max: Some(oldest), page: 1, ..ask }
                }
                Some(_) => Questions { page: ask.page + 1, ..ask },
                None => {
                    let error = SourceError::new("stack exchange says that there is more, but sends nothing");
                    return Err(Fault::Stream(error.hint("sync again later")));
                }
            };
            page.ask(Self::step(&Ask::Questions(next)));
        }
        Ok(page.finish())
    }

    fn question(&self, page: &mut Filling, question: &Question, again: bool) {
        let id = question.id;
        // The first of the configured tags, whichever list it came by.
        let wanted =
            self.tags.iter().find(|tag| question.tags.iter().any(|own| own.eq_ignore_ascii_case(tag)));
        let Some(tag) = wanted.or(self.tags.first()).and_then(|tag| filling::name(Some(tag))) else { return };
        let web = question.link.as_deref().and_then(text::web);
        let site =
            web.as_deref().and_then(|web| web.split_once("/questions/")).map(|(site, _)| site.to_owned());
        let subject: Arc<str> = Arc::from(format!("category:{tag}"));
        if let Some(site) = &site {
            page.subject(&subject, &format!("{site}/questions/tagged/{tag}"));
        }
        let asker = person(page, question.owner.as_ref());
        let thread = Thread { id, subject, name: Arc::from(format!("question/{id}")), asker, web: site };
        // On these sites whatever is opened is a question.
        let mut labels: Vec<String> =
            question.tags.iter().filter_map(|tag| filling::name(Some(tag))).collect();
        labels.push("question".to_owned());
        labels.sort_unstable();
        labels.dedup();
        page.put(Activity {
            labels,
            title: filling::title(question.title.as_deref().map(plain).as_deref()),
            url: thread.web.as_ref().and_then(|site| text::web(&format!("{site}/q/{id}"))),
            ..thread.activity(Kind::TopicOpened, format!("question/{id}"), (asker, question.creation_date))
        });
        comments(page, &thread, &question.comments, asker);
        let mut is_accepted = false;
        for value in &question.answers {
            let answer: Answer = match record(value) {
                Ok(answer) => answer,
                Err(why) => {
                    page.skip(text::name(&format!("answer {}", value["answer_id"])), why);
                    continue;
                }
            };
            let accepted = answer.is_accepted || question.accepted_answer_id == Some(answer.id);
            is_accepted |= accepted;
            thread.answer(page, &answer, accepted);
        }
        if !is_accepted && again {
            page.gone(format!("question/{id}/accepted"));
        }
        closing(page, &thread, question, again);
    }
}

impl Thread {
    fn activity(&self, kind: Kind, key: String, (actor, at): (u32, i64)) -> Activity {
        Activity {
            key: key.into_bytes(),
            kind,
            actor,
            at: Time(at),
            subject: Some(Arc::clone(&self.subject)),
            thread: Some(Arc::clone(&self.name)),
            counterpart: None,
            labels: Vec::new(),
            title: None,
            url: None,
        }
    }

    fn answer(&self, page: &mut Filling, answer: &Answer, accepted: bool) {
        let by = person(page, answer.owner.as_ref());
        let url = self.web.as_ref().and_then(|site| text::web(&format!("{site}/a/{}", answer.id)));
        let key = format!("answer/{}", answer.id);
        page.put(Activity {
            counterpart: Some(self.asker).filter(|asker| *asker != by),
            url: url.clone(),
            ..self.activity(Kind::AnswerPosted, key, (by, answer.creation_date))
        });
        if accepted {
            // Only the asker can accept. Nobody says when: not before it was written.
            let key = format!("question/{}/accepted", self.id);
            let activity = self.activity(Kind::AnswerAccepted, key, (self.asker, answer.creation_date));
            page.put(Activity { counterpart: Some(by), url, ..activity });
        }
        comments(page, self, &answer.comments, by);
    }
}

/// Comments on a post of somebody.
fn comments(page: &mut Filling, thread: &Thread, values: &[Value], author: u32) {
    for value in values {
        let comment: Comment = match record(value) {
            Ok(comment) => comment,
            Err(why) => {
                page.skip(text::name(&format!("comment {}", value["comment_id"])), why);
                continue;
            }
        };
        let by = person(page, comment.owner.as_ref());
        let to = comment.reply_to_user.as_ref().map_or(author, |to| person(page, Some(to)));
        let key = format!("comment/{}", comment.id);
        page.put(Activity {
            counterpart: Some(to).filter(|to| *to != by),
            ..thread.activity(Kind::PostReplied, key, (by, comment.creation_date))
        });
    }
}

/// Who closed a question: one who marked it as a duplicate, else the community's vote, which says nothing of whether
/// it was answered.
fn closing(page: &mut Filling, thread: &Thread, question: &Question, again: bool) {
    let key = format!("question/{}/closed", thread.id);
    let Some(at) = question.closed_date else {
        if again {
            page.gone(key);
        }
        return;
    };
    let reason = question.closed_reason.as_deref().map(plain);
    let is_duplicate = reason.as_deref().is_some_and(|reason| reason.to_lowercase().contains("duplicate"));
    let closer = question.closed_details.as_ref().and_then(|details| details.by_users.first());
    let community =
        User { id: Some(COMMUNITY), account_id: None, display_name: Some("Community".to_owned()) };
    let by = person(page, Some(closer.filter(|_| is_duplicate).unwrap_or(&community)));
    let label = if is_duplicate { Some("duplicate".to_owned()) } else { filling::name(reason.as_deref()) };
    page.put(Activity {
        counterpart: Some(thread.asker).filter(|asker| *asker != by),
        labels: label.map(|label| label.to_lowercase()).into_iter().collect(),
        ..thread.activity(Kind::IssueClosed, key, (by, at))
    });
}

/// The place of somebody in a page. Names are no logins here; the account of the network is the same on all its sites.
fn person(page: &mut Filling, user: Option<&User>) -> u32 {
    let Some((user, id)) = user.and_then(|user| Some((user, user.id?))) else { return page.ghost() };
    let account = user.account_id.filter(|_| id > 0);
    page.person(Identity {
        native: id.to_string(),
        name: filling::name(user.display_name.as_deref().map(plain).as_deref()),
        email: None,
        handle: None,
        forge: account.map(|_| "stackexchange".to_owned()),
        account_id: account.map(|account| account.to_string()),
        company: None,
        bot: id == COMMUNITY,
    })
}

/// Text without the escapes of HTML, which the network puts into every field.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(';').filter(|end| *end <= 10);
        let letter = end.and_then(|end| entity(&rest[1..end]).zip(Some(end)));
        if let Some((letter, end)) = letter {
            out.push(letter);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_html_are_taken_back_once() {
        for (escaped, text) in [
            ("a &lt;b&gt; &amp;amp; &quot;c&#39;", "a <b> &amp; \"c'"),
            ("&#x27;&#8230;&nbsp;", "'… "),
            ("AT&T; &unknown; & &;&", "AT&T; &unknown; & &;&"),
            ("&#1114112; &#xD800;", "&#1114112; &#xD800;"),
            ("日本&amp;", "日本&"),
        ] {
            assert_eq!(plain(escaped), text, "{escaped}");
        }
    }
}
