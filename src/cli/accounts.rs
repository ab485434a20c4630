//! `buyin accounts`: accounts that a filter lets through. Must not know how they are found.

use serde::Serialize;

use super::{
    Exit,
    args::Accounts,
    filters,
    output::{Listing, Row},
    pages::{unexpected, walk},
    session::{CliError, Desk, Failure, Session},
    table::{Column, left, right},
};
use crate::{
    domain::{
        account::AccountRow,
        filter::Over,
        ids::AccountId,
        query::{Cursor, Slice, When},
        time::Time,
    },
    jobs::read::{Query, Reply},
    journey::report::AccountReport,
};

pub fn run(args: &Accounts, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let filter = filters::read(&args.filter, Over::Accounts)?;
    let any = any_stale(desk)?;
    let mut list = Listing::new(desk.style, desk.out)?;
    let session = &mut *desk.session;
    let today = session.today();
    walk(
        args.limit,
        |window| {
            let (filter, sort, all) = (filter.clone(), args.sort, args.all);
            match session.ask(Query::Accounts { filter, sort, all, when: When::now(today), window }) {
                Reply::Accounts(slice) => lines(session, slice, any),
                other => Err(unexpected(other)),
            }
        },
        |line| list.row(&line),
    )?;
    if list.end()? == 0 {
        let all = if args.all { "" } else { "; --all takes in unconfirmed ones and every relation" };
        writeln!(desk.err, "no account matches{all}")?;
    }
    Ok(Exit::Fine)
}

/// Whether any source is not in order: only then is asked which accounts it stands behind.
pub fn any_stale(desk: &mut Desk<'_>) -> Result<bool, CliError> {
    match desk.session.ask(Query::Sources) {
        Reply::Sources(sources) => Ok(sources.iter().any(|source| source.state != "ok")),
        other => Err(unexpected(other).into()),
    }
}

/// Whether a source behind the account is not in order.
pub fn is_stale(session: &mut dyn Session, account: AccountId) -> Result<bool, Failure> {
    match session.ask(Query::Stale { account }) {
        Reply::Stale(stale) => Ok(stale),
        other => Err(unexpected(other)),
    }
}

fn lines(
    session: &mut dyn Session,
    slice: Slice<AccountRow>,
    any_stale: bool,
) -> Result<Slice<AccountLine>, Failure> {
    let Slice { rows, at_start, at_end, total } = slice;
    let line = |(cursor, row): (Cursor, AccountRow)| {
        let stale = any_stale && is_stale(session, row.id)?;
        Ok((cursor, AccountLine { row, stale }))
    };
    let rows = rows.into_iter().map(line).collect::<Result<_, Failure>>()?;
    Ok(Slice { rows, at_start, at_end, total })
}

/// An account as a row.
pub struct AccountLine {
    pub row: AccountRow,
    pub stale: bool,
}

const TABLE: &[Column<AccountLine>] = &[
    left("account", |line, _| line.row.name.clone()),
    left("relation", |line, _| line.row.relation.to_string()),
    left("owner", |line, _| line.row.owner.clone().unwrap_or_else(|| "-".to_owned())),
    right("members", |line, _| line.row.members.to_string()),
    right("people", |line, _| line.row.people.to_string()),
    right("activities", |line, _| line.row.activities.to_string()),
    left("12 weeks", |line, _| spark(&line.row.weeks)),
    right("last", |line, today| line.row.last_activity.map_or("-".to_owned(), |at| at.day().short(today))),
];

const FILE: &[Column<AccountLine>] = &[
    left("id", |line, _| line.row.id.to_string()),
    left("name", |line, _| line.row.name.clone()),
    left("domains", |line, _| line.row.domains.join(" ")),
    left("relation", |line, _| line.row.relation.to_string()),
    left("owner", |line, _| line.row.owner.clone().unwrap_or_default()),
    left("confirmed", |line, _| line.row.confirmed.to_string()),
    right("people", |line, _| line.row.people.to_string()),
    right("members", |line, _| line.row.members.to_string()),
    right("activities", |line, _| line.row.activities.to_string()),
    left("first_activity", |line, _| written(line.row.first_activity)),
    left("last_activity", |line, _| written(line.row.last_activity)),
    left("stale", |line, _| line.stale.to_string()),
];

impl Row for AccountLine {
    fn table() -> &'static [Column<Self>] {
        TABLE
    }

    fn file() -> &'static [Column<Self>] {
        FILE
    }

    fn json(&self) -> impl Serialize + '_ {
        AccountReport::new(&self.row, self.stale)
    }
}

/// RFC 3339, or nothing.
pub fn written(time: Option<Time>) -> String {
    time.map(|time| time.to_string()).unwrap_or_default()
}

/// A bar for each week, relative to the highest of the row.
pub fn spark(weeks: &[u32]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = u64::from(weeks.iter().copied().max().unwrap_or(0)).max(1);
    let bar = |week: &u32| BARS.get(usize::try_from((u64::from(*week) * 7).div_ceil(most)).unwrap_or(0));
    weeks.iter().filter_map(bar).collect()
}
