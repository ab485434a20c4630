//! What stands between the store's rows and the screens: the theme of a cause, which the rules know, and momentum as
//! it was on an earlier day, which is concluded over all accounts when it is asked for. Must not know any rule.

use super::{derive::trend, why::settings};
use crate::{
    domain::{account::Cause, query::When},
    journey::assess::{Engine, theme},
    store::{StoreError, View},
};

/// Gives every cause its theme.
pub(super) fn theme_all<'a>(
    view: &View,
    causes: impl Iterator<Item = &'a mut Cause>,
) -> Result<(), StoreError> {
    let mut causes = causes.peekable();
    if causes.peek().is_none() {
        return Ok(());
    }
    let engine = Engine::new(&settings(view)?.rules);
    for cause in causes {
        cause.theme = theme(&engine, &cause.labels, cause.title.as_deref());
    }
    Ok(())
}

/// Sees to it that the momentum of the asked day is at hand.
pub(super) fn momentum_of(view: &View, when: When) -> Result<(), StoreError> {
    let Some(day) = when.as_of else { return Ok(()) };
    let Some(week) = view.momentum_wanted(day)? else { return Ok(()) };
    let thresholds = settings(view)?.rules.thresholds;
    let horizons = trend::Horizons::read(&view.ledger(), day)?;
    view.put_momentum(week, trend::of_all(&view.ledger(), &thresholds, &horizons)?)
}
