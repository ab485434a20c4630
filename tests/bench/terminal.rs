//! What the explorer costs: the real binary in a pseudo-terminal of 200x50 on a generated store of 100,000
//! accounts, against the budgets and a minimal ratatui table over `SQLite` (the floor) in the same run.
//!
//! `cargo bench --bench terminal`. Exits with 1 when a figure is above 1.25 times its budget.
#![allow(clippy::disallowed_methods, reason = "a benchmark needs a clock")]

#[path = "../pty/mod.rs"]
mod pty;

use std::{
    fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    thread,
    time::{Duration, Instant},
};

use pty::{Cost, Pty};

const ACCOUNTS: u32 = 100_000;
const SIZE: (u16, u16) = (200, 50);
const NOW: &str = "2026-11-22T12:00:00Z";
const RUNS: usize = 9;

/// One line of the table: what was measured, beside the best peer and the floor of the same run.
struct Figure {
    name: &'static str,
    measured: f64,
    budget: f64,
    unit: &'static str,
    beside: String,
}

fn main() -> ExitCode {
    let world = World::prepare();
    let mut figures = Vec::new();
    starts(&world, &mut figures);
    keys(&world, &mut figures);
    at_rest(&world, &mut figures);
    exits(&world, &mut figures);
    one_shot(&world, &mut figures);
    println!("\n{:<34}{:>12}{:>12}   beside it", "figure (200x50, 100,000 accounts)", "measured", "budget");
    let mut over = 0;
    for figure in &figures {
        let verdict = if figure.measured > figure.budget * 1.25 { "  OVER" } else { "" };
        over += usize::from(!verdict.is_empty());
        println!(
            "{:<34}{:>9.1} {:<2}{:>9.1} {:<2}   {}{verdict}",
            figure.name, figure.measured, figure.unit, figure.budget, figure.unit, figure.beside
        );
    }
    if over == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A generated store, filled by a real sync of a file.
struct World {
    folder: PathBuf,
    store: PathBuf,
}

impl World {
    fn prepare() -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-terminal");
        let world = Self { store: folder.join("buyin.db"), folder };
        let stamp = world.folder.join("made-by");
        let binary = fs::metadata(env!("CARGO_BIN_EXE_buyin")).and_then(|m| m.modified()).ok();
        let made = format!("{ACCOUNTS} {binary:?}");
        if fs::read_to_string(&stamp).ok().as_deref() == Some(&made) {
            return world;
        }
        // A folder of an earlier build, if any.
        let _ = fs::remove_dir_all(&world.folder);
        fs::create_dir_all(&world.folder).expect("the target folder is writable");
        write_activities(&world.folder.join("world.jsonl"));
        fs::write(
            world.config(),
            "[store]\nurl = \"sqlite:buyin.db\"\n[[source]]\nname = \"world\"\nkind = \"file\"\n\
             path = \"world.jsonl\"\nrecords = \"activities\"\nzone = \"upstream\"\n",
        )
        .expect("the target folder is writable");
        let start = Instant::now();
        let done = Command::new(env!("CARGO_BIN_EXE_buyin"))
            .args(["--now", NOW, "--config"])
            .arg(world.config())
            .arg("sync")
            .status()
            .expect("the binary runs");
        assert!(done.success(), "the generated world could not be synced");
        println!("generated store of {ACCOUNTS} accounts synced in {:.1} s", start.elapsed().as_secs_f64());
        fs::write(stamp, made).expect("the target folder is writable");
        world
    }

    fn config(&self) -> PathBuf {
        self.folder.join("config.toml")
    }

    fn explorer(&self) -> (Pty, Instant) {
        let config = self.config();
        let args = ["--now", NOW, "--config", config.to_str().expect("a plain path")];
        Pty::start(Path::new(env!("CARGO_BIN_EXE_buyin")), &args, &[("HOME", self.home())], SIZE)
    }

    fn home(&self) -> &str {
        self.folder.to_str().expect("a plain path")
    }

    /// The screen as `buyin show` gives it, for comparison with the end of a run.
    fn show(&self, keys: &str) -> String {
        let out = Command::new(env!("CARGO_BIN_EXE_buyin"))
            .args(["--now", NOW, "--config"])
            .arg(self.config())
            .args(["show", "--size", "200x50", "--keys", keys])
            .output()
            .expect("the binary runs");
        String::from_utf8_lossy(&out.stdout).into_owned()
    }
}

