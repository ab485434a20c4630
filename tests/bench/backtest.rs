//! Whether stages say more than counting commits: of those who were active on a day and held no role, who came to
//! hold one within a year? Roles are withheld from the engine. Prints, for each repository, the area under the curve
//! of five ranks: the stage alone; the points alone; stage, then points; the plain count of commits of the trailing
//! year; and all commits with the decay that the rules give a merged change. The fifth says how much of what the third
//! wins is decay alone. Then a table, over all repositories, of stages by the kind of evidence that made them.
//! Aggregates only: nobody is named.
//!
//! `cargo bench --bench backtest -- PATH... [--rules FILE...]` (clones with OWNERS, MAINTAINERS or CODEOWNERS; the rules of
//! each file beside those that ship with the program). Exits with 1 when stage and points do not beat the count of commits on
//! every repository with enough people, and with 2 when there are fewer than three such repositories: that proves
//! nothing.
#![allow(clippy::disallowed_methods, reason = "a command line of its own")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use buyin::{
    config::{self, Config},
    domain::{
        activity::Kind,
        ids::PersonId,
        rules::{Case, Rules},
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
};

const YEAR: i32 = 365;
/// So far back: all that the clones hold.
const YEARS: i32 = 20;
/// Fewer who came to hold a role say nothing.
const ENOUGH: usize = 10;
/// Fewer repositories prove nothing.
const REPOSITORIES: usize = 3;

