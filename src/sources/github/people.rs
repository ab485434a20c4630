//! Who acts on GitHub, as identities: users, bots, organisations, placeholders of imported users, and those whose
//! account is deleted. Must not know what they did.

use serde::Deserialize;

use crate::domain::{identity::Identity, text};

/// The login that GitHub shows for everybody whose account is deleted.
const GHOST: &str = "ghost";

/// An actor as GraphQL (`__typename`, `databaseId`) or REST (`type`, `id`) writes one.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Actor {
    #[serde(rename = "__typename", alias = "type")]
    kind: Option<String>,
    #[serde(default)]
    login: String,
    #[serde(rename = "databaseId", alias = "id")]
    id: Option<i64>,
    name: Option<String>,
    company: Option<String>,
    email: Option<String>,
    /// The user who a placeholder turned out to be.
    claimant: Option<Box<Actor>>,
    /// The user behind an account of an enterprise.
    user: Option<Box<Actor>>,
}

impl Actor {
    pub(super) fn login(&self) -> &str {
        &self.login
    }

    pub(super) fn is_machine(&self) -> bool {
        self.kind.as_deref() == Some("Bot") || self.login.ends_with("[bot]")
    }

    /// Whether the login looks like a machine's, whatever GitHub says it is.
    pub(super) fn seems_machine(&self) -> bool {
        self.is_machine() || self.login.to_ascii_lowercase().ends_with("bot")
    }

    /// The identity, at this forge.
    pub(super) fn identity(&self, forge: &str) -> Identity {
        if let Some(person) = self.claimant.as_deref().or(self.user.as_deref()) {
            return person.identity(forge);
        }
        let login = text::name(&self.login);
        if login.eq_ignore_ascii_case(GHOST) || login.is_empty() && self.id.is_none() {
            return nobody();
        }
        let native = self.id.map_or_else(|| format!("@{login}"), |id| id.to_string());
        if self.kind.as_deref() == Some("Mannequin") {
            // The login is one of the place that was imported from: nobody here bears it.
            return Identity { native, name: Some(login), ..Identity::default() };
        }
        let machine = self.is_machine();
        let handle = if machine && !login.ends_with("[bot]") { format!("{login}[bot]") } else { login };
        Identity {
            native,
            name: shown(self.name.as_deref()),
            email: shown(self.email.as_deref()).filter(|email| email.contains('@')).map(|e| e.to_lowercase()),
            handle: Some(handle).filter(|handle| !handle.is_empty()),
            forge: Some(forge.to_owned()),
            account_id: self.id.map(|id| id.to_string()),
            company: shown(self.company.as_deref()),
            // An organisation is nobody: nothing that it forks makes it a member of anything.
            bot: machine || self.kind.as_deref() == Some("Organization"),
        }
    }
}

/// Everybody whose account is deleted.
pub(super) fn nobody() -> Identity {
    Identity { native: GHOST.to_owned(), ..Identity::default() }
}

fn shown(said: Option<&str>) -> Option<String> {
    said.map(text::name).filter(|said| !said.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(json: serde_json::Value) -> Identity {
        serde_json::from_value::<Actor>(json).unwrap().identity("github")
    }

    #[test]
    fn a_user_keeps_what_the_profile_makes_public() {
        let found = identity(serde_json::json!({
            "__typename": "User", "login": "ada", "databaseId": 7, "name": " Ada\u{202e} Example ", "company": "@acme ",
            "email": "Ada@Example.com", "novelty": [1],
        }));
        assert_eq!((found.native.as_str(), found.handle.as_deref()), ("7", Some("ada")));
        assert_eq!(found.name.as_deref(), Some("Ada Example"));
        assert_eq!(
            (found.email.as_deref(), found.company.as_deref()),
            (Some("ada@example.com"), Some("@acme"))
        );
        assert!(!found.bot);
        let hidden =
            identity(serde_json::json!({"__typename": "User", "login": "bo", "databaseId": 8, "name": null,
            "company": "", "email": ""}));
        assert_eq!((hidden.name, hidden.company, hidden.email), (None, None, None));
    }

    #[test]
    fn a_bot_is_one_by_either_interface_and_has_the_same_handle() {
        let graphql = identity(serde_json::json!({"__typename": "Bot", "login": "stale", "databaseId": 9}));
        let rest = identity(serde_json::json!({"type": "Bot", "login": "stale[bot]", "id": 9}));
        assert_eq!(graphql, rest);
        assert!(graphql.bot && graphql.handle.as_deref() == Some("stale[bot]"));
    }

    #[test]
    fn placeholders_and_deleted_accounts_bear_no_login() {
        let placeholder =
            identity(serde_json::json!({"__typename": "Mannequin", "login": "old-name", "databaseId": 5}));
        assert_eq!((placeholder.handle, placeholder.name.as_deref()), (None, Some("old-name")));
        let claimed =
            identity(serde_json::json!({"__typename": "Mannequin", "login": "old-name", "databaseId": 5,
            "claimant": {"__typename": "User", "login": "ada", "databaseId": 7}}));
        assert_eq!((claimed.native.as_str(), claimed.handle.as_deref()), ("7", Some("ada")));
        assert_eq!(identity(serde_json::json!({"type": "User", "login": "ghost", "id": 10137})), nobody());
    }
}
