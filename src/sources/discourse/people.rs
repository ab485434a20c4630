//! People of a forum: its staff, the likes they gave, their e-mail addresses. Must not know topics.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{
    Discourse, User, body,
    step::{Ask, Directory, Likes, MEMBERS_A_PAGE},
    subject, time,
};
use crate::{
    domain::{
        activity::{Activity, Kind},
        identity::Identity,
        page::Page,
    },
    sources::{
        answer::record,
        filling::{self, Filling},
        remote::{Asked, Fault, Response},
    },
};

/// The directory shows no pages after this one.
const LAST_PAGE: u32 = 10;

#[derive(Debug, Deserialize)]
struct Members {
    members: Vec<Value>,
    meta: Meta,
}

#[derive(Debug, Deserialize)]
struct Meta {
    total: usize,
}

#[derive(Debug, Deserialize)]
struct Member {
    #[serde(flatten)]
    user: User,
    added_at: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Items {
    directory_items: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Item {
    likes_given: u64,
    user: User,
}

#[derive(Debug, Deserialize)]
struct Actions {
    user_actions: Vec<Value>,
}

/// One act of somebody. `user` is whose post it is.
#[derive(Debug, Deserialize)]
struct Action {
    #[serde(rename = "action_type")]
    kind: u8,
    created_at: String,
    topic_id: u64,
    post_number: Option<u64>,
    category_id: Option<u64>,
    user_id: i64,
    username: Option<String>,
    name: Option<String>,
    acting_user_id: i64,
    acting_username: Option<String>,
    acting_name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Mailbox {
    #[serde(flatten)]
    user: User,
    email: Option<String>,
}

impl Discourse {
    /// Moderators and admins speak for the forum, from the day on which they joined its group of staff.
    pub(super) fn staff(&self, response: &Response, offset: usize) -> Result<Page, Fault> {
        let found: Members = body(response, "members of a group")?;
        let mut page = Filling::default();
        for value in &found.members {
            let member: Member = match record(value) {
                Ok(member) => member,
                Err(why) => {
                    page.skip("the group staff", why);
                    continue;
                }
            };
            let Some(at) = member.added_at.as_deref().and_then(time) else { continue };
            if member.user.id < 0 {
                continue;
            }
            let actor = self.person(&mut page, Some(&member.user));
            page.put(Activity {
                key: format!("staff/{}", member.user.id).into_bytes(),
                kind: Kind::RoleGranted,
                actor,
                at,
                subject: None,
                thread: None,
                counterpart: None,
                labels: vec!["staff".to_owned()],
                title: None,
                url: None,
            });
        }
        let next = offset + MEMBERS_A_PAGE;
        if !found.members.is_empty() && next < found.meta.total {
            page.ask(Ask::Staff { offset: next }.step());
        }
        Ok(page.finish())
    }

    /// Who gave likes since the last reading: each is asked for theirs.
    pub(super) fn directory(response: &Response, directory: Directory) -> Result<Page, Fault> {
        let found: Items = body(response, "a page of the user directory")?;
        let mut page = Filling::default();
        let mut is_last = found.directory_items.is_empty() || directory.page >= LAST_PAGE;
        for (position, value) in found.directory_items.iter().enumerate() {
            let item: Item = match record(value) {
                Ok(item) => item,
                Err(why) => {
                    page.skip("the user directory", why);
                    continue;
                }
            };
            if item.likes_given == 0 {
                // The forum puts whoever asks on top of the first page.
                is_last |= position > 0;
                continue;
            }
            if let Some(username) = item.user.username.filter(|_| item.user.id > 0) {
                let names = directory.names.clone();
                page.ask(Ask::Likes(Likes { username, offset: 0, since: directory.since, names }).step());
            }
        }
        if !is_last {
            page.ask(Ask::Directory(Directory { page: directory.page + 1, ..directory }).step());
        }
        Ok(page.finish())
    }

    pub(super) fn likes(&self, asked: &Asked<'_>, response: &Response, likes: Likes) -> Result<Page, Fault> {
        let found: Actions = body(response, "acts of a member")?;
        let mut page = Filling::default();
        let floor = likes.since.max(self.floor(asked.now));
        let mut is_last = found.user_actions.is_empty();
        for value in &found.user_actions {
            let action: Action = match record(value) {
                Ok(action) => action,
                Err(why) => {
                    page.skip(
                        format!("what {} likes", filling::name(Some(&likes.username)).unwrap_or_default()),
                        why,
                    );
                    continue;
                }
            };
            let Some(at) = time(&action.created_at).filter(|_| action.kind == 1) else { continue };
            if floor.is_some_and(|floor| at.0 < floor) {
                is_last = true;
                continue;
            }
            let Some(subject) = subject(&likes.names, action.category_id) else { continue };
            let giver = User {
                id: action.acting_user_id,
                username: action.acting_username,
                name: action.acting_name,
            };
            let author = User { id: action.user_id, username: action.username, name: action.name };
            let actor = self.person(&mut page, Some(&giver));
            let author = self.person(&mut page, Some(&author));
            let number = action.post_number.unwrap_or(1);
            page.put(Activity {
                key: format!("like/{}/{number}/{}", action.topic_id, giver.id).into_bytes(),
                kind: Kind::ReactionGiven,
                actor,
                at,
                subject: Some(Arc::from(subject)),
                thread: Some(Arc::from(format!("topic/{}", action.topic_id))),
                counterpart: Some(author).filter(|author| *author != actor),
                labels: Vec::new(),
                title: None,
                url: self.post_url(action.topic_id, number),
            });
        }
        if !is_last {
            let offset = likes.offset + found.user_actions.len();
            page.ask(Ask::Likes(Likes { offset, ..likes }).step());
        }
        Ok(page.finish())
    }

    /// Addresses as identities of their own, so that what topics say of somebody does not wipe them out; the
    /// number of the account makes them one person.
    pub(super) fn emails(&self, response: &Response, number: u32) -> Result<Page, Fault> {
        let found: Vec<Value> = body(response, "a list of users")?;
        let mut page = Filling::default();
        for value in &found {
            let mailbox: Mailbox = match record(value) {
                Ok(mailbox) => mailbox,
                Err(why) => {
                    page.skip("the e-mail addresses", why);
                    continue;
                }
            };
            let email = filling::name(mailbox.email.as_deref()).filter(|email| email.contains('@'));
            if let Some(email) = email.filter(|_| mailbox.user.id > 0) {
                page.person(Identity {
                    native: format!("profile/{}", mailbox.user.id),
                    name: filling::name(mailbox.user.name.as_deref()),
                    email: Some(email.to_lowercase()),
                    handle: None,
                    forge: Some(self.host.clone()),
                    account_id: Some(mailbox.user.id.to_string()),
                    company: None,
                    bot: false,
                });
            }
        }
        if !found.is_empty() {
            page.ask(Ask::Emails { page: number + 1 }.step());
        }
        Ok(page.finish())
    }
}
