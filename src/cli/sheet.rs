//! One thing on a page: its name, then a field a line. Must not know what it is.

use std::io::{self, Write};

use super::table::{Style, cut, heading};

/// Fields without a value are left out.
pub fn write(
    out: &mut dyn Write,
    style: &Style,
    name: &str,
    fields: &[(&str, Option<String>)],
) -> io::Result<()> {
    heading(out, style, name)?;
    let widest = fields.iter().map(|(title, _)| title.len()).max().unwrap_or(0);
    for (title, value) in fields {
        if let Some(value) = value {
            writeln!(out, "{}", cut(&format!("{title:<widest$}  {value}"), style.width))?;
        }
    }
    Ok(())
}
