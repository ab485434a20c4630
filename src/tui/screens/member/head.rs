//! The lines above a person's lists: where they stand, where they belong, their ladder. Must not know which list
//! is seen.

use super::{
    super::{Context, Pieces, plain, quiet, stages},
    identities::ground,
};
use crate::{
    domain::{
        person::{Ground, Membership, Nature, PersonDetail},
        stage::Stage,
    },
    tui::{theme::Role, when, widgets::text::Charset},
};

/// What stands at the right end of the top line.
pub(super) fn beside(detail: &PersonDetail, context: Context<'_>) -> String {
    let (today, row) = (context.options.today, &detail.row);
    let mut facts = Vec::new();
    if row.nature != Nature::Human {
        facts.push(row.nature.to_string());
    }
    if row.first_activity.is_some() {
        let (first, last) = (when::short(row.first_activity, today), when::short(row.last_activity, today));
        facts.push(format!("{first}{}{last}", context.options.charset.to()));
    }
    facts.join(context.options.charset.dot())
}

/// The stage, since when, on what, and what stands beside it: lapsed, pinned, left alone.
pub(super) fn stands(detail: &PersonDetail, context: Context<'_>) -> Pieces {
    let dot = || quiet(context.options.charset.dot());
    let standing = &detail.row.standing;
    let word = if standing.stage == Stage::Unplaced {
        "not placed yet".to_owned()
    } else {
        stages::named(standing.stage)
    };
    let mut pieces = vec![(word, stages::role(standing.stage))];
    pieces.extend(standing.since.map(|day| quiet(format!(" since {}", when::day(day)))));
    if let Some(basis) = stages::basis(standing.basis) {
        pieces.extend([dot(), plain(basis)]);
    }
    if standing.stage != standing.automatic {
        pieces.extend([dot(), (format!("pinned; by the rules {}", standing.automatic), Role::Warn)]);
    }
    if let Some(day) = standing.lapsed {
        pieces.extend([dot(), (format!("lapsed on {}", when::day(day)), Role::Warn)]);
    }
    if standing.left_alone {
        pieces.extend([dot(), ("leave alone".to_owned(), Role::Warn)]);
    }
    if standing.stage == Stage::Blocker
        && let Some(cause) = &detail.cause
    {
        let title = cause.title.as_ref().map_or(String::new(), |title| format!(": {title}"));
        let days = stages::days(cause.since, context);
        pieces.extend([dot(), (format!("blocked by {}, {days}{title}", cause.thread), Role::Blocker)]);
    }
    pieces
}

/// Where they belong now or did last, how many memberships there are before, and the roles held.
pub(super) fn belongs(detail: &PersonDetail, context: Context<'_>) -> Pieces {
    let charset = context.options.charset;
    let mut pieces = match detail.memberships.split_first() {
        None => vec![quiet("belongs to no account that we can see")],
        Some((now, before)) => {
            let mut pieces = membership(now, charset);
            if !before.is_empty() {
                pieces.push(quiet(format!("{}{} more before: 5", charset.dot(), before.len())));
            }
            pieces
        }
    };
    if !detail.roles.is_empty() {
        pieces.extend([quiet(charset.dot()), (detail.roles.join(", "), Role::Good)]);
    }
    pieces
}

fn membership(member: &Membership, charset: Charset) -> Pieces {
    // Mail says when somebody was there, not when they left.
    let seen = member.seen.filter(|_| member.ground >= Ground::Email);
    let period = match (member.from, member.to, seen) {
        (_, Some(_), Some(seen)) => format!("last seen there {seen}"),
        (Some(from), Some(to), None) => format!("{from}{}{to}", charset.to()),
        (Some(from), None, _) => format!("since {from}"),
        (None, Some(to), None) => format!("until {to}"),
        (None, None, _) => "at an unknown time".to_owned(),
    };
    let name = member.account_name.clone();
    let name =
        if member.to.is_some() { quiet(format!("once at {name}")) } else { plain(format!("at {name}")) };
    let mut pieces = vec![name, quiet(format!("  {period}{}", charset.dot())), ground(member.ground)];
    if member.learned_later {
        pieces.push(quiet(format!("{}learned later", charset.dot())));
    }
    pieces
}
