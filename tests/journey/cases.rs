//! Runs every file of `cases/` and says, side by side, what was expected and what came out.

use std::{fmt::Write, path::PathBuf};

use buyin::domain::{account::Zone, points::Points, time::Day};

use super::{
    judge::{Judge, blank},
    outcome::{Shift, Told},
    story::{Expect, OnLine, Story, read},
};

fn files() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/journey/cases");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    files
}

#[test]
fn every_case_comes_out_as_its_file_expects() {
    run(Judge::Engine);
}

#[test]
fn the_oracle_reads_every_case_as_its_file_expects() {
    run(Judge::Oracle);
}

#[test]
fn there_are_at_least_sixty_cases() {
    assert!(files().len() >= 60, "{} cases", files().len());
}

fn run(judge: Judge) {
    let only = std::env::var("CASE").unwrap_or_default();
    let mut wrong = String::new();
    for path in files() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !name.contains(&only) {
            continue;
        }
        match read(&path) {
            Ok(story) => {
                for expect in &story.expect {
                    Check { judge, story: &story, who: &expect.who }.expect(expect, &name, &mut wrong);
                }
            }
            Err(error) => writeln!(wrong, "\n{name}.toml cannot be read: {error}").unwrap(),
        }
    }
    assert!(wrong.is_empty(), "{judge:?}{wrong}");
}

/// Lines that should be equal: what it is about, expected, actual.
type Lines = Vec<(String, String, String)>;

struct Check<'a> {
    judge: Judge,
    story: &'a Story,
    who: &'a str,
}

