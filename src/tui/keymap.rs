//! The keymap: which keys mean which command, read from `assets/keymap.toml` and a file of the user's own.
//! Help and footer are made from it. Must not know what a command does.

use serde::{Deserialize, Serialize};

use super::{
    command::Command,
    key::{Code, Key},
};

const OWN: &str = include_str!("../../assets/keymap.toml");

/// All bindings, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keymap {
    pub bindings: Vec<Binding>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    pub command: String,
    /// Each one a sequence of at least one key.
    pub keys: Vec<Vec<Key>>,
    pub help: String,
    pub group: String,
    pub footer: Option<Footer>,
}

/// Where and how a binding shows at the bottom of the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Footer {
    /// Lower numbers stand further left and are dropped last.
    pub at: u8,
    pub text: String,
}

/// Keys typed so far that mean nothing yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pending {
    pub count: Option<u32>,
    pub keys: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    keys: Option<Vec<String>>,
    help: Option<String>,
    group: Option<String>,
    footer: Option<Footer>,
}

const MOST: u32 = 1_000_000;

impl Keymap {
    /// The built-in keys with the tables of `text`, a file of the user's own, laid over them.
    pub fn with(text: Option<&str>) -> Result<Self, String> {
        let mut map = Self { bindings: Vec::new() };
        map.lay(OWN)?;
        if let Some(text) = text {
            map.lay(text)?;
        }
        Ok(map)
    }

    fn lay(&mut self, text: &str) -> Result<(), String> {
        let table: toml::Table = text
            .parse()
            .map_err(|e: toml::de::Error| format!("the keymap cannot be read: {}", e.message()))?;
        // The table sorts by name; the order of the file is the order of the help page.
        let mut named: Vec<_> = table.into_iter().collect();
        named.sort_by_key(|(name, _)| text.find(&format!("[{name}]")).unwrap_or(usize::MAX));
        for (name, value) in named {
            let written: Written = value.try_into().map_err(|e| format!("keymap, [{name}]: {e}"))?;
            self.put(&name, written)?;
        }
        Ok(())
    }

    fn put(&mut self, name: &str, written: Written) -> Result<(), String> {
        if Command::named(name, 1).is_none() {
            return Err(format!("keymap: there is no command [{name}]{}", self.nearest(name)));
        }
        let keys = written
            .keys
            .map(|keys| keys.iter().map(|text| Key::parse_all(text)).collect::<Result<Vec<_>, _>>())
            .transpose()
            .map_err(|e| format!("keymap, [{name}]: {e}"))?;
        if keys.iter().flatten().any(Vec::is_empty) {
            return Err(format!("keymap, [{name}]: an empty text is no key"));
        }
        if let Some(keys) = &keys {
            for other in &mut self.bindings {
                other.keys.retain(|bound| !keys.contains(bound));
            }
        }
        if let Some(binding) = self.bindings.iter_mut().find(|b| b.command == name) {
            binding.keys = keys.unwrap_or_else(|| binding.keys.clone());
            binding.help = written.help.unwrap_or_else(|| binding.help.clone());
            binding.group = written.group.unwrap_or_else(|| binding.group.clone());
            binding.footer = written.footer.or_else(|| binding.footer.clone());
            return Ok(());
        }
        self.bindings.push(Binding {
            command: name.to_owned(),
            keys: keys.unwrap_or_default(),
            help: written.help.unwrap_or_default(),
            group: written.group.unwrap_or_default(),
            footer: written.footer,
        });
        Ok(())
    }

    fn nearest(&self, name: &str) -> String {
        self.bindings
            .iter()
            .map(|b| (strsim::levenshtein(&b.command, name), &b.command))
            .min()
            .filter(|(distance, _)| *distance <= 3)
            .map_or(String::new(), |(_, near)| format!(", did you mean [{near}]?"))
    }

