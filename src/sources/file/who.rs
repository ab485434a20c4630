//! Who a row or a line speaks of, and the native name under which a file knows them.

use serde::Deserialize;

use crate::domain::{identity::Identity, text};

/// The longest address that is read, in characters.
const ADDRESS: usize = 254;

/// A person as a file or a program names them; at least one of e-mail, login and name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::sources) struct Who {
    pub(in crate::sources) email: Option<String>,
    /// With or without `@`.
    pub(in crate::sources) login: Option<String>,
    /// Where the login lives; `github` when not said.
    pub(in crate::sources) forge: Option<String>,
    pub(in crate::sources) name: Option<String>,
    /// The number or string that outlives a renamed login.
    pub(in crate::sources) account_id: Option<String>,
    /// Free text of a profile.
    pub(in crate::sources) company: Option<String>,
    pub(in crate::sources) bot: bool,
}

impl Who {
    /// From one text: an e-mail, `@login`, or a full name.
    pub(in crate::sources) fn parse(text: &str) -> Self {
        let text = text.trim();
        let mut who = Self::default();
        if text.starts_with('@') {
            who.login = Some(text.to_owned());
        } else if text.contains('@') {
            who.email = Some(text.to_owned());
        } else {
            who.name = Some(text.to_owned());
        }
        who
    }

    /// The identity: known by the lower-cased e-mail, else `@login`, else `name:Full Name`.
    pub(in crate::sources) fn identity(self) -> Result<Identity, String> {
        let email = filled(self.email, ADDRESS).map(|found| email(&found)).transpose()?;
        let handle = filled(self.login, text::NAME).map(|found| login(&found)).transpose()?;
        let name = filled(self.name, text::NAME);
        let forge = filled(self.forge, text::NAME).unwrap_or_else(|| "github".to_owned()).to_lowercase();
        let native = match (&email, &handle, &name) {
            (Some(email), ..) => email.clone(),
            (None, Some(handle), _) => native_login(&forge, handle),
            (None, None, Some(name)) => format!("name:{name}"),
            (None, None, None) => {
                return Err("names nobody: an e-mail, a login or a name is needed".to_owned());
            }
        };
        let forge = handle.is_some().then_some(forge);
        Ok(Identity {
            native,
            name,
            email,
            handle,
            forge,
            account_id: filled(self.account_id, text::NAME),
            company: filled(self.company, text::TITLE),
            bot: self.bot,
        })
    }
}

/// `@login` in lower case, since forges ignore case; of another forge than GitHub with its name.
fn native_login(forge: &str, login: &str) -> String {
    let login = login.to_lowercase();
    if forge == "github" { format!("@{login}") } else { format!("{forge}:@{login}") }
}

/// One harmless line, unless nothing is left of it.
pub(in crate::sources) fn filled(text: Option<String>, limit: usize) -> Option<String> {
    text.map(|text| text::line(&text, limit)).filter(|text| !text.is_empty())
}

/// An address in lower case.
pub(in crate::sources) fn email(text: &str) -> Result<String, String> {
    let lower = text.trim().to_lowercase();
    let is_good = lower.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !lower.chars().any(|c| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '…'))
    });
    if is_good { Ok(lower) } else { Err(format!("`{}` is no e-mail address", text::line(text, 80))) }
}

fn login(text: &str) -> Result<String, String> {
    let login = text.trim().trim_start_matches('@');
    if login.is_empty() || login.contains(char::is_whitespace) {
        return Err(format!("`{}` is no login", text::line(text, 80)));
    }
    Ok(login.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_native_name_is_the_best_that_is_known() {
        let some = |text: &str| Some(text.to_owned());
        let who = |email, login, forge, name| Who { email, login, forge, name, ..Who::default() };
        for (who, native) in [
            (who(some(" Ada@Example.COM "), some("ada"), None, some("Ada")), Ok("ada@example.com")),
            (who(some(""), some("@Ada"), None, some("Ada")), Ok("@ada")),
            (who(None, some("Ada"), some("GitLab"), None), Ok("gitlab:@ada")),
            (who(None, some(" "), None, some("Ada \u{202e} Example")), Ok("name:Ada Example")),
            (
                who(None, None, None, some("\u{200b}")),
                Err("names nobody: an e-mail, a login or a name is needed"),
            ),
            (who(some("ada"), None, None, None), Err("`ada` is no e-mail address")),
            (who(some("a@b@c"), None, None, None), Err("`a@b@c` is no e-mail address")),
            (who(None, some("two words"), None, None), Err("`two words` is no login")),
        ] {
            let found = who.clone().identity().map(|identity| identity.native);
            assert_eq!(found.as_deref().map_err(String::as_str), native, "{who:?}");
        }
    }

    #[test]
    fn one_text_is_an_address_a_login_or_a_name() {
        for (text, native) in
            [("Ada@example.com", "ada@example.com"), ("@Ada", "@ada"), ("Ada Example", "name:Ada Example")]
        {
            assert_eq!(Who::parse(text).identity().unwrap().native, native);
        }
    }
}
