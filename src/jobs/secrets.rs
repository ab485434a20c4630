//! Secrets, read in this one place: from the environment, or from a program that prints them. They are never
//! written anywhere; an error says where a secret was looked for, never what was found.

use std::{
    env,
    io::Read,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::{
    config::{Secret, SecretFrom},
    domain::text,
    sources::SourceError,
};

/// How long a program may take; it may ask its user to unlock something.
const PATIENCE: Duration = Duration::from_mins(1);
/// The longest secret, in bytes.
const LONGEST: usize = 8_192;

/// Reads a secret. `what` is how an error names it: `the token`.
pub(super) fn read(from: &SecretFrom, what: &str) -> Result<Secret, SourceError> {
    match from {
        SecretFrom::Env(name) => {
            let value = env::var_os(name).filter(|value| !value.is_empty()).ok_or_else(|| {
                SourceError::new(format!("{what} is missing: the environment variable {name} is not set"))
                    .hint(format!("export {name}, or let `token` name another place"))
            })?;
            sound(&value.to_string_lossy()).ok_or_else(|| {
                SourceError::new(format!("the environment variable {name} holds no {}", noun(what)))
                    .hint("it must be one line of printable ASCII")
            })
        }
        SecretFrom::Command(words) => {
            let shown = format!("`{}`", text::line(&words.join(" "), 120));
            let printed = run(words).map_err(|why| {
                SourceError::new(format!("{what} is missing: {shown} {why}"))
                    .hint("run it by hand: it must print the secret on its first line")
            })?;
            sound(printed.lines().next().unwrap_or_default()).ok_or_else(|| {
                SourceError::new(format!("{what} is missing: {shown} printed none"))
                    .hint("run it by hand: it must print the secret on its first line")
            })
        }
    }
}

fn noun(what: &str) -> &str {
    what.strip_prefix("the ").unwrap_or(what)
}

/// What can be sent in a header: printable ASCII without spaces.
fn sound(text: &str) -> Option<Secret> {
    let text = text.trim();
    let good = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
    good.then(|| Secret::new(text.to_owned()))
}

/// What a program prints on stdout, or why it could not be had.
fn run(words: &[String]) -> Result<String, String> {
    let (program, arguments) = words.split_first().ok_or("names no program")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "is not installed".to_owned(),
            _ => format!("cannot be started ({error})"),
        })?;
    let (out, err) = (all_of(child.stdout.take()), all_of(child.stderr.take()));
    let printed = out.recv_timeout(PATIENCE);
    if printed.is_err() {
        // It may have ended this moment; then there is nothing to stop.
        let _ended = child.kill();
    }
    let status = child.wait().map_err(|error| format!("cannot be waited for ({error})"))?;
    let printed = printed.map_err(|_| format!("did not end within {} seconds", PATIENCE.as_secs()))?;
    if status.success() {
        return Ok(printed);
    }
    let said = err.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
    let said = text::line(said.lines().next().unwrap_or_default(), 160);
    Err(if said.is_empty() { "failed".to_owned() } else { format!("failed: {said}") })
}

/// Reads a pipe to its end on a thread of its own, so that a full one stops nobody.
fn all_of(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What was read before an error is what there is.
            let _cut = pipe.take(1 << 20).read_to_end(&mut bytes);
        }
        // Nobody listens when it took too long.
        let _late = tell.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> SecretFrom {
        SecretFrom::Command(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn a_secret_is_the_first_line_that_a_program_prints_and_is_never_shown() {
        let secret = read(&command(&["printf", "tok_123 \\nmore\\n"]), "the token").unwrap();
        assert_eq!(secret.expose(), "tok_123");
        assert!(!format!("{secret:?}").contains("tok"));
    }

    #[test]
    fn each_way_to_have_no_secret_is_said_with_the_way_out() {
        for (from, said) in [
            (
                SecretFrom::Env("BUYIN_NO_SUCH_THING".to_owned()),
                "the environment variable BUYIN_NO_SUCH_THING is not set",
            ),
            (command(&["buyin-no-such-program", "x"]), "`buyin-no-such-program x` is not installed"),
            (command(&["sh", "-c", "echo locked >&2; exit 3"]), "failed: locked"),
            (command(&["false"]), "`false` failed"),
            (command(&["true"]), "`true` printed none"),
            (command(&["printf", "a\\040b"]), "printed none"),
        ] {
            let error = read(&from, "the token").unwrap_err();
            assert!(error.message.contains(said) && error.hint.is_some(), "{error:?}");
            assert!(!error.message.contains("a b"), "{error:?}");
        }
    }
}
