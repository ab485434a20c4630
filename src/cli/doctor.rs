//! `buyin doctor`: what is wrong and the way out. Must not know how it is looked for.

use serde::Serialize;

use super::{
    Exit,
    output::{Listing, Row},
    session::{CliError, Desk},
    table::{Column, left},
};
use crate::domain::health::{Finding, Weight};

/// Exits with 4 when there is a problem.
pub fn run(desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let findings = desk.session.doctor()?;
    let mut list = Listing::new(desk.style, &mut *desk.out)?;
    for finding in &findings {
        list.row(finding)?;
    }
    list.end()?;
    let broken = findings.iter().any(|finding| finding.weight == Weight::Problem);
    Ok(if broken { Exit::Failed } else { Exit::Fine })
}

const COLUMNS: &[Column<Finding>] = &[
    left("weight", |finding, _| finding.weight.to_string()),
    left("subject", |finding, _| finding.subject.clone()),
    left("message", |finding, _| finding.message.clone()),
    left("hint", |finding, _| finding.hint.clone().unwrap_or_default()),
];

impl Row for Finding {
    fn table() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn file() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn json(&self) -> impl Serialize + '_ {
        self
    }
}