    /// What `key` means after the keys before it. `tabs` is how many tabs the screen has: a digit up to
    /// that number chooses one, any other begins a count.
    pub fn press(&self, pending: &mut Pending, key: Key, tabs: usize) -> Option<Command> {
        if pending.keys.is_empty()
            && let Some(digit) = key.typed().and_then(|letter| letter.to_digit(10))
            && (digit > 0 || pending.count.is_some())
        {
            if pending.count.is_none() && digit as usize <= tabs {
                return Some(Command::Tab(digit as usize - 1));
            }
            let count = pending.count.unwrap_or(0).saturating_mul(10).saturating_add(digit);
            pending.count = Some(count.min(MOST));
            return None;
        }
        pending.keys.push(key);
        let found = self.bindings.iter().find(|b| b.keys.contains(&pending.keys));
        if let Some(binding) = found {
            let count = pending.count.unwrap_or(1);
            *pending = Pending::default();
            return Command::named(&binding.command, count);
        }
        let begins = self.bindings.iter().flat_map(|b| &b.keys).any(|keys| keys.starts_with(&pending.keys));
        if begins {
            return None;
        }
        let alone = pending.keys.len() == 1;
        // Escape gives up a count or the beginning of a sequence and does nothing else.
        let given_up = key.code == Code::Esc;
        *pending = Pending::default();
        if alone || given_up { None } else { self.press(pending, key, tabs) }
    }

    /// The first key of a command, as the footer writes it.
    pub fn label(&self, command: &str, ascii: bool) -> Option<String> {
        let binding = self.bindings.iter().find(|b| b.command == command)?;
        binding.keys.first().map(|keys| labels(keys, ascii))
    }
}

/// A sequence as help and footer write it.
pub fn labels(keys: &[Key], ascii: bool) -> String {
    keys.iter().map(|key| key.label(ascii)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::command::Move;
    use super::*;

    fn type_in(map: &Keymap, text: &str, tabs: usize) -> Vec<Command> {
        let mut pending = Pending::default();
        let keys = Key::parse_all(text).unwrap();
        keys.into_iter().filter_map(|key| map.press(&mut pending, key, tabs)).collect()
    }

    #[test]
    fn keys_counts_and_sequences_mean_commands() {
        let map = Keymap::with(None).unwrap();
        for (text, tabs, commands) in [
            ("j", 0, vec![Command::Move(Move::Down(1))]),
            ("15j", 0, vec![Command::Move(Move::Down(15))]),
            ("gg", 0, vec![Command::Move(Move::First)]),
            ("g", 0, vec![]),
            ("gj", 0, vec![Command::Move(Move::Down(1))]),
            ("g<esc>j", 0, vec![Command::Move(Move::Down(1))]),
            ("2", 3, vec![Command::Tab(1)]),
            ("5j", 3, vec![Command::Move(Move::Down(5))]),
            ("51j", 3, vec![Command::Move(Move::Down(51))]),
            ("<c-d>", 0, vec![Command::Move(Move::HalfDown(1))]),
            ("<c-x>", 0, vec![]),
        ] {
            assert_eq!(type_in(&map, text, tabs), commands, "{text}");
        }
    }

    #[test]
    fn a_file_of_the_users_own_replaces_the_keys_of_a_command_and_takes_them_from_others() {
        let map = Keymap::with(Some("[quit]\nkeys = [\"s\", \"ZZ\"]\n")).unwrap();
        assert_eq!(type_in(&map, "s", 0), vec![Command::Quit]);
        assert_eq!(type_in(&map, "ZZ", 0), vec![Command::Quit]);
        assert_eq!(type_in(&map, "q", 0), vec![]);
        assert!(map.bindings.iter().find(|b| b.command == "quit").is_some_and(|b| !b.help.is_empty()));
    }

    #[test]
    fn a_wrong_keymap_is_refused_with_the_nearest_word() {
        assert!(Keymap::with(Some("[quitt]\nkeys=[\"x\"]")).unwrap_err().contains("did you mean [quit]?"));
        assert!(Keymap::with(Some("[quit]\nkeys=[\"<nope>\"]")).unwrap_err().contains("<nope>"));
        assert!(Keymap::with(Some("[quit]\nkey=[\"x\"]")).unwrap_err().contains("[quit]"));
    }

    #[test]
    fn no_two_commands_share_a_key() {
        let map = Keymap::with(None).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for keys in map.bindings.iter().flat_map(|b| &b.keys) {
            assert!(seen.insert(keys.clone()), "{keys:?}");
        }
    }
}
