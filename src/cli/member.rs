//! `buyin member NAME`: one person, the memberships, identities and latest activities. Must not know how
//! they are found.

use super::{
    Exit,
    args::{Format, Member},
    decisions::said,
    members::{MemberLine, short},
    names,
    output::Listing,
    pages::unexpected,
    session::{CliError, Desk, Failure, when},
    sheet, standing,
    table::{Side, Table},
};
use crate::{
    domain::{
        activity::{Of, TimelineRow},
        person::{Nature, PersonDetail, Standing},
        query::{At, When, Window},
        time::Day,
    },
    jobs::read::{Query, Reply},
    journey::report::MemberReport,
};

/// How many activities a sheet shows.
const ACTIVITIES: u32 = 10;

pub fn run(args: &Member, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let when = when(args.at, desk.session.today())?;
    let id = names::person(desk.session, &args.name)?;
    let detail = match desk.session.ask(Query::Person { id, when }) {
        Reply::Person(Some(detail)) => *detail,
        Reply::Person(None) => return Err(Failure::usage("this person is no longer there").into()),
        other => return Err(unexpected(other).into()),
    };
    if desk.style.format == Format::Table {
        write_sheet(&detail, args.with_emails, when, desk)?;
        return Ok(Exit::Fine);
    }
    let mut list = Listing::new(desk.style, desk.out)?;
    list.row(&MemberLine { detail, emails: args.with_emails, whole: false })?;
    list.end()?;
    Ok(Exit::Fine)
}

fn write_sheet(detail: &PersonDetail, emails: bool, when: When, desk: &mut Desk<'_>) -> Result<(), CliError> {
    let row = &detail.row;
    let report = MemberReport::new(detail, emails);
    let nature = Some(row.nature).filter(|nature| *nature != Nature::Human);
    let date = |at: Option<crate::domain::time::Time>| at.map(|at| at.day().to_string());
    let mut fields = vec![
        ("id", Some(row.id.to_string())),
        ("nature", nature.map(|nature| nature.to_string())),
        ("as of", when.as_of.map(|day| day.to_string())),
        ("stage", Some(stage(&row.standing)).filter(|_| row.nature == Nature::Human)),
        ("lapsed", row.standing.lapsed.map(|day| format!("no act of their own since {day}"))),
        ("blocked by", detail.cause.as_ref().map(standing::cause)),
        ("zone", row.standing.zone.map(|zone| zone.to_string())),
        ("roles", Some(detail.roles.join(", ")).filter(|roles| !roles.is_empty())),
        ("activities", Some(row.activities.to_string())),
        ("first", date(row.first_activity)),
        ("last", date(row.last_activity)),
    ];
    fields.extend(detail.decisions.iter().map(|decision| (decision.verb.text(), Some(said(decision)))));
    sheet::write(desk.out, &desk.style, &report.name, &fields)?;
    let today = desk.style.today;
    let activities = Query::Activities {
        of: Of::Person(row.id),
        when,
        window: Window { at: At::First, limit: ACTIVITIES },
    };
    let activities = match desk.session.ask(activities) {
        Reply::Activities(slice) => slice.rows.into_iter().map(|(_, row)| row).collect(),
        other => return Err(unexpected(other).into()),
    };
    let tables =
        [moves(detail), memberships(detail, today), identities(detail, &report), timeline(activities, today)];
    for table in tables {
        if !table.rows.is_empty() {
            writeln!(desk.out)?;
            table.write(desk.out, &desk.style)?;
        }
    }
    desk.out.flush()?;
    Ok(())
}

fn table(titles: &[&str], sides: &[Side], rows: Vec<Vec<String>>) -> Table {
    let titles = titles.iter().map(|title| (*title).to_owned()).collect();
    Table { titles, sides: sides.to_vec(), spare: Vec::new(), rows }
}

/// `teacher since 2025-03-01, on the project; the rules say skeptic; left alone`.
fn stage(standing: &Standing) -> String {
    let mut text = standing.stage.to_string();
    text.extend(standing.since.map(|day| format!(" since {day}")));
    text.extend(standing.basis.map(|basis| format!(", {}", standing::on(basis))));
    if standing.stage != standing.automatic {
        text.extend([format!("; the rules say {}", standing.automatic)]);
    }
    if standing.left_alone {
        text.push_str("; left alone");
    }
    text
}

/// The automatic moves with what carried each.
fn moves(detail: &PersonDetail) -> Table {
    let rows = detail.moves.iter().map(|one| {
        let because = one.cause.as_ref().map_or_else(|| standing::because(&one.because), standing::cause);
        vec![one.at.to_string(), one.from.to_string(), one.to.to_string(), one.rule.clone(), because]
    });
    table(&["moved", "from", "to", "rule", "because"], &[Side::Left; 5], rows.collect())
}

fn memberships(detail: &PersonDetail, today: Day) -> Table {
    let rows = detail.memberships.iter().map(|member| {
        let ends = [short(member.from, today), short(member.to, today)];
        [vec![member.account_name.clone(), member.ground.to_string()], ends.to_vec()].concat()
    });
    let sides = [Side::Left, Side::Left, Side::Right, Side::Right];
    table(&["account", "ground", "from", "to"], &sides, rows.collect())
}

fn identities(detail: &PersonDetail, report: &MemberReport<'_>) -> Table {
    let dash = || "-".to_owned();
    let rows = detail.identities.iter().zip(&report.identities).map(|(identity, shown)| {
        vec![
            identity.id.to_string(),
            identity.source.clone(),
            shown.handle.as_deref().map_or_else(dash, str::to_owned),
            shown.name.as_deref().map_or_else(dash, str::to_owned),
            shown.email.map_or_else(dash, str::to_owned),
            identity.rule.map_or_else(dash, |rule| rule.to_string()),
            identity.activities.to_string(),
        ]
    });
    let sides = [[Side::Left; 6].as_slice(), &[Side::Right]].concat();
    table(&["identity", "source", "handle", "name", "email", "because", "activities"], &sides, rows.collect())
}

fn timeline(activities: Vec<TimelineRow>, today: Day) -> Table {
    let rows = activities.into_iter().map(|TimelineRow { activity, .. }| {
        let place = activity.subject.unwrap_or(activity.source);
        let day = activity.at.day().short(today);
        vec![day, activity.kind.text().to_owned(), place, activity.title.unwrap_or_default()]
    });
    let sides = [Side::Right, Side::Left, Side::Left, Side::Left];
    table(&["at", "kind", "where", "title"], &sides, rows.collect())
}
