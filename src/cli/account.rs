//! `buyin account NAME`: one account and who belongs to it. Must not know how it is found.

use super::{
    Exit,
    accounts::{AccountLine, is_stale, spark},
    args::{Account, Format},
    decisions::said,
    members::short,
    names,
    output::Listing,
    pages::{unexpected, walk},
    session::{CliError, Desk, Failure},
    sheet,
    table::{Side, Table},
};
use crate::domain::query::When;
use crate::{
    domain::{
        account::AccountDetail,
        ids::AccountId,
        person::MemberRow,
        query::PersonSort,
        time::{Day, Time},
    },
    jobs::read::{Query, Reply},
    journey::report::without_address,
};

/// How many members a sheet shows.
const MEMBERS: u64 = 50;

pub fn run(args: &Account, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let id = names::account(desk.session, &args.name)?;
    let today = desk.session.today();
    let detail = match desk.session.ask(Query::Account { id, when: When::now(today) }) {
        Reply::Account(Some(detail)) => *detail,
        Reply::Account(None) => return Err(Failure::usage("this account is no longer there").into()),
        other => return Err(unexpected(other).into()),
    };
    let stale = is_stale(desk.session, id)?;
    if desk.style.format == Format::Table {
        write_sheet(&detail, stale, desk)?;
        return Ok(Exit::Fine);
    }
    let mut list = Listing::new(desk.style, desk.out)?;
    list.row(&AccountLine { row: detail.row, stale })?;
    list.end()?;
    Ok(Exit::Fine)
}

fn write_sheet(detail: &AccountDetail, stale: bool, desk: &mut Desk<'_>) -> Result<(), CliError> {
    let row = &detail.row;
    let confirmed = if row.confirmed { "" } else { ", unconfirmed" };
    let date = |at: Option<Time>| at.map(|at| at.day().to_string());
    let mut fields = vec![
        ("id", Some(row.id.to_string())),
        ("domains", Some(row.domains.join(", ")).filter(|domains| !domains.is_empty())),
        ("relation", Some(format!("{}{confirmed}", row.relation))),
        ("owner", row.owner.clone()),
        ("members", Some(format!("{} now, {} ever", row.members, row.people))),
        ("activities", Some(row.activities.to_string())),
        ("first", date(row.first_activity)),
        ("last", date(row.last_activity)),
        ("12 weeks", Some(spark(&row.weeks))),
        ("stale", stale.then(|| "a source lies behind; see `buyin doctor`".to_owned())),
    ];
    fields.extend(detail.decisions.iter().map(|decision| (decision.verb.text(), Some(said(decision)))));
    sheet::write(desk.out, &desk.style, &row.name, &fields)?;
    let (rows, more) = member_rows(row.id, desk)?;
    if !rows.is_empty() {
        writeln!(desk.out)?;
        table(&rows, desk.style.today).write(desk.out, &desk.style)?;
    }
    if more {
        writeln!(desk.err, "more: buyin members account:{}", row.domains.first().unwrap_or(&row.name))?;
    }
    desk.out.flush()?;
    Ok(())
}

fn member_rows(account: AccountId, desk: &mut Desk<'_>) -> Result<(Vec<MemberRow>, bool), CliError> {
    let mut rows = Vec::new();
    let session = &mut *desk.session;
    let more = walk(
        Some(MEMBERS),
        |window| match session.ask(Query::Members {
            account,
            sort: PersonSort::Last,
            when: When::now(session.today()),
            window,
        }) {
            Reply::Members(slice) => Ok(slice),
            other => Err(unexpected(other)),
        },
        |row| {
            rows.push(row);
            Ok(())
        },
    )?;
    Ok((rows, more))
}

fn table(rows: &[MemberRow], today: Day) -> Table {
    use Side::{Left, Right};
    let cells = |row: &MemberRow| {
        vec![
            without_address(&row.name, false).into_owned(),
            row.ground.to_string(),
            short(row.from, today),
            short(row.to, today),
            row.activities.to_string(),
            short(row.last_activity.map(Time::day), today),
        ]
    };
    Table {
        titles: ["member", "ground", "from", "to", "activities", "last"].map(str::to_owned).to_vec(),
        sides: vec![Left, Left, Right, Right, Right, Right],
        rows: rows.iter().map(cells).collect(),
    }
}
