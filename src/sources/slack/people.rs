//! The workspace: where it lives, its channels and its people. Must not know messages.

use serde::Deserialize;
use serde_json::Value;

use super::{
    Slack,
    step::{Ask, List},
};
use crate::{
    domain::{identity::Identity, page::Page, text},
    sources::{
        SourceError,
        answer::{self, record},
        filling::{self, Filling},
        remote::{Fault, Response},
    },
};

/// Slack's own account.
pub(super) const SLACKBOT: &str = "USLACKBOT";

#[derive(Debug, Deserialize)]
struct Workspace {
    url: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Channels {
    channels: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Found {
    id: String,
    name: Option<String>,
    #[serde(default)]
    is_member: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Users {
    members: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct User {
    id: String,
    team_id: Option<String>,
    /// The login.
    name: Option<String>,
    real_name: Option<String>,
    is_bot: Option<bool>,
    profile: Option<Profile>,
}

#[derive(Debug, Deserialize)]
struct Profile {
    real_name: Option<String>,
    display_name: Option<String>,
    email: Option<String>,
}

/// The token is good: the channels are listed.
pub(super) fn workspace(response: &Response, wanted: &[String]) -> Result<Page, Fault> {
    let found: Workspace = answer::json(response, "a workspace")?;
    let web = found.url.as_deref().and_then(text::web).map(|web| web.trim_end_matches('/').to_owned());
    let list = List { private: false, cursor: None, web, missing: wanted.to_vec(), found: false };
    Ok(Page { steps: vec![Ask::List(list).step()], ..Page::default() })
}

impl Slack {
    pub(super) fn list(&self, response: &Response, list: List, next: Option<String>) -> Result<Page, Fault> {
        let found: Channels = answer::json(response, "a list of channels")?;
        self.listed(list, &found.channels, next)
    }

    /// The channels of a page that are wanted become streams.
    pub(super) fn listed(
        &self,
        mut list: List,
        channels: &[Value],
        next: Option<String>,
    ) -> Result<Page, Fault> {
        let mut page = Filling::default();
        for value in channels {
            let channel: Found = match record(value) {
                Ok(channel) => channel,
                Err(why) => {
                    page.skip("the channels", why);
                    continue;
                }
            };
            let Some(id) = id(&channel.id) else { continue };
            // A slash would end the name of a stream.
            let name = filling::name(channel.name.as_deref()).map(|name| name.replace('/', "-"));
            let name = name.unwrap_or_else(|| id.to_owned());
            let is_this = |wanted: &String| wanted == id || *wanted == name;
            let is_wanted = match self.channels.as_slice() {
                [] => channel.is_member == Some(true),
                wanted => wanted.iter().any(is_this),
            };
            if !is_wanted {
                continue;
            }
            list.found = true;
            list.missing.retain(|missing| !is_this(missing));
            if let Some(web) = &list.web {
                page.subject(&format!("channel:{name}"), &format!("{web}/archives/{id}"));
            }
            page.page().streams.push(format!("channel/{id}/{name}"));
        }
        if next.is_some() {
            page.ask(Ask::List(List { cursor: next, ..list }).step());
        } else if !list.private {
            page.ask(Ask::List(List { private: true, cursor: None, ..list }).step());
        } else if !list.found && self.channels.is_empty() {
            let error = SourceError::new("the app has joined no channel");
            return Err(Fault::Stream(error.hint("invite it where it may read: /invite @ and its name")));
        } else {
            // Each says by itself that there is no such channel.
            let missing = list.missing.iter().filter_map(|name| filling::name(Some(name)));
            page.page().streams.extend(missing.map(|name| format!("channel//{name}")));
        }
        Ok(page.finish())
    }
}

pub(super) fn users(response: &Response, next: Option<String>) -> Result<Page, Fault> {
    let found: Users = answer::json(response, "a list of people")?;
    let mut page = Filling::default();
    for value in &found.members {
        match record::<User>(value) {
            Ok(user) => person(&mut page, &user),
            Err(why) => page.skip("the people", why),
        }
    }
    page.page().read = u64::try_from(found.members.len()).unwrap_or(0);
    if next.is_some() {
        page.ask(Ask::Users { cursor: next }.step());
    }
    Ok(page.finish())
}

/// Somebody as the workspace knows them. Who has left keeps what the workspace still says of them.
fn person(page: &mut Filling, user: &User) {
    let Some(id) = id(&user.id).filter(|id| *id != SLACKBOT) else { return };
    let profile = user.profile.as_ref();
    let names = [
        profile.and_then(|profile| profile.real_name.as_deref()),
        user.real_name.as_deref(),
        profile.and_then(|profile| profile.display_name.as_deref()),
    ];
    let plain = |text: &str| filling::name(Some(&plain(text)));
    let email = profile.and_then(|profile| filling::name(profile.email.as_deref()));
    page.person(Identity {
        native: id.to_owned(),
        name: names.into_iter().flatten().find_map(plain),
        email: email.filter(|email| email.contains('@')).map(|email| email.to_lowercase()),
        handle: user.name.as_deref().and_then(plain),
        // Logins are unique within a workspace only.
        forge: user.team_id.as_deref().and_then(self::id).map(|team| format!("slack.com/{team}")),
        account_id: Some(id.to_owned()),
        company: None,
        bot: user.is_bot == Some(true),
    });
}

/// An id of Slack: letters and digits.
pub(super) fn id(text: &str) -> Option<&str> {
    let harmless =
        !text.is_empty() && text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    harmless.then_some(text)
}

/// Text without the three escapes that Slack puts into it.
fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_taken_back_once() {
        assert_eq!(plain("a &lt;b&gt; &amp;amp; &amp;lt; &quot;"), "a <b> &amp; &lt; &quot;");
    }

    #[test]
    fn ids_are_letters_and_digits() {
        assert_eq!(id("U012ABC"), Some("U012ABC"));
        for bad in ["", "U1/2", "\u{1b}[31m", &"U".repeat(41)] {
            assert_eq!(id(bad), None, "{bad}");
        }
    }
}
