//! The settings: all that shapes conclusions. Must not know the file they come from; secrets, paths and
//! colours are not settings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    account::{Relation, Zone},
    rules::Rules,
};

/// Changes whenever the same facts would be judged differently by the same settings.
pub const ENGINE: u32 = 3;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Settings {
    pub you: You,
    /// `[[account]]`: organisations that you name yourself.
    pub accounts: Vec<NamedAccount>,
    /// What zone each source's activities are in.
    pub zones: Vec<SourceZones>,
    /// The rules of the journey: the user's own merged over those that ship with the program.
    #[serde(default)]
    pub rules: Rules,
}

/// `[you]`: your own people are never members.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct You {
    /// Your company's name.
    pub company: Option<String>,
    /// Your company's e-mail domains.
    pub domains: Vec<String>,
    /// `github:login`: your people who commit from private addresses.
    pub logins: Vec<String>,
    /// E-mail addresses or full names of your people.
    pub people: Vec<String>,
    pub criteria: Criteria,
}

/// Which letters the buying criteria are shown by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Criteria {
    #[default]
    Bant,
    Anum,
}

/// `[[account]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedAccount {
    pub name: String,
    #[serde(default)]
    pub domains: Vec<String>,
    pub relation: Option<Relation>,
    pub owner: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceZones {
    pub source: String,
    pub zone: Zone,
    pub parts: Vec<ZoneRule>,
}

/// `[[source.zones]]`: a part of a source that lies in another zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneRule {
    /// `repo:`, `category:`, `channel:` or `label:` and a name.
    #[serde(rename = "match")]
    pub part: String,
    pub zone: Zone,
}

impl Settings {
    /// Names these settings, the engine and the lists that it was built with: equal hashes draw equal
    /// conclusions from equal facts.
    pub fn hash(&self, lists: &[&str]) -> String {
        let mut hash = Sha256::new();
        hash.update(ENGINE.to_be_bytes());
        hash.update(serde_json::to_vec(self).unwrap_or_default());
        for list in lists {
            hash.update([0]);
            hash.update(list.as_bytes());
        }
        let mut text = String::with_capacity(32);
        for byte in hash.finalize().iter().take(16) {
            for half in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(half)]));
            }
        }
        text
    }
}
