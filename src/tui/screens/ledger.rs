//! The ledger behind a number as rows: its entries newest first, their sum, and what there is to say beside
//! them. Must not know how a number is made.

use serde::{Deserialize, Serialize};

use super::{
    Context, Pieces, Step, Target,
    activity::Activity,
    ask::Ask,
    part::{Listing, Row},
    plain, quiet,
    stages::{self, rule},
    timeline,
};
use crate::{
    domain::{
        activity::TimelineRow,
        points::Points,
        query::{Cursor, Slice, SortValue},
        time::Day,
        why::{Why, WhyAbout, WhyEntry, WhyOf},
    },
    jobs::read::Reply,
    tui::{
        theme::Role,
        widgets::{
            table::{Cell, Column},
            text::{figure, wrap},
        },
    },
};

pub(super) type Ledger = Listing<LedgerRow>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::tui) struct LedgerRow {
    /// Its place, for the marker to come back to.
    at: usize,
    line: Line,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Line {
    Entry(Box<WhyEntry>),
    Total {
        what: String,
        number: Option<Points>,
        entries: usize,
        enter: Option<Points>,
        leave: Option<Points>,
        total: Points,
    },
    /// A remark in lines; the first one knows it whole.
    Remark {
        line: String,
        whole: Option<String>,
    },
}

const COLUMNS: &[Column] = &[
    Column::text("DAY", 11, 0, 3),
    Column::text("WHAT", 22, 4, 0),
    Column::text("SIGNAL", 11, 0, 5),
    Column::text("RULE", 15, 0, 4),
    Column::right("POINTS", 6, 6),
    Column::right("AGE", 7, 2),
    Column::right("COUNTS", 7, 1),
];

/// Where members and weeks are counted, by no rule and without decay: without the columns of these.
const COUNTED: &[Column] = &[COLUMNS[0], COLUMNS[1], COLUMNS[5], COLUMNS[6]];

/// Whether the entries are such.
const fn is_counted(ask: &Ask) -> bool {
    matches!(ask, Ask::Why { of: WhyOf::Support | WhyOf::Momentum, .. })
}

/// The ledger of a number.
pub(super) fn of(about: WhyAbout, of: WhyOf) -> Ledger {
    Listing::new(Ask::Why { about, of })
}

/// The number itself, and from where on it is what it is: the first line above the rows.
pub(super) fn head(ledger: &Ledger, context: Context<'_>) -> Pieces {
    let dot = context.options.charset.dot();
    let total = ledger.at_hand().find_map(|row| match &row.line {
        Line::Total { what, number, entries, enter, leave, total } => {
            Some((what, number, *entries, enter, leave, total))
        }
        _ => None,
    });
    let Some((what, number, entries, enter, leave, total)) = total else { return Vec::new() };
    // A share and a ratio as the lists show them.
    let unit = |points: Points| match what.as_str() {
        "support" => format!("{}%", stages::percent(u32::try_from(points.0).unwrap_or(0))),
        "momentum" => format!("x{points}"),
        _ => points.to_string(),
    };
    let number = number.map_or_else(|| "-".to_owned(), unit);
    let mut pieces = vec![(what.clone(), Role::Title), plain(format!("  {number}"))];
    match what.as_str() {
        "support" if entries > 0 => pieces.push(quiet(format!("{dot}{total} for it of {entries} placed"))),
        "momentum" => pieces.push(quiet(format!("{dot}{total} seen, over what was expected"))),
        _ => {}
    }
    pieces.extend(enter.map(|points| quiet(format!("{dot}from {}", unit(points)))));
    pieces.extend(leave.map(|points| quiet(format!("{dot}no longer below {}", unit(points)))));
    pieces
}

/// What there is to say beside the number, at most so many lines.
pub(super) fn remarks(ledger: &Ledger, most: usize) -> Vec<Pieces> {
    let remarks = ledger.at_hand().filter_map(|row| match &row.line {
        Line::Remark { whole: Some(text), .. } => Some(vec![plain(text.clone())]),
        _ => None,
    });
    remarks.take(most).collect()
}

fn lines(why: Why) -> Vec<LedgerRow> {
    let number = why.known();
    let Why { what, enter, leave, ledger, total, remarks, .. } = why;
    let entries = ledger.len();
    let listed = ledger.into_iter().rev().map(|entry| Line::Entry(Box::new(entry)));
    let total = Line::Total { what, number, entries, enter, leave, total };
    let lines = listed.chain([total]).chain(remarks.iter().flat_map(|text| remark(text)));
    lines.enumerate().map(|(at, line)| LedgerRow { at, line }).collect()
}

/// How wide a line of a remark is: what the least terminal leaves beside the days.
const REMARK: usize = 62;

fn remark(text: &str) -> Vec<Line> {
    let line = |(place, line)| Line::Remark { line, whole: (place == 0).then(|| text.to_owned()) };
    wrap(text, REMARK).into_iter().enumerate().map(line).collect()
}

impl LedgerRow {
    /// The step to the activity of that entry, whoever did it.
    fn activity(&self) -> Option<TimelineRow> {
        match &self.line {
            Line::Entry(entry) => entry.activity.clone().map(|activity| TimelineRow {
                activity,
                person: None,
                person_name: String::new(),
            }),
            _ => None,
        }
    }
}

impl Row for LedgerRow {
    const NONE: &'static str = "there is no evidence to open";

    fn columns(ask: &Ask) -> &'static [Column] {
        if is_counted(ask) { COUNTED } else { COLUMNS }
    }

    fn cells(&self, ask: &Ask, context: Context<'_>) -> Vec<Cell> {
        let blank = || quiet("");
        let mut cells = match &self.line {
            Line::Entry(entry) => {
                let (what, known_at) = match &entry.activity {
                    Some(activity) => {
                        let title = activity.title.as_deref().unwrap_or(&activity.id);
                        (format!("{}: {title}", timeline::what(activity.kind)), Some(activity.known_at))
                    }
                    None => (entry.what.clone().unwrap_or_default(), None),
                };
                let day = entry.at.to_string();
                vec![
                    known_at
                        .map_or_else(|| quiet(day.clone()), |at| timeline::learned(day.clone(), at, context)),
                    plain(what),
                    quiet(entry.signal.map_or("", |signal| signal.text())),
                    quiet(entry.rule.as_deref().map(rule).unwrap_or_default()),
                    (entry.points.to_string(), Role::Quiet),
                    quiet(format!("{} d", figure(entry.age_days.into()))),
                    (entry.decayed.to_string(), Role::Figure),
                ]
            }
            Line::Total { total, .. } => vec![
                blank(),
                ("total".to_owned(), Role::Title),
                blank(),
                blank(),
                blank(),
                blank(),
                (total.to_string(), Role::Title),
            ],
            Line::Remark { line, .. } => vec![blank(), quiet(line.clone())],
        };
        if is_counted(ask) && cells.len() == COLUMNS.len() {
            cells.drain(2..5);
        }
        cells
    }

    fn target(&self) -> Target {
        let named = |name: &str| Target { name: name.to_owned(), ..Target::default() };
        let target = match &self.line {
            Line::Entry(entry) => match &entry.activity {
                Some(activity) => Target {
                    link: activity.url.clone(),
                    ..named(activity.title.as_deref().unwrap_or(&activity.id))
                },
                None => named(entry.what.as_deref().unwrap_or_default()),
            },
            Line::Total { total, .. } => named(&total.to_string()),
            Line::Remark { line, .. } => named(line),
        };
        Target { id: self.at.to_string(), ..target }
    }

    fn open(&self) -> Step {
        match (self.activity(), &self.line) {
            (Some(row), _) => Activity::step(&row),
            (None, Line::Entry(_)) => Step::No("no single activity stands behind this entry"),
            (None, _) => Step::No("put the marker on an entry to open it"),
        }
    }

    fn slice(reply: Reply, _day: Day) -> Option<Slice<Self>> {
        let Reply::Why(why) = reply else { return None };
        let rows = why.map_or_else(Vec::new, |why| lines(*why));
        let total = Some(rows.len() as u64);
        let placed = |row: LedgerRow| {
            let place = SortValue::Number(i64::try_from(row.at).unwrap_or(i64::MAX));
            (Cursor { value: place.clone(), tie: place }, row)
        };
        Some(Slice { rows: rows.into_iter().map(placed).collect(), at_start: true, at_end: true, total })
    }
}
