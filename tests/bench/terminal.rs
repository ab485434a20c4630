//! What the explorer costs: the real binary in a pseudo-terminal of 200x50 with its colours and all its columns, on the
//! sample community of `buyin demo --accounts 100000`, against the budgets and a minimal ratatui table over `SQLite`
//! (the floor, which shows three columns and no colour) in the same run.
//!
//! `cargo build --release --example floor && cargo bench --bench terminal`. Making the sample takes minutes:
//! `BUYIN_BENCH_DEMO` names its store, to be used as it is. Exits with 1 when a figure is above 1.25 times its budget.
#![allow(clippy::disallowed_methods, reason = "a benchmark needs a clock")]

#[path = "../pty/mod.rs"]
mod pty;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    thread,
    time::{Duration, Instant},
};

use pty::{Cost, Pty};

const ACCOUNTS: u32 = 100_000;
const SIZE: (u16, u16) = (200, 50);
const NOW: &str = "2026-11-22T12:00:00Z";
/// What every screen of the sample says, and what the floor shows of it.
const HEAD: &str = "DEMO";
const NAME: &str = ".example";
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

/// The sample community.
struct World {
    folder: tempfile::TempDir,
    store: PathBuf,
}

impl World {
    fn prepare() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let store = match std::env::var_os("BUYIN_BENCH_DEMO") {
            Some(store) => PathBuf::from(store),
            None => Self::make(ACCOUNTS),
        };
        assert!(
            store.exists(),
            "{} is no store: `buyin demo --accounts {ACCOUNTS} --no-open` makes one",
            store.display()
        );
        Self { folder, store }
    }

    /// A sample in a home of the benchmark's own, made once for a binary.
    fn make(accounts: u32) -> PathBuf {
        let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-terminal");
        let store = home.join(format!("cache/buyin/demo-{accounts}-1.db"));
        let binary = fs::metadata(env!("CARGO_BIN_EXE_buyin")).and_then(|m| m.modified()).ok();
        let (stamp, made) = (home.join(format!("made-by-{accounts}")), format!("{binary:?}"));
        if store.exists() && fs::read_to_string(&stamp).ok().as_deref() == Some(&made) {
            return store;
        }
        // A store of an earlier build, if any.
        let _ = fs::remove_file(&store);
        fs::create_dir_all(&home).expect("the target folder is writable");
        let start = Instant::now();
        let done = Command::new(env!("CARGO_BIN_EXE_buyin"))
            .args(["--now", NOW, "demo", "--no-open", "--accounts", &accounts.to_string()])
            .env("HOME", &home)
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("XDG_DATA_HOME", home.join("data"))
            .status()
            .expect("the binary runs");
        assert!(done.success(), "the sample could not be made");
        println!("sample of {accounts} accounts made in {:.1} s", start.elapsed().as_secs_f64());
        fs::write(stamp, made).expect("the target folder is writable");
        store
    }

    fn explorer(&self) -> (Pty, Instant) {
        self.explorer_of(&self.store)
    }

    fn explorer_of(&self, store: &Path) -> (Pty, Instant) {
        let url = format!("sqlite:{}", store.display());
        let home = self.folder.path().to_str().expect("a plain path");
        Pty::start(
            Path::new(env!("CARGO_BIN_EXE_buyin")),
            &["--now", NOW, "--store", &url],
            &[("HOME", home)],
            SIZE,
        )
    }

    /// The floor, where it was built.
    fn floor(&self) -> Option<(Pty, Instant)> {
        let floor = env!("CARGO_BIN_EXE_buyin").replace("/buyin", "/examples/floor");
        let store = self.store.to_str().expect("a plain path");
        Path::new(&floor).exists().then(|| Pty::start(Path::new(&floor), &[store], &[], SIZE))
    }

    /// The screen as `buyin show` gives it, for comparison with the end of a run.
    fn show(&self, keys: &str) -> String {
        let out = Command::new(env!("CARGO_BIN_EXE_buyin"))
            .args(["--now", NOW, "--store"])
            .arg(format!("sqlite:{}", self.store.display()))
            .args(["show", "--size", "200x50", "--keys", keys])
            .env("HOME", self.folder.path())
            .output()
            .expect("the binary runs");
        String::from_utf8_lossy(&out.stdout).into_owned()
    }
}

fn starts(world: &World, figures: &mut Vec<Figure>) {
    let small = World::make(300);
    let (mut ours, mut ours_small, mut floors) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        for (store, times) in [(&world.store, &mut ours), (&small, &mut ours_small)] {
            let (mut pty, start) = world.explorer_of(store);
            times.push(millis(pty.wait_for(HEAD).duration_since(start)));
            pty.press("q");
        }
        if let Some((mut pty, start)) = world.floor() {
            floors.push(millis(pty.wait_for(NAME).duration_since(start)));
            pty.press("q");
        }
    }
    let floor = if floors.is_empty() { 7.5 } else { median(&mut floors) };
    let beside = if floors.is_empty() {
        "floor 7.5 ms (build it: cargo build --release --example floor)".to_owned()
    } else {
        format!("floor of this run {floor:.1} ms; less 8, fzf 59, gitui 72")
    };
    let (measured, of_small) = (median(&mut ours), median(&mut ours_small));
    let mut add = |name, measured, budget, beside| {
        figures.push(Figure { name, measured, budget, unit: "ms", beside });
    };
    add("start to first complete frame", measured, 3.0 * floor, beside);
    add("… on 300 accounts", of_small, 3.0 * floor, "it must not grow with the store".to_owned());
}

