//! What deriving costs: fills a store with the sample community, then prints how long conclusions take beside their
//! budgets, and beside the floor of one run: a bare sweep of the index that the fold reads. What counts is the time at
//! work, so that other programs make little difference.
//! `cargo bench --bench derive -- [ACCOUNTS]`; a folder in `BUYIN_BENCH_STORE` keeps the store for the next run. Ends
//! with 1 when anything takes more than 1.25 times its budget.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use buyin::{
    config::Config,
    domain::{
        activity::{Activity, Kind},
        decision::Verb,
        ids::PersonId,
        page::Page,
        settings::Settings,
        stage::Stage,
        sync::{Manner, Unwatched},
        time::{Day, Time},
    },
    jobs::{
        clock::Clock,
        derive::{self, Step},
        shell::Shell,
    },
    store::Store,
};
use rusqlite::Connection;

/// The last day of the community; its history ends there.
const TODAY: Day = Day(20_000);
/// Where more activities than these are known of somebody, the budget of small changes does not speak of them.
const MOST: usize = 2_000;
/// How many times each small change is made.
const TIMES: usize = 5;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let accounts = words.next().and_then(|word| word.parse().ok()).unwrap_or(20_000);
    let kept = std::env::var_os("BUYIN_BENCH_STORE").map(PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    let path = kept.unwrap_or_else(|| folder.path().to_owned()).join(format!("derive-{accounts}.db"));
    let now = TODAY.start();
    let mut config = Config::demo(accounts, 1, now).unwrap();
    config.store.clone_from(&path);
    config.keep = None;
    let settings = config.settings.clone();
    if !path.exists() {
        let start = Instant::now();
        Shell::new(config, Clock { fixed: Some(now) }, "bench")
            .sync(&[], Manner::default(), &mut |_| true, &mut Unwatched)
            .unwrap();
        println!("filled in {:.1?}", start.elapsed());
    }
    let mut bench = Bench { store: Store::open(&path).unwrap(), settings, slow: 0, activities: 0, serial: 0 };
    let (floor, activities) = floor(&path);
    bench.activities = activities;
    // A kept store knows the activities of the run before.
    bench.serial = u32::try_from(activities).unwrap();
    println!("{accounts} accounts, {activities} activities; milliseconds\n");
    println!("{:58} {:9.1}", "floor: a bare sweep of the fold's index", milliseconds(floor));
    bench.anew();
    bench.rules(floor);
    bench.small();
    bench.decision();
    if bench.slow == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Reads every activity in the order of the fold, and nothing else.
fn floor(path: &Path) -> (Duration, u64) {
    let db = Connection::open(path).unwrap();
    let sweep = || {
        let mut all = db
            .prepare("SELECT identity, at, kind, thread, counterpart, subject, labels, known_at, seq FROM activity \
                      WHERE flag = 0 ORDER BY identity, at")
            .unwrap();
        let mut rows = all.query([]).unwrap();
        let (mut count, mut sum) = (0_u64, 0_i64);
        while let Some(row) = rows.next().unwrap() {
            count += 1;
            for column in 0..9 {
                sum = sum.wrapping_add(row.get::<_, Option<i64>>(column).unwrap().unwrap_or(0));
            }
        }
        std::hint::black_box(sum);
        count
    };
    let count = sweep();
    let start = Work::begin();
    sweep();
    (start.elapsed(), count)
}

struct Bench {
    store: Store,
    settings: Settings,
    slow: usize,
    activities: u64,
    serial: u32,
}

impl Bench {
    /// Prints what took how long; a budget that is missed by more than a quarter is counted.
    fn say(&mut self, what: &str, took: Duration, budget: Option<f64>) {
        let took = milliseconds(took);
        let Some(budget) = budget else {
            println!("{what:58} {took:9.1}");
            return;
        };
        let over = took > budget * 1.25;
        self.slow += usize::from(over);
        println!("{what:58} {took:9.1} of {budget:7.0}{}", if over { "  TOO SLOW" } else { "" });
    }

    /// What so much may cost for these activities.
    fn per_million(&self, milliseconds: f64) -> f64 {
        let activities = u32::try_from(self.activities).unwrap();
        milliseconds * f64::from(activities) / 1e6
    }

    /// Derives, and how long each part took.
    fn derive(&mut self) -> Vec<(Step, Duration)> {
        let (mut parts, mut last) = (Vec::new(), Work::begin());
        let done = &mut |step| {
            parts.push((step, last.elapsed()));
            last = Work::begin();
        };
        assert!(derive::watched(&mut self.store, &self.settings, TODAY, done).unwrap());
        parts
    }

    /// Everything anew, of a store without conclusions.
    fn anew(&mut self) {
        self.store.clear_derived().unwrap();
        let before = memory("VmRSS:");
        reset_peak();
        let parts = self.derive();
        let peak = memory("VmHWM:");
        let total = parts.iter().map(|(_, took)| *took).sum();
        for (step, took) in parts {
            self.say(&format!("first derivation: {step:?}"), took, None);
        }
        self.say("first derivation", total, Some(self.per_million(10_000.0)));
        println!("{:58} {before:9.0} before, {peak:.0} at most", "memory of it in MB");
        println!("digest {}\n", self.store.digest().unwrap());
    }

    /// All journeys by other rules, and back.
    fn rules(&mut self, floor: Duration) {
        let mut all = Vec::new();
        let days = self.settings.rules.thresholds.unanswered_days;
        for days in [days + 1, days] {
            self.settings.rules.thresholds.unanswered_days = days;
            reset_peak();
            let parts = self.derive();
            let peak = memory("VmHWM:");
            for (step, took) in &parts {
                self.say(&format!("other rules: {step:?}"), *took, None);
            }
            all.push(parts.iter().map(|(_, took)| *took).sum::<Duration>());
            println!("{:58} {peak:9.0} at most", "memory of it in MB");
        }
        all.sort();
        self.say("all stages anew (other rules)", all[0], Some(self.per_million(2_000.0)));
        println!("{:58} {:9.1}", "  times the floor", all[0].as_secs_f64() / floor.as_secs_f64());
        println!("digest {}\n", self.store.digest().unwrap());
    }

    /// People with no more activities than the budget speaks of, not all from the same corner.
    fn some_people(&self, count: usize) -> Vec<(PersonId, u32)> {
        let ledger = self.store.ledger();
        let (mut some, mut last) = (Vec::new(), None);
        while some.len() < count {
            let page = ledger.humans_after(last, 500).unwrap();
            last = Some(*page.last().unwrap());
            for person in page.into_iter().step_by(29) {
                let identities = ledger.identities_of(person).unwrap();
                let mut acts = 0;
                ledger.acts_of(&identities, &mut |_| acts += 1).unwrap();
                if (5..=MOST).contains(&acts) {
                    some.push((person, identities[0]));
                }
            }
        }
        some.truncate(count);
        some
    }

    /// 100 new activities: each of 100 people does something, half of them in a thread of theirs.
    fn small(&mut self) {
        let identities = self.store.identities().unwrap();
        let people = self.some_people(100);
        let mut all = Vec::new();
        for _ in 0..TIMES {
            let mut page = Page::default();
            let mut source = 0;
            for (nth, (_, seq)) in people.iter().enumerate() {
                let of = &identities[usize::try_from(*seq).unwrap() - 1];
                if nth == 0 {
                    source = of.source;
                } else if of.source != source {
                    continue;
                }
                page.identities.push(of.profile.clone());
                let actor = u32::try_from(page.identities.len() - 1).unwrap();
                let thread = if nth % 2 == 0 { self.thread_of(*seq) } else { None };
                self.serial += 1;
                page.activities.push(Activity {
                    key: [b"bench".as_slice(), &self.serial.to_be_bytes()].concat(),
                    kind: if thread.is_some() { Kind::IssueCommented } else { Kind::CommitAuthored },
                    actor,
                    at: Time(TODAY.start().0 - 50_000 + i64::from(self.serial)),
                    subject: thread.as_ref().and_then(|(_, subject)| subject.clone()),
                    thread: thread.map(|(name, _)| name),
                    counterpart: None,
                    labels: Vec::new(),
                    title: None,
                    url: None,
                });
            }
            let count = page.activities.len();
            self.store.apply(source, "history", &page, None, TODAY.start()).unwrap();
            let start = Work::begin();
            let parts = self.derive();
            all.push(start.elapsed());
            let text: Vec<String> =
                parts.iter().map(|(step, took)| format!("{step:?} {:.1}", milliseconds(*took))).collect();
            println!("  {count} new activities: {}", text.join(", "));
        }
        all.sort();
        self.say("100 new activities of 100 people", all[TIMES / 2], Some(50.0));
    }

    /// The last thread that somebody was in, and its subject.
    fn thread_of(&self, identity: u32) -> Option<(Arc<str>, Option<Arc<str>>)> {
        let ledger = self.store.ledger();
        let mut last = None;
        ledger.acts_of(&[identity], &mut |act| last = act.thread.or(last)).unwrap();
        let (name, subject) = ledger.thread(last?).unwrap()?;
        let subjects = ledger.subjects().unwrap();
        let subject = subject.and_then(|number| subjects.iter().find(|(known, _)| *known == number));
        Some((name.into(), subject.map(|(_, name)| name.as_str().into())))
    }

    /// Somebody is put on a stage.
    fn decision(&mut self) {
        let people = self.some_people(TIMES);
        let mut all = Vec::new();
        for (person, _) in people {
            let verb = Verb::Pin { person, stage: Stage::Guide, until: None };
            self.store.decide(TODAY.start(), "bench", None, verb).unwrap();
            let start = Work::begin();
            let parts = self.derive();
            all.push(start.elapsed());
            let text: Vec<String> =
                parts.iter().map(|(step, took)| format!("{step:?} {:.1}", milliseconds(*took))).collect();
            println!("  a pin: {}", text.join(", "));
        }
        all.sort();
        self.say("a decision (pin)", all[TIMES / 2], Some(50.0));
    }
}

/// How long this thread was at work: what others on the machine take does not count. Where the system does not tell,
/// simply the time.
struct Work {
    start: Instant,
    at_work: Option<u64>,
}

impl Work {
    fn begin() -> Self {
        Self { start: Instant::now(), at_work: at_work() }
    }

    fn elapsed(&self) -> Duration {
        match (self.at_work, at_work()) {
            (Some(before), Some(now)) => Duration::from_nanos(now - before),
            _ => self.start.elapsed(),
        }
    }
}

fn at_work() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

/// A figure of this process, in MB; 0 where the system does not tell.
fn memory(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1_024.0
}

/// From now on the peak is counted anew, where the system can do that.
fn reset_peak() {
    let _elsewhere = std::fs::write("/proc/self/clear_refs", "5");
}
