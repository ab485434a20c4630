//! The lines above an account's lists: its way, where its consensus stands, how much is known of it. Must not
//! know which list is seen.

use super::super::{Context, Pieces, accounts, plain, quiet, stages, way};
use crate::{
    domain::{
        account::{AccountRow, HandshakeRow, Relation, Zone},
        stage::{GroupState, MomentumState},
    },
    tui::{theme::Role, when, widgets::text::figure},
};

/// From this many columns the way is drawn long.
const LONG_FROM: u16 = 70;

/// From this many columns what it is to you stands behind what it is called; below, what it is called may have to go.
const NAMED_FROM: u16 = 90;

/// Who it is, for the right end of the top line.
pub(super) fn beside(row: &AccountRow, context: Context<'_>) -> String {
    let known_by: Vec<&str> =
        row.domains.iter().filter(|domain| **domain != row.name).map(String::as_str).collect();
    let relation = match row.relation {
        Relation::Unknown => "relation unknown".to_owned(),
        known => known.to_string(),
    };
    let mut facts = vec![known_by.join(", "), relation];
    if context.width < NAMED_FROM {
        facts.reverse();
    }
    facts.extend(row.owner.as_ref().map(|owner| format!("owner {owner}")));
    if !row.confirmed {
        facts.push("unconfirmed".to_owned());
    }
    facts.retain(|fact| !fact.is_empty());
    facts.join(context.options.charset.dot())
}

/// The way through the zones with the days of the hand-shakes.
pub(super) fn way(row: &AccountRow, shakes: &[HandshakeRow], context: Context<'_>) -> Pieces {
    if context.width < LONG_FROM {
        return vec![way::small(row, context.options.charset)];
    }
    let room = usize::from(context.width.min(130)) - 2;
    way::long(row, shakes, room, context)
}

/// Where it stands: the phase, the state, how many of those we can see are for it, momentum.
pub(super) fn stands(row: &AccountRow, context: Context<'_>) -> Pieces {
    let dot = || quiet(context.options.charset.dot());
    let group = &row.group;
    let (narrow, tight) = (context.width < 96, context.width < 60);
    let since = row
        .phase_since
        .filter(|_| !narrow)
        .map_or(String::new(), |day| format!(" since {}", day.short(context.options.today)));
    let mut pieces = vec![(row.phase.to_string(), Role::Title), quiet(since)];
    if row.customer || row.relation == Relation::Customer {
        pieces.extend([dot(), ("customer".to_owned(), Role::Good)]);
    }
    let state = match group.state {
        GroupState::None => quiet("no group yet"),
        GroupState::Wide => plain("wide: too many for one verdict"),
        other => stages::state(other),
    };
    pieces.extend([dot(), state]);
    if group.placed() > 0 {
        let (backing, placed) = (group.backing(), group.placed());
        pieces.extend([
            dot(),
            plain(format!("{backing} of {placed}{}", if tight { "" } else { " we can see" })),
        ]);
        pieces.push(quiet(format!(" {}%", stages::percent(group.support()))));
    }
    // With a basis further in, the project is carried along.
    pieces.extend(group.basis.map(|zone| {
        let text = if zone == Zone::Upstream { "on the project" } else { "on the product" };
        quiet(format!(", {text}"))
    }));
    // Where room is short, only what calls for a look.
    let steady = row.momentum.is_some_and(|momentum| momentum.state == MomentumState::Steady);
    if row.momentum.is_some() && !(narrow && steady) {
        pieces.extend([dot(), stages::momentum(row.momentum)]);
    }
    pieces
}

/// How much is known of it.
pub(super) fn known(row: &AccountRow, context: Context<'_>) -> Pieces {
    let charset = context.options.charset;
    let (dot, today) = (charset.dot(), context.options.today);
    vec![
        plain(accounts::headcount(row)),
        quiet(dot),
        plain(format!("{} activities", figure(row.activities))),
        quiet(dot),
        plain(when::short(row.first_activity, today)),
        quiet(charset.to()),
        plain(when::short(row.last_activity, today)),
        quiet(dot),
        accounts::weeks(&row.weeks, "nobody active in 12 weeks", context),
    ]
}