/// What the floor needs for the same keys; what it measured on a quiet machine where it was not built.
struct Floor {
    time: f64,
    worst: f64,
    down: f64,
    scroll: f64,
    page: f64,
    held: f64,
}

impl Floor {
    fn measure(world: &World) -> Self {
        let known = Self { time: 0.6, worst: 1.3, down: 67.0, scroll: 7_319.0, page: 7_539.0, held: 7_724.0 };
        let Some((mut pty, _)) = world.floor() else { return known };
        pty.wait_for(NAME);
        let downs: Vec<Cost> = (0..40).map(|_| pty.press("j")).collect();
        let mut times: Vec<f64> = downs.iter().map(|cost| millis(cost.time)).collect();
        pty.press(&"j".repeat(20));
        let scrolls: Vec<Cost> = (0..20).map(|_| pty.press("j")).collect();
        let pages: Vec<Cost> = (0..10).map(|_| pty.press("\u{1b}[6~")).collect();
        pty.press("g");
        let held = [pty.press(&"j".repeat(50))];
        Self {
            worst: worst(&times),
            time: median(&mut times),
            down: bytes(&downs),
            scroll: bytes(&scrolls),
            page: bytes(&pages),
            held: bytes(&held),
        }
    }
}

fn keys(world: &World, figures: &mut Vec<Figure>) {
    let floor = Floor::measure(world);
    let (mut pty, _) = world.explorer();
    pty.wait_for(HEAD);
    assert!(
        pty.written.windows(2).any(|bytes| bytes == b"\x1b["),
        "the screen is drawn with escape sequences"
    );
    let mut add = |name, measured, budget, unit, floor: f64, beside: &str| {
        let beside = if floor > 0.0 { format!("floor {floor:.1}; {beside}") } else { beside.to_owned() };
        figures.push(Figure { name, measured, budget, unit, beside });
    };
    let downs: Vec<Cost> = (0..40).map(|_| pty.press("j")).collect();
    let times = |costs: &[Cost]| costs.iter().map(|cost| millis(cost.time)).collect::<Vec<_>>();
    add(
        "one row down, median",
        median(&mut times(&downs)),
        1.5,
        "ms",
        floor.time,
        "tig 0.3, gitui 2.0, lazygit 15",
    );
    add("one row down, worst of 40", worst(&times(&downs)), 5.0, "ms", floor.worst, "tig 0.8, lazygit 29");
    add("one row down, bytes", bytes(&downs), 120.0, "B", floor.down, "textual 184, gitui 525");
    pty.press("50j");
    let scrolls: Vec<Cost> = (0..40).map(|_| pty.press("j")).collect();
    let peers = "with a scroll region 377; less 95, visidata 629, lazygit 5,716";
    add("one row down with scrolling", bytes(&scrolls), 400.0, "B", floor.scroll, peers);
    add("… median", median(&mut times(&scrolls)), 1.5, "ms", floor.time, "");
    let pages: Vec<Cost> = (0..20).map(|_| pty.press("\u{1b}[6~")).collect();
    add("page down", bytes(&pages), 7_600.0, "B", floor.page, "less 4,546, gitui 8,890");
    add("… median", median(&mut times(&pages)), 8.0, "ms", 0.0, "");
    pty.press("gg");
    let held: Vec<Cost> = (0..5)
        .map(|_| {
            let cost = pty.press(&"j".repeat(50));
            pty.press("gg");
            cost
        })
        .collect();
    add("50 keys at once", bytes(&held), 8_500.0, "B", floor.held, "less 5,143, lazygit 16,464");
    pty.press(&"j".repeat(60));
    assert_same_screen(&pty.text(), &world.show("60j"));
    pty.press("gg");
    let name = pty.text().lines().find(|line| line.contains(NAME)).map(ToOwned::to_owned).unwrap_or_default();
    let name = name.split_whitespace().find(|word| word.ends_with(NAME)).unwrap_or("sample").to_owned();
    pty.press("/");
    pty.press(&name[..1]);
    let letters: Vec<Cost> = name[1..9].chars().map(|letter| pty.press(&letter.to_string())).collect();
    let mut times: Vec<f64> = letters.iter().map(|cost| millis(cost.time)).collect();
    add(
        "a letter of a filter, median",
        median(&mut times),
        8.0,
        "ms",
        0.0,
        "csvlens 0.7, textual 10, fzf 27",
    );
    let resident = f64::from(u32::try_from(pty.resident()).unwrap_or(u32::MAX)) / 1_024.0;
    add(
        "resident memory, search used",
        resident,
        30.0,
        "MB",
        0.0,
        "floor 6 to 8; less 3, csvlens 9, gitui 63",
    );
}

fn at_rest(world: &World, figures: &mut Vec<Figure>) {
    let (mut pty, _) = world.explorer();
    pty.wait_for(HEAD);
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
        pty.wait_for(HEAD);
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
    assert!(world.store.exists());
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
