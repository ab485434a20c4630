//! Asks before conclusions are drawn with other settings than those adopted. Must not know what the settings
//! say.

use std::io::{self, BufRead, IsTerminal, Write};

/// Shows the difference on stderr and asks there. `adopt` answers yes beforehand; where nobody can be asked
/// the answer is no, with the way out.
pub fn ask(adopt: bool) -> impl FnMut(&[String]) -> bool {
    move |difference| {
        let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        let answer = match (adopt, terminal) {
            (true, _) => Answer::Yes,
            (false, true) => Answer::Ask,
            (false, false) => Answer::No,
        };
        decide(difference, answer, &mut io::stdin().lock(), &mut io::stderr())
    }
}

#[derive(Clone, Copy)]
enum Answer {
    Yes,
    No,
    Ask,
}

fn decide(difference: &[String], answer: Answer, input: &mut dyn BufRead, err: &mut dyn Write) -> bool {
    let mut say = |text: &str| {
        // Nobody may be reading stderr; then the answer is what was said beforehand.
        let _closed = write!(err, "{text}").and_then(|()| err.flush());
    };
    say("the configuration differs from the settings that conclusions are drawn with:\n");
    for line in difference {
        say(&format!("  {line}\n"));
    }
    match answer {
        Answer::Yes => true,
        Answer::No => {
            say("conclusions are still drawn with the former settings; --adopt takes the present ones\n");
            false
        }
        Answer::Ask => {
            say("draw conclusions with the present ones from now on? [y/N] ");
            let mut line = String::new();
            let read = input.read_line(&mut line).is_ok();
            read && matches!(line.trim().to_lowercase().as_str(), "y" | "yes")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (answer, typed, yes) in [
            (Answer::Yes, "", true),
            (Answer::No, "y\n", false),
            (Answer::Ask, "y\n", true),
            (Answer::Ask, " Yes\n", true),
            (Answer::Ask, "\n", false),
            (Answer::Ask, "", false),
            (Answer::Ask, "no\n", false),
        ] {
            let mut err = Vec::new();
            let lines = ["+ account Rival".to_owned()];
            assert_eq!(decide(&lines, answer, &mut typed.as_bytes(), &mut err), yes, "{typed:?}");
            assert!(String::from_utf8(err).unwrap().contains("  + account Rival\n"));
        }
    }
}
