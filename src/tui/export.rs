//! What is on screen as CSV, safe to open in a spreadsheet. Must not know where it is written.

use super::screens::{Context, Page};
use crate::domain::text;

/// Titles and the marked rows, else the visible ones, with all columns, also those too many for the width;
/// `None` without rows.
pub fn csv(page: &dyn Page, context: Context<'_>) -> Option<String> {
    let marked = page.part().marked(context).into_iter().map(|(_, cells)| cells);
    let mut rows: Vec<_> = marked.collect();
    if rows.is_empty() {
        rows = page.part().rows(context).into_iter().map(|row| row.cells).collect();
    }
    if rows.is_empty() {
        return None;
    }
    let columns = page.part().columns();
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(columns.iter().map(|column| column.title)).ok()?;
    for cells in rows {
        let cell = |place: usize| cells.get(place).map_or("", |(cell, _)| cell.as_str());
        out.write_record((0..columns.len()).map(|place| text::no_formula(cell(place)))).ok()?;
    }
    String::from_utf8(out.into_inner().ok()?).ok()
}

/// A title as a part of a file's name.
pub fn file_name(title: &str) -> String {
    let kept: String = title
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .take(40)
        .collect();
    kept.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_defused_and_a_file_name_holds_no_path() {
        assert_eq!(text::no_formula("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(text::no_formula("@sum"), "'@sum");
        assert_eq!(text::no_formula("-"), "-");
        assert_eq!(text::no_formula("Acme"), "Acme");
        assert_eq!(file_name("../Acme, Inc."), "acme--inc");
    }
}
