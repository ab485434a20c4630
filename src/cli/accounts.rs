//! `buyin accounts`: accounts that a filter lets through. Must not know how they are found.

use serde::Serialize;

use super::{
    Exit,
    args::{Accounts as Asked, Format},
    filters,
    output::{Listing, Row},
    pages::{unexpected, walk},
    session::{CliError, Desk, Failure, Session, when},
    standing,
    table::{Column, left, right, spare},
};
use crate::{
    config::List,
    domain::{
        account::{AccountDetail, AccountRow},
        filter::{Filter, Over},
        ids::AccountId,
        points::Points,
        query::{AccountSort, Cursor, Slice, When},
        time::{Day, Time},
    },
    jobs::read::{Query, Reply},
    journey::report::AccountReport,
};

/// What is listed.
pub struct Accounts {
    pub filter: Filter,
    pub sort: AccountSort,
    pub all: bool,
    pub limit: Option<u64>,
    pub when: When,
}

pub fn run(args: &Asked, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let mut filter = filters::read(&args.filter, Over::Accounts)?;
    let mut sort = args.sort;
    if let Some(name) = &args.view {
        let views = desk.session.views();
        let view = filters::view(&views, name, Over::Accounts)?;
        filter.terms.extend(view.filter.terms.iter().cloned());
        if let List::Accounts(usual) = view.list {
            sort = sort.or(Some(usual));
        }
    }
    let when = when(args.at, desk.session.today())?;
    let sort = sort.unwrap_or(AccountSort::Last);
    let asked = Accounts { filter, sort, all: args.all, limit: args.limit, when };
    if list(&asked, desk)? == 0 {
        let all = if args.all { "" } else { "; --all takes in unconfirmed ones and every relation" };
        writeln!(desk.err, "no account matches{all}")?;
    }
    Ok(Exit::Fine)
}

/// Writes the accounts and says how many there were.
pub fn list(asked: &Accounts, desk: &mut Desk<'_>) -> Result<u64, CliError> {
    let any = any_stale(desk)?;
    // Other programs get every field.
    let whole = matches!(desk.style.format, Format::Json | Format::Jsonl);
    let mut list = Listing::new(desk.style, desk.out)?;
    let session = &mut *desk.session;
    walk(
        asked.limit,
        |window| {
            let Accounts { filter, sort, all, when, .. } = asked;
            let query =
                Query::Accounts { filter: filter.clone(), sort: *sort, all: *all, when: *when, window };
            match session.ask(query) {
                Reply::Accounts(slice) => lines(session, slice, whole.then_some(*when), any),
                other => Err(unexpected(other)),
            }
        },
        |line| list.row(&line),
    )?;
    list.end()
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
    whole: Option<When>,
    any_stale: bool,
) -> Result<Slice<AccountLine>, Failure> {
    let Slice { rows, at_start, at_end, total } = slice;
    let details = match whole {
        None => Vec::new(),
        Some(when) => {
            let rows = rows.iter().map(|(_, row)| row.clone()).collect();
            match session.ask(Query::Details { rows, when }) {
                Reply::Details(details) => details,
                other => return Err(unexpected(other)),
            }
        }
    };
    let mut details = details.into_iter().map(Box::new);
    let line = |(cursor, row): (Cursor, AccountRow)| {
        let stale = any_stale && is_stale(session, row.id)?;
        Ok((cursor, AccountLine { row, detail: details.next(), stale }))
    };
    let rows = rows.into_iter().map(line).collect::<Result<_, Failure>>()?;
    Ok(Slice { rows, at_start, at_end, total })
}

/// An account as a row.
pub struct AccountLine {
    pub row: AccountRow,
    /// All that is known of it, where it is asked for.
    pub detail: Option<Box<AccountDetail>>,
    pub stale: bool,
}

const TABLE: &[Column<AccountLine>] = &[
    left("account", |line, _| line.row.name.clone()),
    spare(3, left("relation", |line, _| line.row.relation.to_string())),
    spare(6, left("owner", |line, _| line.row.owner.clone().unwrap_or_else(|| "-".to_owned()))),
    left("phase", |line, _| line.row.phase.to_string()),
    left("state", |line, _| standing::state(&line.row.group)),
    left("we see", |line, _| standing::we_see(&line.row.group)),
    spare(1, left("momentum", |line, _| standing::momentum(line.row.momentum))),
    spare(2, right("members", |line, _| line.row.members.to_string())),
    spare(5, right("people", |line, _| line.row.people.to_string())),
    spare(7, right("activities", |line, _| line.row.activities.to_string())),
    spare(4, left("12 weeks", |line, _| spark(&line.row.weeks))),
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
    left("phase", |line, _| line.row.phase.to_string()),
    left("phase_since", |line, _| written(standing::since(line.row.phase_since).map(Day::start))),
    left("customer", |line, _| line.row.customer.to_string()),
    left("state", |line, _| line.row.group.state.to_string()),
    right("active", |line, _| line.row.group.active.to_string()),
    right("placed", |line, _| line.row.group.placed().to_string()),
    right("for", |line, _| line.row.group.backing().to_string()),
    right("support", |line, _| {
        let group = &line.row.group;
        if group.placed() == 0 { String::new() } else { Points(group.support().into()).to_string() }
    }),
    left("basis", |line, _| line.row.group.basis.map(|zone| zone.to_string()).unwrap_or_default()),
    left("momentum", |line, _| line.row.momentum.map(|one| one.state.to_string()).unwrap_or_default()),
    right("momentum_value", |line, _| {
        line.row.momentum.map(|one| Points(one.value.into()).to_string()).unwrap_or_default()
    }),
    right("handshakes", |line, _| line.row.handshakes.to_string()),
];

impl Row for AccountLine {
    fn table() -> &'static [Column<Self>] {
        TABLE
    }

    fn file() -> &'static [Column<Self>] {
        FILE
    }

    fn json(&self) -> impl Serialize + '_ {
        match &self.detail {
            Some(detail) => AccountReport::new(&**detail, self.stale),
            None => AccountReport::new(&self.row, self.stale),
        }
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
