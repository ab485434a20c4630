//! People of a project: its members, and what profiles say. Must not know what they did.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{
    Gitlab, PAGE, User,
    step::{Ask, Paged, Project},
};
use crate::{
    domain::{
        activity::{Activity, Kind},
        identity::Identity,
        page::Page,
        time::Time,
    },
    sources::{
        SourceError,
        answer::{self, record, shown},
        filling::{self, Filling},
        remote::{Fault, Response},
    },
};

/// Developers may change the project; whoever has less may only report and read.
const DEVELOPER: u32 = 30;

#[derive(Debug, Deserialize)]
struct Member {
    #[serde(flatten)]
    user: User,
    access_level: u32,
    created_at: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Profiles {
    data: Option<Value>,
    #[serde(default)]
    errors: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Profile {
    id: String,
    name: Option<String>,
    #[serde(rename = "publicEmail")]
    public_email: Option<String>,
    organization: Option<String>,
}

impl Gitlab {
    /// Who may change a project speaks for it, from the day on which they were added.
    pub(super) fn members(&self, response: &Response, project: Project, number: u32) -> Result<Page, Fault> {
        let mut page = Filling::default();
        let (members, count) = Self::records::<Member>(&mut page, response, "a list of members")?;
        let subject: Arc<str> = Arc::from(project.subject());
        for member in members.iter().filter(|member| member.access_level >= DEVELOPER) {
            let Some(at) = member.created_at.as_deref().and_then(Time::parse) else { continue };
            let label = match member.access_level {
                50.. => "owner",
                40.. => "maintainer",
                _ => "developer",
            };
            let actor = self.person(&mut page, Some(&member.user));
            page.put(Activity {
                key: format!("{}/member/{}", project.id, member.user.id).into_bytes(),
                kind: Kind::RoleGranted,
                actor,
                at,
                subject: Some(Arc::clone(&subject)),
                thread: None,
                counterpart: None,
                labels: vec![label.to_owned()],
                title: None,
                url: None,
            });
        }
        let is_last = response.header("x-next-page").map_or(count < PAGE, |next| next.trim().is_empty());
        if !is_last && count > 0 {
            page.ask(Ask::Members { project, page: number + 1 }.step());
        }
        Ok(page.finish())
    }

    /// Asks for the profiles of people that this reading has not met before.
    pub(super) fn meet<'a>(
        &self,
        page: &mut Filling,
        paged: &mut Paged,
        by: &str,
        people: impl Iterator<Item = &'a User>,
    ) {
        if !self.has_token {
            return;
        }
        let mut ids: Vec<u64> = people.map(|user| user.id).filter(|id| paged.met.insert(*id)).collect();
        ids.sort_unstable();
        for ids in ids.chunks(PAGE) {
            let by = format!("{by}/{}/{}", paged.after.as_deref().unwrap_or_default(), paged.page);
            page.ask(Ask::Profiles { ids: ids.to_vec(), by }.step());
        }
    }

    /// Public addresses and organisations as identities of their own, so that what lists say of somebody does not wipe
    /// them out; the number of the account makes them one person.
    pub(super) fn profiles(&self, response: &Response, ids: &[u64]) -> Result<Page, Fault> {
        let found: Profiles = answer::json(response, "profiles")?;
        let Some(nodes) = found.data.as_ref().and_then(|data| data["users"]["nodes"].as_array()) else {
            let why = found.errors.first().and_then(|error| error["message"].as_str()).unwrap_or("no data");
            let error = SourceError::new(format!("profiles cannot be read: {}", shown(why)));
            return Err(Fault::Skip(
                error.hint("give the token the scope `read_api`; GitLab 16 or later has them"),
            ));
        };
        let mut page = Filling::default();
        for value in nodes {
            let profile: Profile = match record(value) {
                Ok(profile) => profile,
                Err(why) => {
                    page.skip("the profiles", why);
                    continue;
                }
            };
            let id = profile.id.rsplit('/').next().and_then(|id| id.parse::<u64>().ok());
            let email = filling::name(profile.public_email.as_deref()).filter(|email| email.contains('@'));
            let company = filling::name(profile.organization.as_deref());
            let Some(id) = id.filter(|id| ids.contains(id) && (email.is_some() || company.is_some())) else {
                continue;
            };
            page.person(Identity {
                native: format!("profile/{id}"),
                name: filling::name(profile.name.as_deref()),
                email: email.map(|email| email.to_lowercase()),
                handle: None,
                forge: Some(self.forge.clone()),
                account_id: Some(id.to_string()),
                company,
                bot: false,
            });
        }
        Ok(page.finish())
    }
}
