//! The way of an account through the zones, small for a list and long for its own screen. Must not know how a
//! hand-shake is found.

use super::{Context, Pieces, plain, quiet};
use crate::{
    domain::account::{AccountRow, HandshakeRow, Zone},
    tui::{
        theme::Role,
        widgets::{
            table::Cell,
            text::{Charset, width},
        },
    },
};

/// The letters that a way is drawn with.
struct Signs {
    been: char,
    not: char,
    customer: char,
    crossed: char,
    open: char,
}

const fn signs(charset: Charset) -> Signs {
    match charset {
        Charset::Unicode => Signs { been: '●', not: '○', customer: '◆', crossed: '━', open: '┄' },
        Charset::Ascii => Signs { been: '*', not: 'o', customer: '#', crossed: '=', open: '.' },
    }
}

/// `●━●┄○ program`: where an account has been, and how far it is now.
pub(super) fn small(row: &AccountRow, charset: Charset) -> Cell {
    let signs = signs(charset);
    let mut text = String::new();
    for (place, been) in row.zones.iter().enumerate() {
        if place > 0 {
            text.push(if *been && row.zones[place - 1] { signs.crossed } else { signs.open });
        }
        text.push(mark(&signs, *been, row.customer && place == 2));
    }
    (format!("{text} {}", row.phase), Role::Name)
}

const fn mark(signs: &Signs, been: bool, customer: bool) -> char {
    match (customer, been) {
        (true, _) => signs.customer,
        (false, true) => signs.been,
        (false, false) => signs.not,
    }
}

/// `upstream ●━━ 12 Mar, kim ━━● program ┄┄┄○ downstream` in at most `room` columns.
pub(super) fn long(row: &AccountRow, shakes: &[HandshakeRow], room: usize, context: Context<'_>) -> Pieces {
    let charset = context.options.charset;
    let signs = signs(charset);
    let words: usize = Zone::ALL.iter().map(|zone| zone.text().len() + 3).sum();
    let line = room.saturating_sub(words) / 2;
    let mut pieces: Pieces = Vec::new();
    for (place, zone) in Zone::ALL.iter().copied().enumerate() {
        let been = row.zones[place];
        let sign = mark(&signs, been, row.customer && place == 2).to_string();
        let role = if been { Role::Good } else { Role::Quiet };
        if place == 0 {
            pieces.extend([(zone.to_string(), role), (format!(" {sign}"), role)]);
            continue;
        }
        let shake = shakes.iter().find(|shake| shake.handshake.to == zone);
        pieces.extend(link(shake, (row.zones[place - 1], been), line, &signs, context));
        pieces.extend([(format!("{sign} "), role), (format!("{zone} "), role)]);
    }
    pieces
}

/// The line between two zones, with the day of the crossing and who made it in its middle.
fn link(
    shake: Option<&HandshakeRow>,
    (before, been): (bool, bool),
    room: usize,
    signs: &Signs,
    context: Context<'_>,
) -> Pieces {
    let stroke = |sign: char, count: usize| sign.to_string().repeat(count);
    // Who skips a zone crosses no line from it.
    let (sign, role) = if before { (signs.crossed, Role::Good) } else { (signs.open, Role::Quiet) };
    let Some(shake) = shake.filter(|_| been) else {
        return vec![if been {
            (stroke(sign, room.max(2)), role)
        } else {
            quiet(stroke(signs.open, room.max(2)))
        }];
    };
    let day = shake.handshake.day.short(context.options.today);
    let skipped = if shake.handshake.is_forward() { "" } else { " skipped" };
    let first = shake.member_name.split_whitespace().next().unwrap_or_default();
    let text = [
        format!(" {day}, {}{skipped} ", shake.member_name),
        format!(" {day}, {first}{skipped} "),
        format!(" {day} "),
    ]
    .into_iter()
    .find(|text| width(text) + 2 <= room)
    .unwrap_or_default();
    let left = room.saturating_sub(width(&text)).max(2);
    let half = left / 2;
    vec![(stroke(sign, half), role), plain(text), (stroke(sign, left - half), role)]
}
