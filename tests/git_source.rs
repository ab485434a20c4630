//! The git source against repositories that `git` itself writes; the oracle for every count is `git`.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::Command,
};

use buyin::{
    config::GitConfig,
    domain::{
        account::Zone,
        activity::{Activity, Kind},
        identity::Identity,
        page::{Listing, Page, Skipped},
        record::Record,
        time::Time,
    },
    sources::{From, Local, SourceError, git::Git},
};

fn config(path: &Path) -> GitConfig {
    GitConfig {
        name: "tool".to_owned(),
        paths: vec![path.to_owned()],
        refs: vec!["HEAD".to_owned()],
        mailmap: true,
        roles: true,
        zone: Zone::Upstream,
        zones: Vec::new(),
    }
}

fn pages(config: &GitConfig, stream: &str, mark: Option<&str>) -> Result<Vec<Page>, SourceError> {
    let mut pages = Vec::new();
    let from = From { stream, mark, todo: &[], now: Time(1_800_000_000) };
    Git::new(config.clone()).read(&from, &mut |page| {
        pages.push(page);
        ControlFlow::Continue(())
    })?;
    Ok(pages)
}

/// Reads the repositories named in `BUYIN_TEST_REPOSITORIES` (paths, separated by `:`) and prints figures.
#[test]
#[ignore = "measures; needs repositories of many thousands of commits and a release build"]
#[allow(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn measure_the_reading_of_real_repositories() {
    for path in std::env::var("BUYIN_TEST_REPOSITORIES").unwrap().split(':') {
        let config = config(Path::new(path));
        let source = Git::new(config.clone());
        for stream in source.streams() {
            for mark in [false, true] {
                let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
                let (mut last, mut records, mut skipped) = (None, 0, Vec::new());
                if mark {
                    last = pages(&config, &stream, None).unwrap().last().unwrap().mark.clone();
                }
                let mark = last.clone();
                let from =
                    From { stream: &stream, mark: mark.as_deref(), todo: &[], now: Time(1_800_000_000) };
                let start = std::time::Instant::now();
                source
                    .read(&from, &mut |page| {
                        for activity in &page.activities {
                            *kinds.entry(activity.kind.text()).or_default() += 1;
                        }
                        records += page.records.len();
                        skipped.extend(page.skipped);
                        ControlFlow::Continue(())
                    })
                    .unwrap();
                println!(
                    "{path} {stream} {:?} {kinds:?} records {records} skipped {}",
                    start.elapsed(),
                    skipped.len()
                );
                for skipped in skipped.iter().take(3) {
                    println!("  {} {}", skipped.place, skipped.reason);
                }
            }
        }
    }
}
