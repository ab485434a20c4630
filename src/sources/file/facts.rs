//! What a row of a file or a line of a program can say, and how it becomes part of a page. Text is made
//! harmless here. Must not know whether it came from a column or from JSON.

use serde::Deserialize;

use super::{
    dates::Dates,
    pages::Pages,
    who::{Who, email, filled},
};
use crate::{
    config::nearest,
    domain::{
        account::Relation,
        activity::{self, Kind},
        record::{self, ClaimRule, Record},
        text,
    },
};

/// Labels that are kept of one activity.
const LABELS: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sources) struct Activity {
    pub(in crate::sources) kind: String,
    pub(in crate::sources) at: String,
    #[serde(deserialize_with = "super::json::who")]
    pub(in crate::sources) actor: Who,
    pub(in crate::sources) subject: Option<String>,
    pub(in crate::sources) thread: Option<String>,
    #[serde(default, deserialize_with = "super::json::some_who")]
    pub(in crate::sources) counterpart: Option<Who>,
    #[serde(default)]
    pub(in crate::sources) labels: Vec<String>,
    pub(in crate::sources) title: Option<String>,
    pub(in crate::sources) url: Option<String>,
    pub(in crate::sources) key: Option<String>,
}

impl Activity {
    /// Puts the activity on the page; answers the actor's native name and the day.
    pub(in crate::sources) fn put(
        self,
        pages: &mut Pages<'_>,
        dates: &Dates,
    ) -> Result<(String, crate::domain::time::Day), String> {
        let kind = kind(&self.kind)?;
        let at = dates.moment(&self.at)?;
        let actor = self.actor.identity()?;
        let counterpart = self.counterpart.map(Who::identity).transpose()?;
        let subject = filled(self.subject, text::TITLE);
        let thread = filled(self.thread, text::TITLE);
        let title = filled(self.title, text::TITLE);
        let url = self.url.as_deref().and_then(text::web);
        let labels: Vec<String> =
            self.labels.iter().map(|l| text::name(l)).filter(|l| !l.is_empty()).take(LABELS).collect();
        let key = if let Some(key) = given(self.key) {
            key
        } else {
            let seconds = at.0.to_string();
            let other = counterpart.as_ref().map_or("", |who| &who.native);
            let [subject, thread, title, url] =
                [&subject, &thread, &title, &url].map(|text| text.as_deref().unwrap_or_default());
            let labels = labels.join("\n");
            let native = &actor.native;
            pages.key(&[
                "activity",
                kind.text(),
                &seconds,
                native,
                other,
                subject,
                thread,
                title,
                url,
                &labels,
            ])
        };
        let native = actor.native.clone();
        let actor = pages.identity(actor);
        let counterpart = counterpart.map(|who| pages.identity(who));
        pages.activity(activity::Activity {
            key,
            kind,
            actor,
            at,
            subject: subject.map(Into::into),
            thread: thread.map(Into::into),
            counterpart,
            labels,
            title,
            url,
        });
        Ok((native, dates.day(&self.at)?))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sources) struct Company {
    #[serde(default)]
    pub(in crate::sources) name: Option<String>,
    #[serde(default)]
    pub(in crate::sources) domains: Vec<String>,
    pub(in crate::sources) relation: Option<String>,
    pub(in crate::sources) owner: Option<String>,
    pub(in crate::sources) key: Option<String>,
}

impl Company {
    pub(in crate::sources) fn put(self, pages: &mut Pages<'_>) -> Result<(), String> {
        let domains = self.domains.iter().map(|found| domain(found)).collect::<Result<Vec<_>, _>>()?;
        let name = filled(self.name, text::NAME)
            .or_else(|| domains.first().cloned())
            .ok_or("names no company: a name or a domain is needed")?;
        let relation = filled(self.relation, text::NAME).map(|found| relation(&found)).transpose()?;
        let key = given(self.key).unwrap_or_else(|| pages.key(&["company", &text::fold(&name)]));
        let owner = filled(self.owner, text::NAME);
        pages.record(key, Record::Company(record::Company { name, domains, relation, owner }));
        Ok(())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sources) struct Contact {
    #[serde(deserialize_with = "super::json::who")]
    pub(in crate::sources) who: Who,
    pub(in crate::sources) company: Option<String>,
    pub(in crate::sources) role: Option<String>,
    pub(in crate::sources) key: Option<String>,
}

impl Contact {
    pub(in crate::sources) fn put(self, pages: &mut Pages<'_>) -> Result<(), String> {
        let who = self.who.identity()?;
        let identity = who.native.clone();
        pages.identity(who);
        let key = given(self.key).unwrap_or_else(|| pages.key(&["contact", &identity]));
        let company = filled(self.company, text::NAME);
        let role = filled(self.role, text::NAME);
        pages.record(key, Record::Contact(record::Contact { identity, company, role }));
        Ok(())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sources) struct Affiliation {
    #[serde(deserialize_with = "super::json::who")]
    pub(in crate::sources) who: Who,
    pub(in crate::sources) company: Option<String>,
    pub(in crate::sources) from: Option<String>,
    pub(in crate::sources) to: Option<String>,
    pub(in crate::sources) project: Option<String>,
    pub(in crate::sources) key: Option<String>,
}

impl Affiliation {
    pub(in crate::sources) fn put(self, pages: &mut Pages<'_>, dates: &Dates) -> Result<(), String> {
        let who = self.who.identity()?;
        let company = filled(self.company, text::NAME).ok_or("names no company")?;
        let day = |found: Option<String>| filled(found, 80).map(|text| dates.day(&text)).transpose();
        let (from, to) = (day(self.from)?, day(self.to)?);
        if let (Some(from), Some(to)) = (from, to)
            && to <= from
        {
            return Err(format!("ends on {to}, not after it starts on {from}"));
        }
        let project = filled(self.project, text::NAME);
        let identity = who.native.clone();
        pages.identity(who);
        let key = given(self.key).unwrap_or_else(|| {
            let from = from.map(|day| day.to_string()).unwrap_or_default();
            let project = project.as_deref().unwrap_or_default();
            pages.key(&["affiliation", &identity, &text::fold(&company), &from, project])
        });
        pages.record(key, Record::Affiliation(record::Affiliation { identity, company, from, to, project }));
        Ok(())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sources) struct Claim {
    #[serde(deserialize_with = "super::json::who")]
    pub(in crate::sources) a: Who,
    #[serde(deserialize_with = "super::json::who")]
    pub(in crate::sources) b: Who,
    pub(in crate::sources) key: Option<String>,
}

impl Claim {
    pub(in crate::sources) fn put(self, pages: &mut Pages<'_>) -> Result<(), String> {
        let (one, two) = (self.a.identity()?, self.b.identity()?);
        if one.native == two.native {
            return Err(format!("`a` and `b` are the same identity: {}", one.native));
        }
        let (a, b) = (one.native.clone(), two.native.clone());
        pages.identity(one);
        pages.identity(two);
        let key = given(self.key).unwrap_or_else(|| pages.key(&["claim", &a, &b]));
        pages.record(key, Record::Claim(record::Claim { a, b, rule: ClaimRule::RoleFile }));
        Ok(())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sources) struct Alias {
    pub(in crate::sources) old_email: String,
    pub(in crate::sources) old_name: Option<String>,
    pub(in crate::sources) name: Option<String>,
    pub(in crate::sources) email: Option<String>,
    pub(in crate::sources) key: Option<String>,
}

impl Alias {
    pub(in crate::sources) fn put(self, pages: &mut Pages<'_>) -> Result<(), String> {
        let old_email = email(&self.old_email)?;
        let old_name = filled(self.old_name, text::NAME);
        let name = filled(self.name, text::NAME);
        let new = filled(self.email, text::TITLE).map(|found| email(&found)).transpose()?;
        if name.is_none() && new.is_none() {
            return Err("an alias needs the proper name or the proper e-mail".to_owned());
        }
        let key = given(self.key)
            .unwrap_or_else(|| pages.key(&["alias", &old_email, old_name.as_deref().unwrap_or_default()]));
        pages.record(key, Record::Alias(record::Alias { old_email, old_name, name, email: new }));
        Ok(())
    }
}

/// A key that the source itself gives.
pub(in crate::sources) fn given(key: Option<String>) -> Option<Vec<u8>> {
    filled(key, text::TITLE).map(String::into_bytes)
}

fn kind(found: &str) -> Result<Kind, String> {
    let found = found.trim();
    Kind::parse(found).ok_or_else(|| {
        let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.text()).collect();
        refusal("activity kind", found, &words)
    })
}

fn relation(found: &str) -> Result<Relation, String> {
    Relation::parse(&found.to_lowercase()).ok_or_else(|| {
        let words: Vec<&str> = Relation::ALL.iter().map(|word| word.text()).collect();
        refusal("relation", found, &words)
    })
}

fn refusal(what: &str, found: &str, words: &[&str]) -> String {
    let found = text::line(found, 80);
    match nearest(&found, words) {
        Some(word) => format!("unknown {what} `{found}`, did you mean `{word}`?"),
        None if found.is_empty() => format!("no {what}"),
        None => format!("unknown {what} `{found}`"),
    }
}

fn domain(found: &str) -> Result<String, String> {
    let lower = text::line(found, 254).to_lowercase();
    let host = lower.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    let is_good = host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
        });
    if is_good { Ok(host.to_owned()) } else { Err(format!("`{}` is no domain", text::line(found, 80))) }
}
