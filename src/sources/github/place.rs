//! Where a GitHub answers: the paths of REST and GraphQL below the configured address, the forge that logins belong
//! to, and repositories by name. Must not know what is asked.

use serde_json::Value;

use crate::sources::{
    SourceError,
    remote::{Method, Request},
};

/// The endpoints behind a base URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// What stands before `/repos/…` below the base URL.
    rest: &'static str,
    /// Below the base URL, or a whole URL.
    graphql: String,
    pub(super) forge: String,
}

impl Place {
    /// `https://api.github.com`, `https://api.NAME.ghe.com`, or an Enterprise Server as `https://HOST` or
    /// `https://HOST/api/v3`.
    pub(super) fn new(base_url: &str) -> Self {
        let base = base_url.trim_end_matches('/');
        let host = base.split_once("://").map_or(base, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        let forge = match host.strip_prefix("api.").unwrap_or(host) {
            "github.com" => "github".to_owned(),
            own => own.to_owned(),
        };
        if let Some(root) = base.strip_suffix("/api/v3") {
            Self { rest: "", graphql: format!("{root}/api/graphql"), forge }
        } else if host.starts_with("api.") {
            Self { rest: "", graphql: "/graphql".to_owned(), forge }
        } else {
            Self { rest: "/api/v3", graphql: "/api/graphql".to_owned(), forge }
        }
    }

    pub(super) fn graphql(&self, body: Value) -> Request {
        Request {
            method: Method::Post,
            path: self.graphql.clone(),
            body: Some(body),
            budget: "graphql",
            ..Request::default()
        }
    }

    /// A path of REST: `/repos/o/n`.
    pub(super) fn rest(&self, path: &str, query: &[(&str, &str)]) -> Request {
        Request {
            path: format!("{}{path}", self.rest),
            query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ..Request::default()
        }
    }
}

/// A repository as it is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repo<'a> {
    pub(super) owner: &'a str,
    pub(super) name: &'a str,
}

impl<'a> Repo<'a> {
    /// `owner/name`, of the letters that GitHub allows.
    pub(super) fn parse(text: &'a str) -> Result<Self, SourceError> {
        let sound = |part: &str| {
            let letters = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
            !part.is_empty() && letters && !matches!(part, "." | "..")
        };
        match text.split_once('/') {
            Some((owner, name)) if sound(owner) && sound(name) => Ok(Self { owner, name }),
            _ => Err(SourceError::new(format!("`{}` is no repository", crate::domain::text::name(text)))
                .hint("write `repos` as owner/name")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_github_has_its_own_paths() {
        for (base, rest, graphql, forge) in [
            ("https://api.github.com", "", "/graphql", "github"),
            ("https://api.github.com/", "", "/graphql", "github"),
            ("https://api.acme.ghe.com", "", "/graphql", "acme.ghe.com"),
            ("https://git.acme.example", "/api/v3", "/api/graphql", "git.acme.example"),
            (
                "https://git.acme.example/api/v3",
                "",
                "https://git.acme.example/api/graphql",
                "git.acme.example",
            ),
        ] {
            let place = Place::new(base);
            assert_eq!(
                (place.rest, place.graphql.as_str(), place.forge.as_str()),
                (rest, graphql, forge),
                "{base}"
            );
        }
    }

    #[test]
    fn a_repository_is_an_owner_and_a_name_and_nothing_else() {
        assert_eq!(Repo::parse("acme/tool.rs").unwrap(), Repo { owner: "acme", name: "tool.rs" });
        for bad in ["acme", "acme/", "/tool", "acme/a/b", "acme/..", "acme/a?b", "a cme/tool"] {
            assert!(Repo::parse(bad).is_err(), "{bad}");
        }
    }
}
