//! The explorer's whole state, as plain data: two equal apps show the same picture. Must not know the
//! terminal, the store, or the clock.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::{
    effect::Effect,
    keymap::{Keymap, Pending},
    msg::{Input, Live, Notice},
    screens::Screen,
    theme::Theme,
    widgets::{line::Line, text::Charset},
};
use crate::{
    domain::{
        decision::Verb,
        query::{Overview, When},
        time::Day,
    },
    jobs::read::Query,
};

/// What the user and the surroundings choose before the start.
#[derive(Debug, Clone)]
pub struct Choices {
    pub today: Day,
    /// Shown first on the top line, such as `sample community`; `None` shows `buyin`.
    pub label: Option<String>,
    /// The name of a built-in theme.
    pub theme: Option<String>,
    /// The text of a theme file; goes before `theme`.
    pub theme_file: Option<String>,
    /// The text of a keymap file, laid over the built-in keys.
    pub keymap: Option<String>,
    /// `false` when `NO_COLOR` is set or colours are refused: the theme is then `mono`.
    pub colours: bool,
    pub charset: Charset,
    pub mouse: bool,
    /// The IANA name of the zone that times of day are shown in; dates are UTC days.
    pub tz: String,
}

impl Choices {
    /// The defaults, on that UTC day.
    pub fn on(today: Day) -> Self {
        Self {
            today,
            label: None,
            theme: None,
            theme_file: None,
            keymap: None,
            colours: true,
            charset: Charset::Unicode,
            mouse: false,
            tz: "UTC".to_owned(),
        }
    }
}

/// The choices, read and checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    pub today: Day,
    /// What is shown, where it is not the user's own store.
    pub label: Option<String>,
    pub theme: Theme,
    pub keymap: Keymap,
    pub charset: Charset,
    pub colours: bool,
    pub tz: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct App {
    pub options: Options,
    pub width: u16,
    pub height: u16,
    /// The breadcrumb; the last one is seen. Never empty.
    pub screens: Vec<Screen>,
    pub overview: Option<Overview>,
    pub mode: Mode,
    pub pending: Pending,
    /// Typed already, and waiting for the rows that it acts on.
    pub held: VecDeque<Input>,
    pub notice: Option<Notice>,
    /// What a running sync says.
    pub progress: Option<String>,
    /// The sources that syncs of this program read or have read, as far as is known.
    pub live: BTreeMap<String, Live>,
    pub mouse: bool,
    /// The last ticket that was given out.
    pub tickets: u64,
    /// The day of time travel; `None` is now.
    pub as_of: Option<Day>,
    /// The ticket of the overview that is awaited.
    pub overview_asked: Option<u64>,
    /// The ticket under which a NAME is looked up.
    pub name_asked: Option<u64>,
    /// The ticket under which the next (`true`) or the last day before is looked up.
    pub change_asked: Option<(u64, bool)>,
}

/// What keys do now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Mode {
    /// They are commands.
    #[default]
    Browse,
    /// They edit the filter; `before` comes back with escape.
    Filter { line: Line, before: String },
    /// They edit a command.
    Palette { line: Line },
    /// They type the reason of a decision.
    Reason { verb: Verb, whom: String, needed: bool, line: Line },
    /// There is nothing to filter: what is typed is no command either. `begun`: a letter has come.
    Deaf { begun: bool },
}

impl App {
    /// The explorer as it starts. The error names what is wrong with the theme or the keymap.
    pub fn new(choices: &Choices, (width, height): (u16, u16)) -> Result<Self, String> {
        let theme = match (&choices.theme_file, choices.colours) {
            (_, false) => Theme::named("mono")?,
            (Some(text), true) => Theme::read(text)?,
            (None, true) => Theme::named(choices.theme.as_deref().unwrap_or("default"))?,
        };
        Ok(Self {
            options: Options {
                today: choices.today,
                label: choices.label.clone(),
                theme,
                keymap: Keymap::with(choices.keymap.as_deref())?,
                charset: choices.charset,
                colours: choices.colours,
                tz: choices.tz.clone(),
            },
            width,
            height,
            screens: vec![Screen::Accounts(Box::default())],
            overview: None,
            mode: Mode::Browse,
            pending: Pending::default(),
            held: VecDeque::new(),
            notice: None,
            progress: None,
            live: BTreeMap::new(),
            mouse: choices.mouse,
            tickets: 0,
            as_of: None,
            overview_asked: None,
            name_asked: None,
            change_asked: None,
        })
    }

    /// What has to be asked before anything happens.
    pub fn start(&mut self) -> Vec<Effect> {
        let mut effects = self.ask_overview();
        effects.extend(self.settle());
        if self.mouse {
            effects.push(Effect::Mouse(true));
        }
        effects
    }

    pub fn screen(&self) -> &Screen {
        self.screens.last().unwrap_or_else(|| unreachable!("there is always a screen"))
    }

    pub fn screen_mut(&mut self) -> &mut Screen {
        self.screens.last_mut().unwrap_or_else(|| unreachable!("there is always a screen"))
    }

    /// A ticket that was never given out before.
    pub fn ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    /// The day that is looked at.
    pub fn when(&self) -> When {
        When { today: self.options.today, as_of: self.as_of }
    }

    pub fn ask_overview(&mut self) -> Vec<Effect> {
        let ticket = self.ticket();
        self.overview_asked = Some(ticket);
        vec![Effect::Ask { ticket, query: Query::Overview }]
    }

    /// After any change: the seen screen learns its size and asks for what it lacks.
    pub fn settle(&mut self) -> Vec<Effect> {
        let (when, height) = (self.when(), self.height);
        let Self { screens, tickets, width, .. } = self;
        let Some(screen) = screens.last_mut() else { return Vec::new() };
        let page = screen.page_mut();
        page.fit(*width, height);
        let queries = page.asks(when, &mut || {
            *tickets += 1;
            *tickets
        });
        queries.into_iter().map(|(ticket, query)| Effect::Ask { ticket, query }).collect()
    }

    /// Whether what is to be seen has been asked for and has not come yet.
    pub fn is_waiting(&self) -> bool {
        self.screen().page().is_waiting() || self.overview.is_none() && self.overview_asked.is_some()
    }
}