fn main() -> ExitCode {
    let (paths, others) = match asked() {
        Ok(asked) => asked,
        Err(why) => {
            println!("{why}");
            return ExitCode::from(2);
        }
    };
    let mut clones: Vec<Repository> = paths.iter().map(|path| Repository::read(path)).collect();
    let (mut judged, mut lost) = (0, 0);
    for (name, rules) in &others {
        let mut table = Table::new();
        println!("\n{name}: who, of those active on a day and without a role, held one within a year\n");
        println!(
            "{:<32}{:>7}{:>9}{:>9}{:>9}{:>15}{:>9}{:>9}",
            "repository", "roles", "others", "stage", "points", "stage+points", "commits", "faded"
        );
        for clone in &mut clones {
            let seen = clone.look(rules, &mut table);
            let (chosen, won) = clone.say(&seen);
            // The verdict is about the rules that ship with the program.
            if *name == SHIPPED && chosen >= ENOUGH {
                judged += 1;
                lost += usize::from(!won);
            }
        }
        show(&table);
    }
    if judged < REPOSITORIES {
        println!(
            "\n{judged} repositories with {ENOUGH} or more who came to hold a role: {REPOSITORIES} are needed"
        );
        return ExitCode::from(2);
    }
    println!("\nstage+points beats commits on {} of {judged} repositories", judged - lost);
    if lost > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

const SHIPPED: &str = "the rules that ship with buyin";

/// The clones, and the rules by name.
type Asked = (Vec<PathBuf>, Vec<(String, Rules)>);

fn asked() -> Result<Asked, String> {
    let (mut paths, mut others) = (Vec::new(), vec![(SHIPPED.to_owned(), Rules::default())]);
    let mut is_rules = false;
    for arg in std::env::args().skip(1) {
        match arg.as_str() {
            "--rules" => is_rules = true,
            // What cargo itself says.
            "--bench" => {}
            file if is_rules => {
                let rules = config::rules(Path::new(file)).map_err(|error| error.to_string())?;
                others.push((file.to_owned(), rules));
            }
            path => paths.push(PathBuf::from(path)),
        }
    }
    if paths.len() < REPOSITORIES {
        let usage = "cargo bench --bench backtest -- PATH... [--rules FILE...]";
        return Err(format!("name at least {REPOSITORIES} clones: {usage}"));
    }
    Ok((paths, others))
}

/// An own act: its sequence, its day, its kind.
type Own = (i64, Day, Kind);

/// Somebody on one of the days that are looked at.
struct Seen {
    /// Came to hold a role within the year after.
    chosen: bool,
    stage: u8,
    points: i64,
    commits: i64,
    /// Commits as the rules let a merged change grow old.
    faded: i64,
}

/// A repository in a store of its own.
struct Repository {
    name: String,
    shell: Shell,
}

impl Repository {
    fn read(path: &Path) -> Self {
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
        Self { name, shell }
    }

    fn look(&mut self, rules: &Rules, table: &mut Table) -> Vec<Seen> {
        let today = self.shell.today();
        let settings = withheld(Settings { rules: rules.clone(), ..self.shell.config.settings.clone() });
        let view = self.shell.view().expect("the store can be read");
        let lens = Lens::new(&settings, &view.ledger()).expect("the store can be read");
        let mut around = Surroundings::new(view.ledger(), &lens, today).expect("the store can be read");
        around.withhold_roles();
        let days: Vec<Day> = (1..=YEARS).map(|years| today.plus(-YEAR * years)).collect();
        let mut seen = Vec::new();
        let mut last: Option<PersonId> = None;
        loop {
            let page = view.ledger().humans_after(last, 4_096).expect("the store can be read");
            let Some(end) = page.last() else { return seen };
            last = Some(*end);
            for person in page {
                let (granted, acts, assessed) =
                    facts_without_roles(&mut around, person).expect("the store can be read");
                table.entry(stage_on(&assessed, today)).or_default().add(&assessed, &acts);
                for day in &days {
                    seen.extend(on(&lens.engine, *day, granted, &acts, &assessed));
                }
            }
        }
    }

    /// Prints a line; how many came to hold a role, and whether stage and points say more than commits.
    fn say(&self, seen: &[Seen]) -> (usize, bool) {
        let chosen = seen.iter().filter(|one| one.chosen).count();
        let both = area(seen, |one| (one.stage, one.points));
        let commits = area(seen, |one| (0, one.commits));
        println!(
            "{:<32}{chosen:>7}{:>9}{:>9}{:>9}{:>15}{:>9}{:>9}",
            self.name,
            seen.len() - chosen,
            thousandths(area(seen, |one| (one.stage, 0))),
            thousandths(area(seen, |one| (0, one.points))),
            thousandths(both),
            thousandths(commits),
            thousandths(area(seen, |one| (0, one.faded))),
        );
        (chosen, both > commits)
    }
}

/// The rules without what says who holds a role.
fn withheld(mut settings: Settings) -> Settings {
    settings.rules.signals.retain(|rule| rule.case != Case::Role);
    settings.rules.moves.retain(|rule| !rule.role);
    settings
}

/// By stage today: what its people were placed by.
type Table = BTreeMap<Stage, Placed>;

#[derive(Default)]
struct Placed {
    people: usize,
    /// Of them, by the kind of activity that is more than four fifths of the evidence of the last move; else `mixed`.
    by: BTreeMap<&'static str, usize>,
    /// Of them, with any evidence of teaching.
    teach: usize,
}

impl Placed {
    fn add(&mut self, found: &Assessed, acts: &[Own]) {
        self.people += 1;
        *self.by.entry(main_kind(found, acts)).or_default() += 1;
        self.teach += usize::from(found.entries.iter().any(|entry| entry.signal == Signal::Teaches));
    }
}

/// `None`: not active in the year before, or held a role already.
fn on(engine: &Engine, day: Day, granted: Option<Day>, acts: &[Own], found: &Assessed) -> Option<Seen> {
    let within = |at: &Day| at.0 > day.0 - YEAR && *at <= day;
    let active = acts.iter().any(|(_, at, _)| within(at));
    if !active || granted.is_some_and(|granted| granted <= day) {
        return None;
    }
    let commits = || acts.iter().filter(|(.., kind)| *kind == Kind::CommitAuthored).map(|(_, at, _)| *at);
    let stage = match stage_on(found, day) {
        Stage::GoGetter => 5,
        Stage::Guide => 4,
        Stage::Teacher => 3,
        Stage::Skeptic => 2,
        Stage::Blocker => 1,
        Stage::Unplaced | Stage::Friend | Stage::Climber => 0,
    };
    let counts = |entry: &&assess::Entry| entry.holds(day) && entry.signal != Signal::Objects;
    let entries = found.entries.iter().filter(counts);
    let merged = engine.rules().signals.iter().find(|rule| rule.case == Case::Merged && rule.mark.is_none());
    let half_life = merged.and_then(|rule| rule.half_life);
    Some(Seen {
        chosen: granted.is_some_and(|granted| granted.0 <= day.0 + YEAR),
        stage,
        points: entries.map(|entry| engine.decayed(entry, day).0).sum(),
        commits: i64::try_from(commits().filter(within).count()).unwrap_or(i64::MAX),
        faded: commits().filter(|at| *at <= day).map(|at| faded(day.0 - at.0, half_life)).sum(),
    })
}

/// One commit after so many days, in millionths.
#[allow(clippy::cast_possible_truncation, reason = "at most a million")]
fn faded(age: i32, half_life: Option<u32>) -> i64 {
    half_life.map_or(1_000_000, |days| (1e6 * (-f64::from(age) / f64::from(days)).exp2()) as i64)
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

/// One line a stage; `!` where one kind places more than four fifths.
fn show(table: &Table) {
    println!(
        "\n{:<12}{:>8}{:>10}   placed by (more than four fifths of the evidence of their last move)",
        "stage", "people", "taught"
    );
    for (stage, placed) in table {
        let mut kinds: Vec<_> = placed.by.iter().collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let share = |count: usize| count * 100 / placed.people.max(1);
        let parts: Vec<String> =
            kinds.iter().map(|(kind, count)| format!("{kind} {}%", share(**count))).collect();
        let sign =
            if kinds.first().is_some_and(|(_, count)| **count * 5 > placed.people * 4) { '!' } else { ' ' };
        let (people, taught) = (placed.people, format!("{}%", share(placed.teach)));
        println!("{:<12}{people:>8}{taught:>10} {sign} {}", stage.text(), parts.join(", "));
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

/// `0.913`, `1.000`.
fn thousandths(area: u64) -> String {
    format!("{}.{:03}", area / 1_000, area % 1_000)
}

fn name_of(path: &Path) -> String {
    let part = path.components().rev().nth(usize::from(path.ends_with("repo")));
    part.map_or_else(|| "clone".to_owned(), |part| part.as_os_str().to_string_lossy().replace('+', "-"))
}