/// A number that looks drawn by lot and is the same in every run.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A made-up word of two to four syllables.
fn word(number: u64) -> String {
    const SYLLABLES: [&str; 24] = [
        "ba", "cor", "del", "en", "fo", "gri", "hal", "ix", "ju", "kem", "lor", "mi", "nav", "ost", "pra",
        "qui", "ren", "sol", "tur", "ul", "vex", "wyn", "yar", "zed",
    ];
    let mut rest = mixed(number);
    let count = 2 + rest % 3;
    (0..count)
        .map(|_| {
            rest /= 24;
            SYLLABLES[usize::try_from(rest % 24).unwrap_or(0)]
        })
        .collect()
}

/// The domain of an account: no two are alike, and neighbours in a list have nothing in common.
fn domain(account: u32) -> String {
    let ending = ["tech", "works", "labs", "cloud", "systems"][(mixed(account.into()) % 5) as usize];
    format!("{}{ending}{account}.example", word(account.into()))
}

/// Two people and one to seven activities at each of the accounts, spread over two years.
fn write_activities(path: &Path) {
    let mut out = BufWriter::new(fs::File::create(path).expect("the target folder is writable"));
    let end = 1_795_000_000_u64;
    for account in 0..ACCOUNTS {
        for turn in 0..2 + u32::try_from(mixed(u64::from(account) + 7) % 6).unwrap_or(0) {
            let number = u64::from(account) * 8 + u64::from(turn);
            let at = end - mixed(number) % (2 * 365 * 86_400);
            let person = turn % 2;
            let name =
                format!("{} {}", word(number / 2 + 1), word(u64::from(account) * 31 + u64::from(person)));
            writeln!(
                out,
                "{{\"kind\":\"commit.authored\",\"at\":\"{}\",\"email\":\"dev{person}@{}\",\"name\":\"{name}{account}\",\
                 \"key\":\"{account}-{turn}\",\"subject\":\"repo:made/up\",\"title\":\"change {turn} of {account}\"}}",
                jiff::Timestamp::from_second(i64::try_from(at).unwrap_or(0)).expect("a date of our time"),
                domain(account),
            )
            .expect("the target folder is writable");
        }
    }
}

fn starts(world: &World, figures: &mut Vec<Figure>) {
    let store = world.store.to_str().expect("a plain path");
    let floor = env!("CARGO_BIN_EXE_buyin").replace("/buyin", "/examples/floor");
    let (mut ours, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (mut pty, start) = world.explorer();
        ours.push(millis(pty.wait_for(".example").duration_since(start)));
        pty.press("q");
        if Path::new(&floor).exists() {
            let (mut pty, start) = Pty::start(Path::new(&floor), &[store], &[], SIZE);
            floors.push(millis(pty.wait_for(".example").duration_since(start)));
            pty.press("q");
        }
    }
    let floor = if floors.is_empty() { 7.5 } else { median(&mut floors) };
    let beside = if floors.is_empty() {
        "floor 7.5 ms (build it: cargo build --release --example floor)".to_owned()
    } else {
        format!("floor of this run {floor:.1} ms; less 8, fzf 59, gitui 72")
    };
    let measured = median(&mut ours);
    figures.push(Figure {
        name: "start to first complete frame",
        measured,
        budget: 3.0 * floor,
        unit: "ms",
        beside,
    });
}

