//! Wrong usage in one or two lines: what, where, the nearest valid word. Must not know the commands.

use std::io::Write;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Exit;

/// Writes help and version to `out`, and what is wrong to `err`.
pub fn refuse(error: &clap::Error, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Whoever closed the pipe has read enough.
        let _closed = write!(out, "{}", error.render());
        return Exit::Fine;
    }
    let _closed = writeln!(err, "{}", explain(error));
    Exit::Usage
}

/// Two lines at most.
fn explain(error: &clap::Error) -> String {
    let rendered = error.render().to_string();
    let mut lines = rendered.lines();
    let first = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let mut what = match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            let missing: Vec<&str> = lines.take_while(|line| !line.is_empty()).map(str::trim).collect();
            format!("this is missing: {}", missing.join(", "))
        }
        _ => first,
    };
    let suggestion =
        [ContextKind::SuggestedArg, ContextKind::SuggestedValue, ContextKind::SuggestedSubcommand]
            .into_iter()
            .find_map(|kind| best_text(error.get(kind)?));
    if let Some(near) = suggestion {
        what = format!("{what}, did you mean `{near}`?");
    } else if let Some(words) =
        error.get(ContextKind::ValidValue).or_else(|| error.get(ContextKind::ValidSubcommand))
    {
        what = format!("{what}; it is one of {}", all_texts(words));
    }
    format!("buyin: {what}\ntry `{} --help`", command(&rendered))
}

/// Suggestions stand in ascending likeness.
fn best_text(value: &ContextValue) -> Option<String> {
    match value {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.last().cloned(),
        _ => None,
    }
}

fn all_texts(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        _ => String::new(),
    }
}

/// `buyin accounts` of the usage line.
fn command(rendered: &str) -> String {
    let usage = rendered.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap_or("buyin");
    let plain = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase());
    usage.split(' ').take_while(plain).collect::<Vec<_>>().join(" ")
}