impl Check<'_> {
    fn expect(&self, expect: &Expect, name: &str, wrong: &mut String) {
        let world = &self.story.world;
        let who = world.people.iter().position(|one| one.name == self.who).expect("checked when read");
        let told = self.judge.tell(world, &self.story.rules, who);
        let mut lines = self.moves(expect, &told);
        lines.extend(self.crossings(expect, &told));
        for line in &expect.on {
            let total = line.total.map(|total| {
                let actual = self.judge.total(world, &self.story.rules, who, line.day.0);
                (total.to_string(), Points(actual).to_string())
            });
            lines.extend(self.state(line, &told, total));
        }
        if lines.iter().any(|(_, expected, actual)| expected != actual) {
            writeln!(wrong, "\n{name}.toml, {}:", self.who).unwrap();
            lines.insert(0, (String::new(), "expected".to_owned(), "actual".to_owned()));
            let width = |of: fn(&(String, String, String)) -> usize| lines.iter().map(of).max().unwrap_or(0);
            let (first, second) =
                (width(|line| line.0.chars().count()), width(|line| line.1.chars().count()));
            for (about, expected, actual) in &lines {
                let sign = if expected == actual || about.is_empty() { ' ' } else { '!' };
                writeln!(wrong, " {sign} {about:first$}  {expected:second$}  {actual}").unwrap();
            }
        }
    }

    fn activity(&self, seq: i64) -> &str {
        usize::try_from(seq).ok().and_then(|seq| self.story.activities.get(seq)).map_or("?", String::as_str)
    }

    fn thread(&self, number: Option<u32>) -> &str {
        number.map_or("none", |number| self.story.threads[number as usize].as_str())
    }

    fn moves(&self, expect: &Expect, told: &Told) -> Lines {
        let Some(moves) = &expect.moves else { return Vec::new() };
        let mut lines = Vec::new();
        for at in 0..moves.len().max(told.shifts.len()) {
            let (Some(line), Some(shift)) = (moves.get(at), told.shifts.get(at)) else {
                let expected = moves
                    .get(at)
                    .map(|line| format!("{} {} -> {} {}", line.day.0, line.from, line.to, line.rule));
                let actual = told.shifts.get(at).map(|shift| self.shift(shift));
                let none = || "no such move".to_owned();
                lines.push((
                    format!("move {}", at + 1),
                    expected.unwrap_or_else(none),
                    actual.unwrap_or_else(none),
                ));
                continue;
            };
            let mut parts = vec![(
                format!("{} {} -> {} {}", line.day.0, line.from, line.to, line.rule),
                format!("{} {} -> {} {}", shift.day, shift.from, shift.to, shift.rule),
            )];
            if let Some(because) = &line.because {
                // One activity may be evidence of two things.
                let mut names: Vec<&str> = shift.because.iter().map(|seq| self.activity(*seq)).collect();
                names.dedup();
                parts.push((
                    format!("because {}", because.join(", ")),
                    format!("because {}", names.join(", ")),
                ));
            }
            if let Some(cause) = &line.cause {
                parts.push((format!("cause {cause}"), format!("cause {}", self.thread(shift.cause))));
            }
            if let Some(basis) = line.basis {
                parts.push((format!("basis {basis}"), format!("basis {}", zone(shift.basis))));
            }
            if let (Some(day), Some(known)) = (line.known, shift.known) {
                parts.push((format!("known {}", day.0), format!("known {known}")));
            }
            let (expected, actual): (Vec<String>, Vec<String>) = parts.into_iter().unzip();
            let (expected, actual) = (expected.join(" "), actual.join(" "));
            lines.push((format!("move {}", at + 1), expected, actual));
        }
        lines
    }

    fn shift(&self, shift: &Shift) -> String {
        let names: Vec<&str> = shift.because.iter().map(|seq| self.activity(*seq)).collect();
        format!("{} {} -> {} {} because {}", shift.day, shift.from, shift.to, shift.rule, names.join(", "))
    }

    fn crossings(&self, expect: &Expect, told: &Told) -> Lines {
        let Some(crossings) = &expect.crossings else { return Vec::new() };
        let mut lines = Vec::new();
        for at in 0..crossings.len().max(told.crossings.len()) {
            let because = crossings.get(at).is_some_and(|line| line.because.is_some());
            let expected = crossings.get(at).map(|line| {
                let because = line.because.as_ref().map_or(String::new(), |because| format!(" by {because}"));
                format!("{} {} -> {}{because}", line.day.0, zone(line.from), line.to)
            });
            let actual = told.crossings.get(at).map(|(day, from, to, seq)| {
                let because = if because { format!(" by {}", self.activity(*seq)) } else { String::new() };
                format!("{day} {} -> {to}{because}", zone(*from))
            });
            let none = || "no such crossing".to_owned();
            lines.push((
                format!("crossing {}", at + 1),
                expected.unwrap_or_else(none),
                actual.unwrap_or_else(none),
            ));
        }
        lines
    }

    fn state(&self, line: &OnLine, told: &Told, total: Option<(String, String)>) -> Lines {
        let day: Day = line.day.0;
        let spell = told.days.iter().find(|spell| spell.from == day).copied().unwrap_or_else(|| {
            let last = told.days.last().filter(|last| last.from < day);
            last.copied().unwrap_or_else(|| blank(day))
        });
        let mut lines = Vec::new();
        let mut line_of = |what: &str, expected: Option<String>, actual: String| {
            if let Some(expected) = expected {
                lines.push((format!("{what} on {day}"), expected, actual));
            }
        };
        line_of("stage", line.stage.map(|stage| stage.to_string()), spell.stage.to_string());
        line_of(
            "automatic stage",
            line.automatic.map(|stage| stage.to_string()),
            spell.automatic.to_string(),
        );
        line_of("active", line.active.map(|active| active.to_string()), spell.active.to_string());
        line_of("zone", line.zone.clone(), zone(spell.zone));
        line_of("basis", line.basis.clone(), zone(spell.basis));
        line_of("cause", line.cause.clone(), self.thread(spell.cause).to_owned());
        line_of("left alone", line.left_alone.map(|alone| alone.to_string()), spell.left_alone.to_string());
        if let Some((expected, actual)) = total {
            line_of("points", Some(expected), actual);
        }
        lines
    }
}

fn zone(zone: Option<Zone>) -> String {
    zone.map_or_else(|| "none".to_owned(), |zone| zone.to_string())
}
