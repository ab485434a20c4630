//! Whether stages say more than counting commits: of those who were active on a day and held no role, who came to
//! hold one within a year? Roles are withheld from the engine. Prints, for each repository, the area under the curve
//! of the rank by stage and points, beside that of the plain count of commits of the trailing year; and a table of
//! stages by the kind of evidence. Aggregates only: nobody is named.
//!
//! `cargo bench --bench backtest -- PATH...` (clones with OWNERS, MAINTAINERS or CODEOWNERS). Exits with 1 when the
//! rank does not beat the count on every repository with enough people.
#![allow(clippy::disallowed_methods, reason = "a command line of its own")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use buyin::{
    config::Config,
    domain::{
        activity::Kind,
        ids::PersonId,
        settings::Settings,
        stage::{Signal, Stage},
        sync::{Manner, Unwatched},
        time::Day,
    },
    jobs::{
        clock::Clock,
        derive::{journeys::facts_without_roles, lens::Lens, surroundings::Surroundings},
        shell::Shell,
    },
    journey::assess::{self, Assessed, Engine},
    store::View,
};

const YEAR: i32 = 365;
/// Fewer who came to hold a role say nothing.
const ENOUGH: usize = 10;

fn main() -> ExitCode {
    let paths: Vec<PathBuf> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).map(PathBuf::from).collect();
    if paths.is_empty() {
        println!("name clones: cargo bench --bench backtest -- PATH...");
        return ExitCode::SUCCESS;
    }
    println!(
        "area under the curve: who, of those active on a day and without a role, held one within a year\n"
    );
    println!(
        "{:<32}{:>7}{:>9}{:>10}{:>10}{:>10}",
        "repository", "roles", "others", "stage", "commits", "both>"
    );
    let mut lost = false;
    for path in &paths {
        lost |= judge(path);
    }
    if lost { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// An own act: its sequence, its day, its kind.
type Own = (i64, Day, Kind);

/// Somebody on one of the days that are looked at.
struct Seen {
    /// Came to hold a role within the year after.
    chosen: bool,
    stage: (u8, i64),
    commits: i64,
}

fn judge(path: &Path) -> bool {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-backtest");
    std::fs::create_dir_all(&folder).expect("the target folder is writable");
    let name = name_of(path);
    let mut config = Config::default_for_open(&[path.to_owned()]).expect("a path");
    config.store = folder.join(format!("{name}.db"));
    config.keep = None;
    for end in ["", "-wal", "-shm"] {
        let _absent = std::fs::remove_file(folder.join(format!("{name}.db{end}")));
    }
    let mut shell = Shell::new(config, Clock::default(), "backtest");
    shell.sync(&[], Manner::default(), &mut |_| true, &mut Unwatched).expect("the clone can be read");
    let today = shell.today();
    let view = shell.view().expect("the store can be read");
    let settings = withheld(shell.config.settings.clone());
    let (seen, table) = look(&view, &settings, today);
    let chosen = seen.iter().filter(|one| one.chosen).count();
    let by_stage = area(&seen, |one| one.stage);
    let by_commits = area(&seen, |one| (0, one.commits));
    println!(
        "{name:<32}{chosen:>7}{:>9}{:>10}{:>10}{:>10}",
        seen.len() - chosen,
        thousandths(by_stage),
        thousandths(by_commits),
        if by_stage > by_commits { "yes" } else { "no" },
    );
    show(&table);
    chosen >= ENOUGH && by_stage <= by_commits
}

/// The rules without what says who holds a role.
fn withheld(mut settings: Settings) -> Settings {
    settings.rules.signals.retain(|rule| rule.case != buyin::domain::rules::Case::Role);
    settings.rules.moves.retain(|rule| !rule.role);
    settings
}

/// By stage: how many, and how many of them were placed by evidence more than 80% of which is of one kind of activity.
type Table = BTreeMap<Stage, BTreeMap<&'static str, usize>>;

fn look(view: &View, settings: &Settings, today: Day) -> (Vec<Seen>, Table) {
    let lens = Lens::new(settings, &view.ledger()).expect("the store can be read");
    let mut around = Surroundings::new(view.ledger(), &lens, today).expect("the store can be read");
    around.withhold_roles();
    let days: Vec<Day> = (1..=8).map(|years| today.plus(-YEAR * years)).collect();
    let (mut seen, mut table) = (Vec::new(), Table::new());
    let mut last: Option<PersonId> = None;
    loop {
        let page = view.ledger().humans_after(last, 4_096).expect("the store can be read");
        let Some(end) = page.last() else { return (seen, table) };
        last = Some(*end);
        for person in page {
            let (granted, acts, assessed) =
                facts_without_roles(&mut around, person).expect("the store can be read");
            let by_kind = table.entry(stage_on(&assessed, today)).or_default();
            *by_kind.entry(main_kind(&assessed, &acts)).or_default() += 1;
            for day in &days {
                seen.extend(on(&lens.engine, *day, granted, &acts, &assessed));
            }
        }
    }
}

/// `None`: not active in the year before, or held a role already.
fn on(engine: &Engine, day: Day, granted: Option<Day>, acts: &[Own], found: &Assessed) -> Option<Seen> {
    let within = |at: &Day| at.0 > day.0 - YEAR && *at <= day;
    let active = acts.iter().any(|(_, at, _)| within(at));
    if !active || granted.is_some_and(|granted| granted <= day) {
        return None;
    }
    let authored = acts.iter().filter(|(_, at, kind)| within(at) && *kind == Kind::CommitAuthored).count();
    let rank = match stage_on(found, day) {
        Stage::GoGetter => 5,
        Stage::Guide => 4,
        Stage::Teacher => 3,
        Stage::Skeptic => 2,
        Stage::Blocker => 1,
        Stage::Unplaced | Stage::Friend | Stage::Climber => 0,
    };
    let counts = |entry: &&assess::Entry| entry.holds(day) && entry.signal != Signal::Objects;
    let points: i64 = found.entries.iter().filter(counts).map(|entry| engine.decayed(entry, day).0).sum();
    Some(Seen {
        chosen: granted.is_some_and(|granted| granted.0 <= day.0 + YEAR),
        stage: (rank, points),
        commits: i64::try_from(authored).unwrap_or(i64::MAX),
    })
}

fn stage_on(found: &Assessed, day: Day) -> Stage {
    let spell = found.journey.spells.iter().rev().find(|spell| spell.from <= day);
    spell.map_or(Stage::Unplaced, |spell| spell.automatic)
}

/// The kind of activity that makes up more than four fifths of the evidence of the last move; else `mixed`.
fn main_kind(found: &Assessed, acts: &[Own]) -> &'static str {
    let Some(last) = found.journey.moves.last() else { return "nothing" };
    let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
    for seq in &last.because {
        let own = acts.iter().find(|(known, ..)| known == seq);
        *kinds.entry(own.map_or("by others", |(.., kind)| kind.text())).or_default() += 1;
    }
    let main = kinds.iter().find(|(_, count)| **count * 5 > last.because.len() * 4);
    main.map_or("mixed", |(kind, _)| kind)
}