fn keys(world: &World, figures: &mut Vec<Figure>) {
    let (mut pty, _) = world.explorer();
    pty.wait_for(".example");
    let mut add = |name, measured, budget, unit, beside: &str| {
        figures.push(Figure { name, measured, budget, unit, beside: beside.to_owned() });
    };
    let downs: Vec<Cost> = (0..40).map(|_| pty.press("j")).collect();
    let times = || downs.iter().map(|cost| millis(cost.time)).collect::<Vec<_>>();
    add("one row down, median", median(&mut times()), 1.5, "ms", "floor 0.6; tig 0.3, gitui 2.0, lazygit 15");
    add("one row down, worst of 40", worst(&times()), 5.0, "ms", "floor 1.3; tig 0.8, lazygit 29");
    add("one row down, bytes", bytes(&downs), 120.0, "B", "floor 51 to 67; textual 184, gitui 525");
    pty.press("50j");
    let scrolls: Vec<Cost> = (0..40).map(|_| pty.press("j")).collect();
    add("one row down with scrolling", bytes(&scrolls), 400.0, "B", "less 95, visidata 629, lazygit 5,716");
    let pages: Vec<Cost> = (0..10).map(|_| pty.press("\u{1b}[6~")).collect();
    add("page down", bytes(&pages), 7_600.0, "B", "floor 7,539; less 4,546, gitui 8,890");
    pty.press("gg");
    let held: Vec<Cost> = (0..5)
        .map(|_| {
            let cost = pty.press(&"j".repeat(50));
            pty.press("gg");
            cost
        })
        .collect();
    add("50 keys at once", bytes(&held), 8_500.0, "B", "floor 7,724; less 5,143, lazygit 16,464");
    pty.press(&"j".repeat(60));
    assert_same_screen(&pty.text(), &world.show("60j"));
    pty.press("gg");
    pty.press("/");
    let name = domain(4_321);
    pty.press(&name[..1]);
    let letters: Vec<Cost> = name[1..9].chars().map(|letter| pty.press(&letter.to_string())).collect();
    let mut times: Vec<f64> = letters.iter().map(|cost| millis(cost.time)).collect();
    add("a letter of a filter, median", median(&mut times), 8.0, "ms", "csvlens 0.7, textual 10, fzf 27");
    let resident = f64::from(u32::try_from(pty.resident()).unwrap_or(u32::MAX)) / 1_024.0;
    add("resident memory, search used", resident, 30.0, "MB", "floor 6 to 8; less 3, csvlens 9, gitui 63");
}

fn at_rest(world: &World, figures: &mut Vec<Figure>) {
    let (mut pty, _) = world.explorer();
    pty.wait_for(".example");
    pty.press("jjj");
    thread::sleep(Duration::from_millis(500));
    let (switches, ticks) = (pty.switches(), pty.ticks());
    let written = pty.idle(Duration::from_secs(5));
    let figure = |name, measured: u64, beside: &str| Figure {
        name,
        measured: f64::from(u32::try_from(measured).unwrap_or(u32::MAX)),
        budget: 0.0,
        unit: "",
        beside: beside.to_owned(),
    };
    figures.push(figure("idle 5 s: bytes", written as u64, "less, tig 0; gitui 104; textual 3,324"));
    figures.push(figure(
        "idle 5 s: wake-ups",
        pty.switches() - switches,
        "less, tig 0; gitui 80; lazygit 70",
    ));
    figures.push(figure("idle 5 s: clock ticks of CPU", pty.ticks() - ticks, "less, tig 0"));
}

fn exits(world: &World, figures: &mut Vec<Figure>) {
    let mut clean = 0_u32;
    for leave in ["q", "TERM", "HUP", "INT"] {
        let (mut pty, _) = world.explorer();
        pty.wait_for(".example");
        if leave == "q" {
            pty.press("q");
        } else {
            pty.signal(leave);
        }
        pty.finish();
        pty.assert_clean();
        clean += 1;
    }
    figures.push(Figure {
        name: "ways out that left a mess, of 4",
        measured: f64::from(4 - clean),
        budget: 0.0,
        unit: "",
        beside: "tig 0; none of the others is clean on all".to_owned(),
    });
}

fn one_shot(world: &World, figures: &mut Vec<Figure>) {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let done =
                Command::new(env!("CARGO_BIN_EXE_buyin")).arg("--help").output().expect("the binary runs");
            assert!(done.status.success());
            millis(start.elapsed())
        })
        .collect();
    let beside = "process start included".to_owned();
    figures.push(Figure {
        name: "buyin --help",
        measured: median(&mut times),
        budget: 5.0,
        unit: "ms",
        beside,
    });
    let size = fs::metadata(env!("CARGO_BIN_EXE_buyin")).map_or(0, |meta| meta.len() / 1_048_576);
    let measured = f64::from(u32::try_from(size).unwrap_or(u32::MAX));
    let beside = "release profile, stripped".to_owned();
    figures.push(Figure { name: "binary", measured, budget: 25.0, unit: "MB", beside });
    assert!(world.folder.exists());
}

/// The benchmark must not measure another picture than the one that users see.
fn assert_same_screen(live: &str, shown: &str) {
    let plain =
        |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned();
    assert_eq!(
        plain(live),
        plain(shown),
        "the screen at the end of the run is not the one that `show` draws"
    );
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn bytes(costs: &[Cost]) -> f64 {
    let mut counts: Vec<f64> =
        costs.iter().map(|c| f64::from(u32::try_from(c.bytes).unwrap_or(u32::MAX))).collect();
    median(&mut counts)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn worst(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}
