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
    session::{CliError, Desk, Failure, when},
    sheet, standing,
    table::{Column, Table, left, right, spare},
};
use crate::{
    domain::{
        account::{AccountDetail, AccountRow, Cause, HandshakeRow, Zone},
        ids::AccountId,
        person::MemberRow,
        query::{PersonSort, When},
        stage::GroupState,
        time::Time,
    },
    jobs::read::{Query, Reply},
    journey::report::without_address,
};

/// How many members and interests a sheet shows.
const MEMBERS: u64 = 50;
const INTERESTS: usize = 6;

pub fn run(args: &Account, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let when = when(args.at, desk.session.today())?;
    let id = names::account(desk.session, &args.name)?;
    let detail = match desk.session.ask(Query::Account { id, when }) {
        Reply::Account(Some(detail)) => *detail,
        Reply::Account(None) => return Err(Failure::usage("this account is no longer there").into()),
        other => return Err(unexpected(other).into()),
    };
    let stale = is_stale(desk.session, id)?;
    if desk.style.format == Format::Table {
        write_sheet(&detail, stale, when, desk)?;
        return Ok(Exit::Fine);
    }
    let mut list = Listing::new(desk.style, desk.out)?;
    list.row(&AccountLine { row: detail.row.clone(), detail: Some(Box::new(detail)), stale })?;
    list.end()?;
    Ok(Exit::Fine)
}

fn write_sheet(detail: &AccountDetail, stale: bool, when: When, desk: &mut Desk<'_>) -> Result<(), CliError> {
    let row = &detail.row;
    let confirmed = if row.confirmed { "" } else { ", unconfirmed" };
    let date = |at: Option<Time>| at.map(|at| at.day().to_string());
    let mut fields = vec![
        ("id", Some(row.id.to_string())),
        ("domains", Some(row.domains.join(", ")).filter(|domains| !domains.is_empty())),
        ("relation", Some(format!("{}{confirmed}", row.relation))),
        ("owner", row.owner.clone()),
        ("as of", when.as_of.map(|day| day.to_string())),
        ("phase", Some(phase(detail))),
        ("group", Some(group(row))),
        ("active", Some(standing::stages(&row.group)).filter(|stages| !stages.is_empty())),
        ("momentum", row.momentum.map(|_| standing::momentum(row.momentum))),
        ("interests", interests(&detail.interests)),
        ("members", Some(format!("{} now, {} ever", row.members, row.people))),
        ("activities", Some(row.activities.to_string())),
        ("first", date(row.first_activity)),
        ("last", date(row.last_activity)),
        ("12 weeks", Some(spark(&row.weeks))),
        ("stale", stale.then(|| "a source lies behind; see `buyin doctor`".to_owned())),
    ];
    fields.extend(detail.handshakes.iter().filter_map(handshake).map(|shake| ("hand-shake", Some(shake))));
    fields.extend(detail.causes.iter().map(|cause| ("blocked by", Some(blocked(cause)))));
    fields.extend(detail.decisions.iter().map(|decision| (decision.verb.text(), Some(said(decision)))));
    sheet::write(desk.out, &desk.style, &row.name, &fields)?;
    let (rows, more) = member_rows(row.id, when, desk)?;
    if !rows.is_empty() {
        writeln!(desk.out)?;
        Table::of(MEMBER, &rows, desk.style.today).write(desk.out, &desk.style)?;
    }
    if more {
        writeln!(desk.err, "more: buyin members account:{}", row.domains.first().unwrap_or(&row.name))?;
    }
    desk.out.flush()?;
    Ok(())
}

fn phase(detail: &AccountDetail) -> String {
    let row = &detail.row;
    let since = standing::since(row.phase_since).map_or(String::new(), |day| format!(", since {day}"));
    let periods: Vec<String> = detail
        .customer
        .iter()
        .map(|(from, to)| format!("customer {}", standing::period(*from, *to)))
        .collect();
    let customer = match periods.as_slice() {
        [] if row.customer => "; a customer".to_owned(),
        [] => String::new(),
        _ => format!("; {}", periods.join(", ")),
    };
    format!("{}{since}{customer}", row.phase)
}

/// The first ones, and how many more there are.
fn interests(all: &[String]) -> Option<String> {
    let shown = all.iter().take(INTERESTS).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len() {
        0 => None,
        count if count > INTERESTS => Some(format!("{shown} and {} more", count - INTERESTS)),
        _ => Some(shown),
    }
}

/// `contested, 5 of 8 we can see are for it (62%), on the product`.
fn group(row: &AccountRow) -> String {
    let group = &row.group;
    if group.placed() == 0 {
        return "nobody is placed".to_owned();
    }
    let state = match group.state {
        GroupState::None => "no group yet",
        state => state.text(),
    };
    let basis = group.basis.map_or(String::new(), |basis| format!(", {}", standing::on(basis)));
    format!("{state}, {} we can see ({}%){basis}", standing::we_see(group), (group.support() + 5) / 10)
}

/// `upstream to program, 2026-03-12, Ada Example`; the first act of all only where it skips zones.
fn handshake(row: &HandshakeRow) -> Option<String> {
    let shake = &row.handshake;
    let way = match (shake.is_forward(), shake.from) {
        (true, _) => "",
        (false, Some(_)) => ", not the next step",
        (false, None) => ", the first act of all",
    };
    let from = shake.from.map_or("straight", Zone::text);
    shake.is_told().then(|| {
        format!("{from} to {}, {}, {}{way}", shake.to, shake.day, without_address(&row.member_name, false))
    })
}

fn blocked(cause: &Cause) -> String {
    let names: Vec<_> = cause.members.iter().map(|(_, name)| without_address(name, false)).collect();
    format!("{}: {}", standing::cause(cause), names.join(", "))
}

fn member_rows(
    account: AccountId,
    when: When,
    desk: &mut Desk<'_>,
) -> Result<(Vec<MemberRow>, bool), CliError> {
    let mut rows = Vec::new();
    let session = &mut *desk.session;
    let more = walk(
        Some(MEMBERS),
        |window| match session.ask(Query::Members { account, sort: PersonSort::Last, when, window }) {
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

const MEMBER: &[Column<MemberRow>] = &[
    left("member", |row, _| without_address(&row.name, false).into_owned()),
    left("stage", |row, _| standing::stage(&row.standing)),
    right("since", |row, today| short(row.standing.since, today)),
    spare(1, left("basis", |row, _| row.standing.basis.map_or("-".to_owned(), |zone| zone.to_string()))),
    spare(2, left("ground", |row, _| row.ground.to_string())),
    spare(3, right("from", |row, today| short(row.from, today))),
    spare(4, right("to", |row, today| short(row.to, today))),
    spare(5, right("activities", |row, _| row.activities.to_string())),
    right("last", |row, today| short(row.last_activity.map(Time::day), today)),
];