fn show(table: &Table) {
    for (stage, kinds) in table {
        let all: usize = kinds.values().sum();
        let parts: Vec<String> =
            kinds.iter().map(|(kind, count)| format!("{kind} {}%", count * 100 / all.max(1))).collect();
        println!("    {:<12}{all:>7}   {}", stage.text(), parts.join(", "));
    }
}

/// The probability that somebody chosen ranks above somebody who was not, ties counting half; in thousandths.
fn area<K: Ord>(seen: &[Seen], key: impl Fn(&Seen) -> K) -> u64 {
    let mut order: Vec<&Seen> = seen.iter().collect();
    order.sort_by_key(|one| key(one));
    let (mut below, mut halves) = (0_u64, 0_u64);
    for tied in order.chunk_by(|a, b| key(a) == key(b)) {
        let chosen = tied.iter().filter(|one| one.chosen).count() as u64;
        let others = tied.len() as u64 - chosen;
        halves += chosen * (2 * below + others);
        below += others;
    }
    let chosen = seen.iter().filter(|one| one.chosen).count() as u64;
    (halves * 500).checked_div(chosen * below).unwrap_or(0)
}

fn thousandths(area: u64) -> String {
    format!("0.{area:03}")
}

fn name_of(path: &Path) -> String {
    let part = path.components().rev().nth(usize::from(path.ends_with("repo")));
    part.map_or_else(|| "clone".to_owned(), |part| part.as_os_str().to_string_lossy().replace('+', "-"))
}
