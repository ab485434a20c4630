//! What `buyin doctor` looks at: the sources, the store, the data. Must not know how findings are shown.

use std::path::Path;

use super::{
    error::JobError,
    read::{Query, Reply},
    shell::Shell,
};
use crate::{
    domain::{
        health::{Finding, Weight},
        page::Skipped,
        query::SourceRow,
    },
    store::{Doctor, Store, View},
};

/// How many rows of a source that could not be read are named one by one.
const NAMED: usize = 20;

/// Looks at everything; never changes anything.
pub fn look(shell: &mut Shell) -> Result<Vec<Finding>, JobError> {
    let mut findings = Vec::new();
    let path = shell.config.store.clone();
    if !path.exists() {
        let message = format!("there is none at {} yet", path.display());
        findings.push(warning("store", message, "`buyin sync` makes it"));
        sources(shell, &[], &mut findings);
        return Ok(findings);
    }
    let view = View::open(&path)?;
    store(&view, &mut findings)?;
    key(&path, &mut findings);
    let doctor = view.doctor()?;
    figures(&doctor, &mut findings);
    let rows = match shell.ask(&Query::Sources) {
        Reply::Sources(rows) => rows,
        Reply::Failed(message) => {
            findings.push(warning("sources", message, "look at the store's own findings above"));
            Vec::new()
        }
        _ => Vec::new(),
    };
    if is_of_others(shell, &rows) {
        others(shell, &rows, &mut findings);
        return Ok(findings);
    }
    sources(shell, &rows, &mut findings);
    settings(&shell.difference(view.adopted()?)?, &mut findings);
    Ok(findings)
}

/// Whether nothing that the store was filled from is configured: `buyin open` or `buyin demo` made it, and its own
/// settings hold.
fn is_of_others(shell: &Shell, rows: &[SourceRow]) -> bool {
    let configured = |row: &SourceRow| shell.config.sources.iter().any(|config| config.name() == row.name);
    !rows.is_empty() && !rows.iter().any(configured)
}

fn others(shell: &Shell, rows: &[SourceRow], findings: &mut Vec<Finding>) {
    for row in rows {
        let until = row.synced_at.map_or_else(|| "never".to_owned(), |time| time.to_string());
        let message = format!("{}, last read {until}", activities(row));
        findings.push(fine(&format!("source {}", row.name), message));
    }
    let message = "the store's own hold; the configuration in use names none of its sources";
    findings.push(if shell.config.sources.is_empty() {
        fine("settings", message)
    } else {
        warning(
            "settings",
            message,
            "name the store that belongs to the configuration, or leave `--store` out",
        )
    });
}

/// One line for each setting that differs.
fn settings(difference: &[String], findings: &mut Vec<Finding>) {
    let Some((last, others)) = difference.split_last() else { return };
    let message = "differ from those that conclusions are drawn with (-), as follows";
    findings.push(Finding { hint: None, ..warning("settings", message, "") });
    findings.extend(others.iter().map(|line| Finding { hint: None, ..warning("settings", line, "") }));
    findings.push(warning("settings", last, "`buyin rebuild --adopt` adopts what stands behind +"));
}

fn store(view: &View, findings: &mut Vec<Finding>) -> Result<(), JobError> {
    let overview = view.overview()?;
    let message = format!(
        "{} activities, {} people, {} accounts ({} in the default view)",
        overview.activities, overview.people, overview.accounts, overview.shown
    );
    findings.push(fine("store", message));
    if overview.stale {
        let message = "facts or decisions wait for their conclusions";
        findings.push(warning("store", message, "`buyin sync` or `buyin rebuild` draws them"));
    }
    Ok(())
}

/// Without its key the store takes nothing more.
fn key(store: &Path, findings: &mut Vec<Finding>) {
    let key = Store::key_path(store);
    if !key.exists() {
        findings.push(Finding {
            weight: Weight::Problem,
            subject: "id key".to_owned(),
            message: format!("{} is missing", key.display()),
            hint: Some("put it back from a copy; without it no id of the store means anything".to_owned()),
        });
    }
}

fn figures(doctor: &Doctor, findings: &mut Vec<Finding>) {
    match &doctor.damage {
        Some(damage) => findings.push(Finding {
            weight: Weight::Problem,
            subject: "store".to_owned(),
            message: format!("the file is damaged: {damage}"),
            hint: Some("put back a copy, or start a new store and sync again".to_owned()),
        }),
        None => findings.push(fine("store", "the file is sound")),
    }
    findings.push(fine(
        "ledgers",
        format!("{} identities, {} superseded versions of facts", doctor.identities, doctor.past),
    ));
    if doctor.flagged > 0 {
        let message = format!(
            "{} activities are kept but unused: dated before 1990, or later than a day after they were read",
            doctor.flagged
        );
        findings.push(warning("dates", message, "set right the clock or the file that they come from"));
    }
    if doctor.todo > 0 {
        let message = format!("{} steps of an interrupted sync are still to be made", doctor.todo);
        findings.push(warning("sync", message, "`buyin sync` goes on with them"));
    }
    for of in doctor.skipped.chunk_by(|a, b| a.0 == b.0) {
        unread(of, findings);
    }
}

/// The first rows of a source that could not be read, and how many more there are.
fn unread(rows: &[(String, Skipped)], findings: &mut Vec<Finding>) {
    for (source, Skipped { place, reason }) in rows.iter().take(NAMED) {
        findings.push(warning(source, format!("{place}: {reason}"), "mend it and sync again"));
    }
    if let Some((source, _)) = rows.get(NAMED) {
        let message = format!("{} more rows could not be read", rows.len() - NAMED);
        findings.push(warning(source, message, "mend these first and sync again"));
    }
}

fn sources(shell: &Shell, rows: &[SourceRow], findings: &mut Vec<Finding>) {
    for config in &shell.config.sources {
        let subject = format!("source {}", config.name());
        match rows.iter().find(|row| row.name == config.name()) {
            None => findings.push(warning(&subject, "was never read", "`buyin sync` reads it")),
            // Rows that could not be read have been named above.
            Some(SourceRow { error: Some(error), hint, state, .. }) if state != "ok" => {
                findings.push(Finding {
                    weight: Weight::Problem,
                    subject,
                    message: error.clone(),
                    hint: hint.clone(),
                });
            }
            Some(row) => {
                let until = row.synced_at.map_or_else(|| "never".to_owned(), |time| time.to_string());
                findings.push(fine(&subject, format!("{}, last read {until}", activities(row))));
            }
        }
    }
    for row in rows {
        if !shell.config.sources.iter().any(|config| config.name() == row.name) {
            let message = format!("{} of a source that is no longer configured", activities(row));
            findings.push(fine(&format!("source {}", row.name), message));
        }
    }
}

fn activities(row: &SourceRow) -> String {
    if row.activities == 1 { "1 activity".to_owned() } else { format!("{} activities", row.activities) }
}

fn fine(subject: &str, message: impl Into<String>) -> Finding {
    Finding { weight: Weight::Fine, subject: subject.to_owned(), message: message.into(), hint: None }
}

fn warning(subject: &str, message: impl Into<String>, hint: &str) -> Finding {
    let (subject, hint) = (subject.to_owned(), Some(hint.to_owned()));
    Finding { weight: Weight::Warning, subject, message: message.into(), hint }
}
