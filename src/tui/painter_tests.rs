//! The backend against a terminal emulator that shares no code with it.

use proptest::prelude::*;
use ratatui::{
    Terminal,
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier, Style},
};

use super::*;

fn show(terminal: &mut Terminal<Painter<Vec<u8>>>, picture: &Buffer) -> Vec<u8> {
    terminal.backend_mut().out().clear();
    terminal.draw(|frame| frame.buffer_mut().merge(picture)).unwrap();
    terminal.backend_mut().out().clone()
}

/// What is seen: the letter, and how it is written where there is one.
fn same(screen: &vt100::Screen, picture: &Buffer) -> Result<(), String> {
    let area = picture.area;
    for y in 0..area.height {
        let mut covered = 0;
        for x in 0..area.width {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            let (cell, wanted) = (screen.cell(y, x).unwrap(), &picture[(x, y)]);
            let seen = if cell.contents().is_empty() { " " } else { cell.contents() };
            if seen != wanted.symbol() {
                return Err(format!("at {x},{y}: {seen:?} instead of {:?}", wanted.symbol()));
            }
            covered = crate::tui::widgets::text::width(wanted.symbol()).saturating_sub(1);
            let fg = match cell.fgcolor() {
                vt100::Color::Idx(4) => Color::Blue,
                vt100::Color::Idx(8) => Color::DarkGray,
                vt100::Color::Default => Color::Reset,
                other => return Err(format!("at {x},{y}: {other:?}")),
            };
            let modifiers = (
                cell.bold() == wanted.modifier.contains(Modifier::BOLD),
                cell.underline() == wanted.modifier.contains(Modifier::UNDERLINED),
                fg == wanted.fg,
            );
            if seen != " " && modifiers != (true, true, true) {
                return Err(format!("at {x},{y}: {modifiers:?} of {seen:?}"));
            }
        }
    }
    Ok(())
}

const STYLES: [Style; 4] = [
    Style::new(),
    Style::new().fg(Color::Blue),
    Style::new().fg(Color::DarkGray).add_modifier(Modifier::BOLD),
    Style::new().add_modifier(Modifier::UNDERLINED),
];

fn picture(width: u16, rows: &[(u8, usize)], marker: usize) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, u16::try_from(rows.len()).unwrap()));
    for (y, (kind, style)) in (0..).zip(rows) {
        let text = match kind % 6 {
            0 => String::new(),
            1 => format!("  row {kind} of names and figures {}", "xyz ".repeat(usize::from(*kind))),
            2 => format!("  王{kind}伟 wide 社 letters"),
            3 => format!("   {kind}{}", "█▁▅".repeat(9)),
            4 => format!("  e\u{301}ntry {kind} with a mark"),
            _ => format!("  {kind}{}", "full ".repeat(20)),
        };
        buffer.set_stringn(0, y, text, usize::from(width), STYLES[*style]);
    }
    if marker < rows.len() {
        buffer.set_string(1, u16::try_from(marker).unwrap(), ">", STYLES[1]);
    }
    buffer
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn after_any_frames_the_terminal_shows_exactly_the_last_one(
        width in 4_u16..60,
        height in 1_usize..14,
        all in prop::collection::vec((0_u8..40, 0_usize..4), 60),
        steps in prop::collection::vec((0_usize..46, 0_usize..14, any::<bool>()), 1..12),
    ) {
        let size = (width, u16::try_from(height).unwrap());
        let mut terminal = Terminal::new(Painter::new(Vec::new(), size)).unwrap();
        let mut screen = emulator(size);
        for (top, marker, head) in steps {
            // A list that scrolls under a head that stays.
            let mut rows = all[top..top + height].to_vec();
            if head {
                rows[0] = (7, 2);
            }
            let wanted = picture(width, &rows, marker);
            screen.process(&show(&mut terminal, &wanted));
            prop_assert_eq!(same(screen.screen(), &wanted), Ok(()));
        }
    }
}

fn list(top: usize, marker: usize) -> Buffer {
    let rows: Vec<_> = (0..50).map(|y| (u8::try_from(1 + 6 * ((top + y) % 40)).unwrap(), 0)).collect();
    let mut buffer = picture(200, &rows, marker);
    buffer.set_string(0, 49, " footer that stays", STYLES[2]);
    for y in 1..49_u16 {
        buffer.set_string(190, y, format!("{}", usize::from(y) + top), STYLES[1]);
    }
    buffer.set_string(0, 0, " a head that stays where it is", STYLES[2]);
    buffer
}

#[test]
fn a_scrolled_row_costs_one_row() {
    let mut terminal = Terminal::new(Painter::new(Vec::new(), (200, 50))).unwrap();
    let mut screen = emulator((200, 50));
    let first = show(&mut terminal, &list(0, 48));
    screen.process(&first);
    for top in [1, 2, 3, 5, 4, 3, 0] {
        let bytes = show(&mut terminal, &list(top, if top > 2 { 1 } else { 48 }));
        screen.process(&bytes);
        assert_eq!(same(screen.screen(), &list(top, if top > 2 { 1 } else { 48 })), Ok(()));
        assert!(bytes.len() < 900, "{top}: {} of {}", bytes.len(), first.len());
    }
}

#[test]
fn moving_the_marker_costs_next_to_nothing_and_an_equal_frame_nothing() {
    let mut terminal = Terminal::new(Painter::new(Vec::new(), (200, 50))).unwrap();
    show(&mut terminal, &list(0, 3));
    assert!(show(&mut terminal, &list(0, 4)).len() < 40);
    assert_eq!(show(&mut terminal, &list(0, 4)), b"");
}

fn emulator((width, height): (u16, u16)) -> vt100::Parser {
    vt100::Parser::new(height.try_into().unwrap(), width.try_into().unwrap(), 0)
}

#[test]
fn a_link_opens_before_its_first_cell_and_closes_after_its_last() {
    let mut terminal = Terminal::new(Painter::new(Vec::new(), (30, 3))).unwrap();
    let mut picture = Buffer::empty(Rect::new(0, 0, 30, 3));
    picture.set_string(2, 1, "see code.example now", Style::new());
    let link = Link { y: 1, from: 6, to: 18, url: "https://code.example/x".to_owned() };
    terminal.backend_mut().link(vec![link.clone()]);
    let bytes = String::from_utf8(show(&mut terminal, &picture)).unwrap();
    assert!(bytes.contains("\x1b]8;;https://code.example/x\x1b\\code.example\x1b]8;;\x1b\\"), "{bytes:?}");
    // Nothing changes, nothing is sent; without the link the row is written without it.
    terminal.backend_mut().link(vec![link]);
    assert!(show(&mut terminal, &picture).is_empty());
    terminal.backend_mut().link(Vec::new());
    let bytes = String::from_utf8(show(&mut terminal, &picture)).unwrap();
    assert!(bytes.contains("code.example") && !bytes.contains("]8;;"), "{bytes:?}");
}
