//! The configuration of `buyin demo`: an invented community, whole and apart from all real data. Must not know what
//! happens there.

use super::{Config, ConfigError, SourceConfig, paths};
use crate::domain::{
    account::Zone,
    settings::{Settings, You},
    time::Time,
};

/// The invented company whose developer relations the demo is about.
pub const COMPANY: &str = "Tarnmill Labs";
pub const DOMAIN: &str = "tarnmill.example";
/// One of its people commits from a private address.
pub const PRIVATE: &str = "night.shift@example.net";
/// How large the community can be: beyond that, names would run out.
pub const MOST: u32 = 100_000;

/// One part of the invented community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoConfig {
    pub part: DemoPart,
    pub accounts: u32,
    pub seed: u64,
    /// The history ends with the day before; it is complete up to here.
    pub now: Time,
}

/// Which source the part plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DemoPart {
    /// The project: its repositories, forum, chat and meetups.
    Community,
    /// Your own forum, workshops and courses.
    Program,
    /// Trials, support, reviews.
    Product,
    Crm,
}

impl DemoPart {
    pub const ALL: [Self; 4] = [Self::Community, Self::Program, Self::Product, Self::Crm];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Community => "demo-community",
            Self::Program => "demo-program",
            Self::Product => "demo-product",
            Self::Crm => "demo-crm",
        }
    }

    pub const fn zone(self) -> Zone {
        match self {
            Self::Community => Zone::Upstream,
            Self::Program => Zone::Program,
            Self::Product | Self::Crm => Zone::Downstream,
        }
    }
}

pub(super) fn config(accounts: u32, seed: u64, now: Time) -> Result<Config, ConfigError> {
    if !(1..=MOST).contains(&accounts) {
        return Err(ConfigError::new(format!("a demo has 1 to {MOST} accounts, not {accounts}")));
    }
    let part = |part| SourceConfig::Demo(DemoConfig { part, accounts, seed, now });
    let sources = DemoPart::ALL.map(part).to_vec();
    let you = You {
        company: Some(COMPANY.to_owned()),
        domains: vec![DOMAIN.to_owned()],
        people: vec![PRIVATE.to_owned()],
        ..You::default()
    };
    let zones = sources.iter().map(paths::zones_of).collect();
    Ok(Config {
        path: None,
        settings: Settings { you, zones, ..Settings::default() },
        store: paths::cache(&format!("demo-{accounts}-{seed}.db"))?,
        sources,
        theme: None,
        keep: None,
        keymap: None,
        views: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_size_and_seed_has_a_store_of_its_own() {
        let store = |accounts, seed| config(accounts, seed, Time(0)).unwrap().store;
        assert_ne!(store(300, 1), store(301, 1));
        assert_ne!(store(300, 1), store(300, 2));
        assert_eq!(store(300, 1), store(300, 1));
        assert!(store(300, 1).ends_with("demo-300-1.db"));
    }

    #[test]
    fn a_demo_without_accounts_or_with_too_many_is_refused() {
        for accounts in [0, MOST + 1] {
            let error = config(accounts, 1, Time(0)).unwrap_err().to_string();
            assert!(error.contains("1 to 100000 accounts"), "{error}");
        }
    }

    #[test]
    fn every_source_has_the_zone_that_the_settings_adopt() {
        let config = config(1, 1, Time(0)).unwrap();
        let zones: Vec<_> = config.settings.zones.iter().map(|one| (one.source.as_str(), one.zone)).collect();
        assert_eq!(zones[0], ("demo-community", Zone::Upstream));
        assert_eq!(zones[1], ("demo-program", Zone::Program));
        assert_eq!(zones[2], ("demo-product", Zone::Downstream));
        assert_eq!(config.sources.iter().map(SourceConfig::name).collect::<Vec<_>>()[3], "demo-crm");
    }
}
