//! From the table of a source over HTTP to its checked [`RemoteConfig`]. A secret that is written where only its
//! origin belongs is refused, and never repeated.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::de::DeValue;

use super::{
    Api, RemoteConfig, SecretFrom,
    shape::{Discord, Discourse, Github, Gitlab, Secret, Shared, Slack, StackExchange, Words},
    url,
};
use crate::config::{
    ConfigError, check,
    error::Input,
    read::{Table, rest, section},
};

/// The words of the configuration.
pub(in crate::config) const KINDS: &[&str] =
    &["github", "gitlab", "discourse", "slack", "discord", "stackexchange"];

/// Reads a source whose kind is one of [`KINDS`]; `name` is how an error names it.
pub(in crate::config) fn read(
    input: &Input<'_>,
    table: Table<'_>,
    kind: &str,
    name: &str,
) -> Result<RemoteConfig, ConfigError> {
    for key in ["token", "key"] {
        no_secret(input, &table, key, name)?;
    }
    let at = table.clone();
    let reader = Reader { input, at: &at, name };
    match kind {
        "github" => {
            let mut shape: Github = reader.shape(table)?;
            reader.each("repos", &shape.repos, is_path(2), "write it like `owner/name`")?;
            let api = Api::Github { repos: std::mem::take(&mut shape.repos) };
            reader.end(shape.shared(), Some("https://api.github.com"), api)
        }
        "gitlab" => {
            let mut shape: Gitlab = reader.shape(table)?;
            reader.each("projects", &shape.projects, is_path(0), "write it like `group/name`")?;
            let api = Api::Gitlab { projects: std::mem::take(&mut shape.projects) };
            let mut config = reader.end(shape.shared(), Some("https://gitlab.com"), api)?;
            // Who knows the API writes it so.
            if let Some(host) = config.base_url.strip_suffix("/api/v4") {
                config.base_url = host.to_owned();
            }
            Ok(config)
        }
        "discourse" => {
            let mut shape: Discourse = reader.shape(table)?;
            reader.texts("categories", &shape.categories)?;
            if let Some(user) = &shape.user {
                reader.text("user", user)?;
            }
            let api =
                Api::Discourse { user: shape.user.take(), categories: std::mem::take(&mut shape.categories) };
            reader.end(shape.shared(), None, api)
        }
        "slack" => {
            let mut shape: Slack = reader.shape(table)?;
            let api = Api::Slack { channels: reader.channels(&shape.channels)? };
            reader.needs_token(shape.shared(), Some("https://slack.com/api"), api)
        }
        "discord" => {
            let mut shape: Discord = reader.shape(table)?;
            reader.each("guild", std::slice::from_ref(&shape.guild), is_number, "it is a number")?;
            reader.text("consent_role", &shape.consent_role)?;
            let api = Api::Discord {
                channels: reader.channels(&shape.channels)?,
                guild: std::mem::take(&mut shape.guild),
                consent_role: std::mem::take(&mut shape.consent_role),
            };
            reader.needs_token(shape.shared(), Some("https://discord.com/api/v10"), api)
        }
        _ => {
            let mut shape: StackExchange = reader.shape(table)?;
            reader.each(
                "site",
                std::slice::from_ref(&shape.site),
                is_site,
                "write it like `stackoverflow`",
            )?;
            if shape.tags.is_empty() {
                return Err(reader.wrong("tags", format!("`tags` is empty in {name}")));
            }
            reader.texts("tags", &shape.tags)?;
            let key = shape.key.take().map(|key| reader.secret("key", key)).transpose()?;
            let (site, tags) = (std::mem::take(&mut shape.site), std::mem::take(&mut shape.tags));
            let api = Api::StackExchange { site, tags, key };
            reader.end(shape.shared(), Some("https://api.stackexchange.com/2.3"), api)
        }
    }
}

/// A text where only the origin of a secret belongs is probably the secret: it is not repeated.
fn no_secret(input: &Input<'_>, table: &Table<'_>, key: &str, name: &str) -> Result<(), ConfigError> {
    let why = match check::value(table, key) {
        None | Some(DeValue::Table(_)) => return Ok(()),
        Some(DeValue::String(_)) => "holds the secret itself, which others may read here",
        Some(_) => "says not where the secret comes from",
    };
    let why =
        format!("`{key}` of {name} {why}: write {{ env = \"NAME\" }} or {{ command = \"gh auth token\" }}");
    Err(input.error(Some(check::place(table, &[key])), why))
}

/// One table while it is read.
struct Reader<'a> {
    input: &'a Input<'a>,
    at: &'a Table<'a>,
    name: &'a str,
}

