//! The server: which role stands for consent, who holds it, which channels there are. Must not know messages. Whoever
//! does not hold the role is counted here and forgotten.

use std::{collections::BTreeSet, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use super::{
    Discord, GUILD, id,
    step::{Ask, MEMBERS, Members, Span, Tags},
};
use crate::{
    domain::{identity::Identity, page::Page},
    sources::{
        SourceError,
        answer::{self, record},
        filling::{self, Filling},
        remote::{Fault, Response},
    },
};

/// Kinds of channels with messages: text and announcements.
const TEXT: [u8; 2] = [0, 5];
/// Kinds of channels with posts: forums and media.
const FORUM: [u8; 2] = [15, 16];

/// A listing of the members under way.
#[derive(Debug, Default)]
pub(super) struct Coming {
    /// The page that comes next, and after whom it begins.
    page: u32,
    after: u64,
    holders: BTreeSet<u64>,
    /// People who do not hold the role.
    others: u64,
}

#[derive(Debug, Deserialize)]
struct Role {
    id: String,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Member {
    user: User,
    nick: Option<String>,
    roles: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct User {
    id: String,
    username: Option<String>,
    global_name: Option<String>,
    bot: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    id: String,
    #[serde(rename = "type")]
    kind: u8,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Forum {
    available_tags: Option<Vec<Tag>>,
}

#[derive(Debug, Deserialize)]
struct Tag {
    id: String,
    name: Option<String>,
}

impl Coming {
    /// After whom a page begins. A page that does not follow upon the last one is the first of a new listing.
    pub(super) fn after(&self, page: u32) -> u64 {
        if self.page == page { self.after } else { 0 }
    }
}

impl Discord {
    /// The role, by its id or its name.
    pub(super) fn roles(&self, response: &Response, ever: BTreeSet<u64>) -> Result<Page, Fault> {
        let found: Vec<Value> = answer::json(response, "a list of roles")?;
        let roles = found.iter().filter_map(|role| record::<Role>(role).ok());
        let mut named = roles.filter(|role| role.id == self.role || role.name.as_deref() == Some(&self.role));
        let shown = answer::shown(&self.role);
        let refuse = |why: String| {
            let hint = "set `consent_role` to the id or name of a role that members take of their own accord";
            Fault::Source(SourceError::new(why).hint(hint))
        };
        let role = named.next().ok_or_else(|| refuse(format!("the server has no role `{shown}`")))?;
        if named.next().is_some() {
            return Err(refuse(format!("the server has several roles `{shown}`: give its id")));
        }
        // The role of everybody has the id of the server.
        let role = id(&role.id).filter(|_| role.id != self.guild);
        let role = role.ok_or_else(|| refuse(format!("everybody holds `{shown}`: that is no consent")))?;
        self.known().coming = Coming::default();
        let members = Members { role, page: 0, ever };
        Ok(Page { steps: vec![Ask::Members(members).step()], ..Page::default() })
    }

    pub(super) fn members(&self, response: &Response, asked: &Members) -> Result<Page, Fault> {
        let found: Vec<Value> = answer::json(response, "a list of members")?;
        let mut page = Filling::default();
        let mut known = self.known();
        if known.coming.page != asked.page {
            known.coming = Coming::default();
        }
        let coming = &mut known.coming;
        let mut unread = 0_u64;
        let mut last = coming.after;
        for value in &found {
            // What is said of a member that cannot be read might name somebody who does not consent.
            let member = record::<Member>(value).ok();
            let Some((member, user)) =
                member.and_then(|member| id(&member.user.id).map(|user| (member, user)))
            else {
                unread += 1;
                continue;
            };
            last = last.max(user);
            if member.user.bot == Some(true) {
                continue;
            }
            if member.roles.iter().any(|role| id(role) == Some(asked.role)) {
                coming.holders.insert(user);
                person(&mut page, &member, user);
            } else {
                coming.others += 1;
            }
        }
        page.page().read = u64::try_from(found.len()).unwrap_or(0);
        if unread > 0 {
            page.skip(GUILD, format!("{unread} members of a page cannot be read"));
        }
        if found.len() >= MEMBERS && last > coming.after {
            (coming.page, coming.after) = (coming.page + 1, last);
            let next = Members { page: coming.page, ..asked.clone() };
            page.ask(Ask::Members(next).step());
            return Ok(page.finish());
        }
        let done = std::mem::take(coming);
        let ever: BTreeSet<u64> = asked.ever.union(&done.holders).copied().collect();
        if done.others > 0 {
            let all = done.others + u64::try_from(done.holders.len()).unwrap_or(0);
            let why = format!("{} of {all} do not hold the consent role: counted, not kept", done.others);
            page.skip("members", why);
        }
        let left = ever.len() - done.holders.len();
        if left > 0 {
            let why =
                format!("{left} no longer hold the consent role: sync with --full, and their acts are gone");
            page.skip("former holders", why);
        }
        known.holders = Some(Arc::new(done.holders));
        page.page().mark = serde_json::to_string(&ever).ok();
        page.ask(Ask::Channels { ever }.step());
        Ok(page.finish())
    }

    /// The channels that are wanted become streams.
    pub(super) fn list(&self, response: &Response, ever: BTreeSet<u64>) -> Result<Page, Fault> {
        if self.known().holders.is_none() {
            // An earlier sync was told who consents; this one has to ask.
            return Ok(Page { steps: vec![Ask::Roles { ever }.step()], ..Page::default() });
        }
        let found: Vec<Value> = answer::json(response, "a list of channels")?;
        let mut page = Filling::default();
        let mut missing: Vec<&String> = self.channels.iter().collect();
        for value in &found {
            let channel: Listed = match record(value) {
                Ok(channel) => channel,
                Err(why) => {
                    page.skip("the channels", why);
                    continue;
                }
            };
            let kind = match channel.kind {
                kind if TEXT.contains(&kind) => "channel",
                kind if FORUM.contains(&kind) => "forum",
                _ => continue,
            };
            let Some(number) = id(&channel.id) else { continue };
            let name = filling::name(channel.name.as_deref()).unwrap_or_else(|| channel.id.clone());
            let is_this = |wanted: &String| *wanted == channel.id || *wanted == name;
            if !self.channels.is_empty() && !self.channels.iter().any(is_this) {
                continue;
            }
            missing.retain(|wanted| !is_this(wanted));
            page.subject(
                &format!("channel:{name}"),
                &format!("https://discord.com/channels/{}/{number}", self.guild),
            );
            page.page().streams.push(format!("{kind}/{number}/{name}"));
        }
        // Each says by itself that it is no channel.
        let missing = missing.into_iter().filter_map(|name| filling::name(Some(name)));
        page.page().streams.extend(missing.map(|name| format!("missing/{name}")));
        Ok(page.finish())
    }
}

/// Somebody who consents.
fn person(page: &mut Filling, member: &Member, user: u64) {
    let names = [&member.nick, &member.user.global_name, &member.user.username];
    page.person(Identity {
        native: user.to_string(),
        name: names.into_iter().find_map(|name| filling::name(name.as_deref())),
        email: None,
        handle: filling::name(member.user.username.as_deref()),
        forge: Some("discord.com".to_owned()),
        account_id: Some(user.to_string()),
        company: None,
        bot: false,
    });
}

/// The tags of a forum are the labels of its posts.
pub(super) fn forum(response: &Response, span: Span) -> Result<Page, Fault> {
    let found: Forum = answer::json(response, "a forum")?;
    let tags = found.available_tags.into_iter().flatten();
    let tags: Tags = tags
        .filter_map(|tag| Some((id(&tag.id)?, filling::name(tag.name.as_deref())?.to_lowercase())))
        .collect();
    Ok(Page { steps: vec![Ask::Active { span, tags }.step()], ..Page::default() })
}
