//! Why momentum is what it is: one entry for each recent week. Must not know other accounts than by their trend.

use super::{Trend, split};
use crate::domain::{
    journey::Momentum,
    points::Points,
    rules::Thresholds,
    stage::MomentumState,
    time::Week,
    why::{Why, WhyEntry},
};

/// `total` is what was seen in the recent weeks, `number` that over what was expected. `weeks` as for
/// [`super::momentum`]; `last` is the last of them, `momentum` what was concluded.
pub fn momentum_why(
    thresholds: &Thresholds,
    trend: Trend,
    weeks: &[u32],
    last: Week,
    momentum: Momentum,
) -> Why {
    let (past, _) = split(thresholds, weeks);
    let recent = &weeks[weeks.len().saturating_sub(thresholds.recent_weeks as usize)..];
    let mut ledger: Vec<WhyEntry> =
        (0..).zip(recent.iter().rev()).map(|(ago, week)| entry(last, ago, *week)).collect();
    ledger.reverse();
    Why {
        what: "momentum".to_owned(),
        number: Points(i64::from(momentum.value)),
        enter: None,
        leave: None,
        total: ledger.iter().map(|entry| entry.decayed).sum(),
        ledger,
        remarks: vec![expected(trend, past, weeks.len() - recent.len()), verdict(thresholds, momentum.state)],
    }
}

/// A week, `ago` weeks before the last one; its age is that of its first day at the last one's end.
fn entry(last: Week, ago: i32, members: u32) -> WhyEntry {
    let monday = last.monday().plus(-7 * ago);
    let points = Points(i64::from(members) * 1_000);
    let what = if members == 1 { "1 active member".to_owned() } else { format!("{members} active members") };
    WhyEntry {
        at: monday,
        activity: None,
        what: Some(format!("week of {monday}: {what}")),
        signal: None,
        rule: None,
        points,
        age_days: u32::try_from(7 * ago + 6).unwrap_or(0),
        decayed: points,
    }
}

fn expected(trend: Trend, past: u64, weeks: usize) -> String {
    let shown = |thousandths: u64| Points(i64::try_from(thousandths).unwrap_or(i64::MAX));
    format!(
        "expected {}: {past} in the {weeks} weeks before and 1, times the community's {} to {}",
        shown(trend.expected(past)),
        trend.recent,
        trend.past,
    )
}

fn verdict(thresholds: &Thresholds, state: MomentumState) -> String {
    let rate = thresholds.false_discovery;
    match state {
        MomentumState::New => "new: first active in these weeks".to_owned(),
        MomentumState::Steady => "steady: no more of a difference than chance brings".to_owned(),
        MomentumState::Rising | MomentumState::Falling => {
            format!("{state}: of all accounts that are called so, a share of {rate} at most is so by chance")
        }
    }
}
