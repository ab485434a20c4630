//! `buyin rebuild`: concludes everything anew, or compares. Must not know how conclusions are drawn.

use super::{
    Exit,
    args::{Format, Rebuild},
    session::{CliError, Desk},
    sheet,
};
use crate::domain::sync::Progress;

pub fn run(args: &Rebuild, progress: &mut dyn Progress, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let rebuilt = desk.session.rebuild(args.check, progress)?;
    match desk.style.format {
        Format::Json | Format::Jsonl => {
            serde_json::to_writer(&mut *desk.out, &rebuilt)?;
            desk.out.write_all(b"\n")?;
        }
        _ => {
            let said = match (args.check, rebuilt.is_same()) {
                (_, true) => "nothing differs",
                (true, false) => "what is kept differs from what follows from the facts",
                (false, false) => "rebuilt; something had differed",
            };
            let fields = [
                ("kept", Some(rebuilt.kept.clone())),
                ("derived", Some(rebuilt.derived.clone())),
                ("differing", Some(rebuilt.differing.join(", ")).filter(|tables| !tables.is_empty())),
                ("accounts", Some(rebuilt.accounts.to_string())),
                ("people", Some(rebuilt.people.to_string())),
                ("activities", Some(rebuilt.activities.to_string())),
            ];
            sheet::write(desk.out, &desk.style, said, &fields)?;
        }
    }
    desk.out.flush()?;
    if args.check && !rebuilt.is_same() {
        writeln!(desk.err, "buyin: `buyin rebuild` mends this; please report it")?;
        return Ok(Exit::Failed);
    }
    Ok(Exit::Fine)
}
