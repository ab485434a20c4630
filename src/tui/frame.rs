//! One picture as text, for `buyin show` and for tests: the same update and view, with answers that come at
//! once. Must not know the terminal.

use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use super::{
    app::{App, Choices},
    browse,
    effect::Effect,
    key::Key,
    msg::{Input, Msg},
    palette,
    update::update,
    view::view,
};
use crate::jobs::read::{Query, Reply};

/// Draws `screen` (empty, or one of [`palette::SCREENS`] such as `people` or `account acme.example`) after `keys`
/// (`jj<enter>/foo<esc>`) at that size. Effects other than questions are not carried out.
pub fn frame(
    choices: &Choices,
    ask: &mut dyn FnMut(Query) -> Reply,
    screen: &str,
    keys: &str,
    size: (u16, u16),
) -> Result<String, String> {
    let mut app = App::new(choices, size)?;
    let effects = app.start();
    answer(&mut app, effects, ask);
    let wish = palette::screen(screen)?;
    let mut effects = browse::wish(&mut app, wish);
    effects.extend(app.settle());
    answer(&mut app, effects, ask);
    for key in Key::parse_all(keys)? {
        let effects = update(&mut app, Msg::Input(vec![Input::Key(key)]));
        answer(&mut app, effects, ask);
    }
    Ok(text(&picture(&app)))
}

/// Answers questions until none is left.
pub fn answer(app: &mut App, effects: Vec<Effect>, ask: &mut dyn FnMut(Query) -> Reply) {
    let mut open: std::collections::VecDeque<Effect> = effects.into();
    while let Some(effect) = open.pop_front() {
        if let Effect::Ask { ticket, query } = effect {
            open.extend(update(app, Msg::Reply { ticket, reply: ask(query) }));
        }
    }
}

/// The app as it is seen, with its colours.
pub fn picture(app: &App) -> Buffer {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(app.width, app.height));
    let Ok(_) = terminal.draw(|frame| view(app, frame));
    terminal.backend().buffer().clone()
}

/// A picture's letters, line by line, without trailing blanks.
pub fn text(picture: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..picture.area.height {
        let mut line = String::new();
        let mut covered = 0;
        for x in 0..picture.area.width {
            let symbol = picture[(x, y)].symbol();
            if covered == 0 {
                line.push_str(symbol);
                covered = super::widgets::text::width(symbol).max(1);
            }
            covered -= 1;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
