//! x
use buyin::{
    config::Config,
    domain::time::Time,
    sources::{self, From},
};
use std::{collections::BTreeMap, ops::ControlFlow};
#[test]
fn probe() {
    let n: u32 = std::env::var("N").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let now = Time::parse("2026-11-22T06:00:00Z").unwrap();
    let config = Config::demo(n, 1, now).unwrap();
    for source in &config.sources {
        let began = std::time::Instant::now();
        let local = sources::open(source).unwrap();
        let (mut acts, mut ids, mut kinds, mut pages) = (0, 0, BTreeMap::new(), 0);
        let mut sample = Vec::new();
        local
            .read(&From { stream: "history", mark: None, todo: &[], now }, &mut |page| {
                acts += page.activities.len();
                ids += page.identities.len();
                pages += 1;
                assert!(page.activities.len() <= 10_000);
                for a in &page.activities {
                    *kinds.entry(a.kind.text()).or_insert(0) += 1;
                    if sample.len() < 40 && a.at.0 % 37 == 0 {
                        sample.push(format!(
                            "{} {} {} {:?} {:?} {:?} {:?} {:?} {:?}",
                            a.at,
                            a.kind.text(),
                            page.identities[a.actor as usize].native,
                            a.counterpart.map(|c| &page.identities[c as usize].native),
                            a.subject,
                            a.thread,
                            a.labels,
                            a.title,
                            a.url
                        ));
                    }
                }
                ControlFlow::Continue(())
            })
            .unwrap();
        let t = began.elapsed();
        println!("{} {acts} acts {ids} ids {pages} pages {t:?} {kinds:?}", source.name());
        for s in sample {
            println!("  {s}");
        }
    }
}