impl Reader<'_> {
    fn shape<T: DeserializeOwned>(&self, table: Table<'_>) -> Result<T, ConfigError> {
        section(self.input, rest(table), self.name)
    }

    fn wrong(&self, key: &str, why: String) -> ConfigError {
        self.input.error(Some(self.place(key)), why)
    }

    fn place(&self, key: &str) -> Range<usize> {
        check::place(self.at, &[key])
    }

    fn end(&self, shared: Shared, usual: Option<&str>, api: Api) -> Result<RemoteConfig, ConfigError> {
        let Some(base_url) = shared.base_url.as_deref().or(usual) else {
            let why =
                format!("missing key `base_url` in {}: write it like `https://forum.example.org`", self.name);
            return Err(self.input.error(Some(self.at.span()), why));
        };
        let base_url = url::base(base_url, shared.insecure)
            .map_err(|why| self.wrong("base_url", format!("{why} in {}", self.name)))?;
        if shared.retain_days == Some(0) {
            let why = format!("`retain_days` of 0 in {} would keep nothing", self.name);
            return Err(self.wrong("retain_days", why));
        }
        let token = shared.token.map(|token| self.secret("token", token)).transpose()?;
        Ok(RemoteConfig {
            name: shared.name,
            base_url,
            token,
            zone: shared.zone,
            zones: shared.zones,
            minimise: shared.minimise,
            retain_days: shared.retain_days,
            api,
        })
    }

    fn needs_token(
        &self,
        shared: Shared,
        usual: Option<&str>,
        api: Api,
    ) -> Result<RemoteConfig, ConfigError> {
        if shared.token.is_none() {
            let why = format!("missing key `token` in {}: write {{ env = \"NAME\" }}", self.name);
            return Err(self.input.error(Some(self.at.span()), why));
        }
        self.end(shared, usual, api)
    }

    fn secret(&self, key: &str, secret: Secret) -> Result<SecretFrom, ConfigError> {
        let way = "write { env = \"NAME\" } or { command = \"gh auth token\" }";
        let wrong = |why: &str| Err(self.wrong(key, format!("`{key}` of {} {why}: {way}", self.name)));
        match (secret.env, secret.command) {
            (Some(_), Some(_)) => wrong("names both `env` and `command`"),
            (None, None) => wrong("says not where the secret comes from"),
            (Some(env), None) if env.is_empty() || env.contains(['=', '\0', '$']) => {
                wrong("names no environment variable")
            }
            (Some(env), None) => Ok(SecretFrom::Env(env)),
            (None, Some(command)) => {
                let words = match command {
                    Words::Line(line) => line.split_whitespace().map(str::to_owned).collect(),
                    Words::List(words) => words,
                };
                match words.first() {
                    Some(program) if !program.is_empty() => Ok(SecretFrom::Command(words)),
                    _ => wrong("names no program"),
                }
            }
        }
    }

    fn text(&self, key: &str, text: &str) -> Result<(), ConfigError> {
        self.texts(key, std::slice::from_ref(&text.to_owned()))
    }

    /// No text of a list may be empty, nor break the line of an error or a request.
    fn texts(&self, key: &str, texts: &[String]) -> Result<(), ConfigError> {
        let bad = |text: &String| text.trim().is_empty() || text.chars().any(char::is_control);
        if texts.iter().any(bad) {
            return Err(self.wrong(key, format!("an empty text in `{key}` of {}", self.name)));
        }
        Ok(())
    }

    /// Every text of a list that must not be empty has a form.
    fn each(
        &self,
        key: &str,
        texts: &[String],
        good: impl Fn(&str) -> bool,
        way: &str,
    ) -> Result<(), ConfigError> {
        if texts.is_empty() {
            return Err(self.wrong(key, format!("`{key}` is empty in {}", self.name)));
        }
        match texts.iter().find(|text| !good(text)) {
            Some(text) => Err(self.wrong(key, format!("`{text}` in `{key}` of {}: {way}", self.name))),
            None => Ok(()),
        }
    }

    /// Without the `#` that people write before them.
    fn channels(&self, channels: &[String]) -> Result<Vec<String>, ConfigError> {
        let channels: Vec<String> =
            channels.iter().map(|name| name.strip_prefix('#').unwrap_or(name).to_owned()).collect();
        self.texts("channels", &channels)?;
        Ok(channels)
    }
}

/// A path of names; of `count` names, or of two at least where that is 0.
fn is_path(count: usize) -> impl Fn(&str) -> bool {
    let good = |name: &str| {
        !name.is_empty()
            && !matches!(name, "." | "..")
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte))
    };
    move |text| {
        let names = text.split('/').count();
        (if count == 0 { names >= 2 } else { names == count }) && text.split('/').all(good)
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_site(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
}
