//! Help: every key and typed command, made from the keymap, searchable. Must not know what a command does.

use serde::{Deserialize, Serialize};

use super::{
    Context, Page, Part, Pieces, Step, Target,
    ask::Ask,
    part::{Listing, Row},
    plain, quiet,
};
use crate::{
    domain::text::fold,
    tui::{
        command::Command,
        filtering::Filtering,
        keymap::{Keymap, labels},
        palette,
        theme::Role,
        widgets::table::{Cell, Column},
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Help {
    all: Vec<Line>,
    shown: Listing<Line>,
    filtering: Filtering,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    group: String,
    keys: String,
    command: String,
    text: String,
}

const COLUMNS: &[Column] =
    &[Column::text("GROUP", 10, 0, 2), Column::text("KEYS", 20, 0, 1), Column::text("WHAT", 20, 1, 0)];

const SIGNS: &[(&str, &str)] = &[
    ("Acme ?", "unconfirmed: only one person seen there"),
    ("in the market", "relation prospect, customer, partner or -"),
    ("PHASE *=*.o", "upstream and program yes, downstream no"),
    ("PHASE *=*=#", "the last sign: a customer"),
    ("GROUP SS!TG*", "one letter for each active member"),
    ("S skeptic", "tries it out"),
    ("! blocker", "it does not work for them: see the cause"),
    ("T teacher", "it has worked for them for months"),
    ("G guide", "spreads it among their peers"),
    ("* go-getter", "carries it inside their organisation"),
    ("f friend", "attends and reacts, never tried it"),
    ("c climber", "in it for themself, by decision"),
    ("(teacher)", "lapsed: no own act for half a year"),
    ("T teacher =", "pinned; the rules say something else"),
    ("WE SEE 5 of 8", "for it: T G *, of those on the ladder"),
    ("STATE contested", "many blocked, or one in a deal: w tells"),
    ("STATE consensus", "enough are for it, and most of the placed"),
    ("STATE forming", "placed members, no verdict yet"),
    ("STATE wide", "too many active members for one verdict"),
    ("SHAKES", "first steps into another zone"),
    ("MOMENTUM x3.1", "active members against what was expected"),
    ("2026-03-12+", "learned later than the day looked at"),
    ("NOW/ALL 2/5", "people: belong now / ever belonged"),
    ("12 WEEKS", "distinct active members in each week"),
    ("12 WEEKS, last", "the week of the day that the facts reach"),
    ("once Acme", "belonged there, it seems no longer"),
];

/// The words of KNOWN BY, the best ground first.
const GROUNDS: &[(&str, &str)] = &[
    ("decision", "one of you decided it"),
    ("crm", "the CRM says so"),
    ("affiliation", "an imported list of employers says so"),
    ("roster", "a maintainers' list says so"),
    ("profile", "the company in their own profile"),
    ("email", "they wrote from a work e-mail there"),
    ("inferred", "only a work e-mail near in time says so"),
];

const FILTERS: &[(&str, &str)] = &[
    ("acme", "letters of the name in this order"),
    ("relation:prospect", "several: relation:prospect,customer"),
    ("-domain:example.com", "a minus turns a term round"),
    ("people:>=5 last:<30d", "figures and ages; all terms must hold"),
    ("phase:program,buying", "how far an account has come"),
    ("stage:teacher,guide", "where a person stands"),
    ("is:rising has:blocker", "momentum; tab offers all words"),
    ("is:unconfirmed", "or confirmed: over accounts"),
    ("is:unaffiliated", "or human, bot, own: over people"),
];

impl Help {
    pub fn of(keymap: &Keymap, ascii: bool) -> Self {
        let line = |group: &str, keys: &str, command: &str, text: &str| Line {
            group: group.to_owned(),
            keys: keys.to_owned(),
            command: command.to_owned(),
            text: text.to_owned(),
        };
        let mut all: Vec<Line> = Vec::new();
        for binding in keymap.bindings.iter().filter(|binding| !binding.keys.is_empty()) {
            let keys: Vec<_> = binding.keys.iter().map(|keys| labels(keys, ascii)).collect();
            all.push(line(&binding.group, &keys.join(" "), &binding.command, &binding.help));
        }
        all.extend(
            palette::WORDS
                .iter()
                .map(|word| line("Command", &format!(":{}", word.written()), word.name, word.help)),
        );
        all.extend(FILTERS.iter().map(|(filter, text)| line("Filter", filter, "filter", text)));
        all.extend(SIGNS.iter().map(|(sign, text)| line("Sign", sign, "", text)));
        all.extend(GROUNDS.iter().map(|(ground, text)| line("Known by", ground, "", text)));
        let mut shown = Listing::given();
        shown.set(all.clone());
        Self { shown, all, filtering: Filtering::over(None) }
    }
}

impl Row for Line {
    const NONE: &'static str = "";

    fn columns(_ask: &Ask) -> &'static [Column] {
        COLUMNS
    }

    fn cells(&self, _ask: &Ask, _context: Context<'_>) -> Vec<Cell> {
        vec![quiet(self.group.clone()), (self.keys.clone(), Role::Key), plain(self.text.clone())]
    }

    fn target(&self) -> Target {
        Target { name: self.keys.clone(), id: format!("{} {}", self.group, self.keys), ..Target::default() }
    }
}

impl Page for Help {
    fn title(&self) -> String {
        "help".to_owned()
    }

    fn part(&self) -> &dyn Part {
        &self.shown
    }

    fn part_mut(&mut self) -> &mut dyn Part {
        &mut self.shown
    }

    fn opens(&self) -> bool {
        false
    }

    fn command(&mut self, _command: &Command) -> Step {
        Step::No("esc goes back; / searches this page")
    }

    fn filtering(&self) -> Option<&Filtering> {
        Some(&self.filtering)
    }

    fn set_filter(&mut self, text: &str) {
        self.filtering.set(text);
        let words: Vec<String> = text.split_whitespace().map(fold).collect();
        let matches = |line: &&Line| {
            let all = fold(&format!("{} {} {} {}", line.group, line.keys, line.command, line.text));
            words.iter().all(|word| all.contains(word.as_str()))
        };
        self.shown.set(self.all.iter().filter(matches).cloned().collect::<Vec<_>>());
    }

    fn beside(&self, _context: Context<'_>) -> String {
        format!("buyin {}", env!("CARGO_PKG_VERSION"))
    }

    fn facts(&self, _context: Context<'_>) -> Vec<Pieces> {
        vec![vec![quiet("keys, commands, filters, signs")]]
    }

    fn empty(&self, _context: Context<'_>) -> Vec<String> {
        vec![
            format!("nothing here speaks of `{}`", self.filtering.text.trim()),
            "press esc to drop the search".to_owned(),
        ]
    }
}
