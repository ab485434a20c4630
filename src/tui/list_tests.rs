//! The window against the whole list in memory.

use proptest::prelude::*;

use super::*;

/// Answers a window over `rows`, which stand at their own numbers.
fn slice(rows: &[i64], window: &Window) -> Slice<i64> {
    let place = |cursor: &Cursor| match cursor.value {
        SortValue::Number(number) => number,
        _ => unreachable!(),
    };
    let limit = window.limit as usize;
    let (from, to) = match &window.at {
        At::First => (0, limit),
        At::Last => (rows.len().saturating_sub(limit), rows.len()),
        At::After(c) => {
            let from = rows.partition_point(|row| *row <= place(c));
            (from, from + limit)
        }
        At::Before(c) => {
            let to = rows.partition_point(|row| *row < place(c));
            (to.saturating_sub(limit), to)
        }
        At::From(c) => {
            let from = rows.partition_point(|row| *row < place(c));
            (from, from + limit)
        }
    };
    let (from, to) = (from.min(rows.len()), to.min(rows.len()));
    Slice {
        rows: rows[from..to].iter().map(|row| (placed(*row), *row)).collect(),
        at_start: from == 0,
        at_end: to == rows.len(),
        total: None,
    }
}

/// Answers everything that the list asks for, until it asks no more.
fn settle(list: &mut List<i64>, rows: &[i64], ticket: &mut u64) {
    for _ in 0..100 {
        *ticket += 1;
        let Some(window) = list.take(*ticket) else { return };
        assert!(window.limit as usize <= LONGEST);
        list.reply(*ticket, slice(rows, &window));
    }
    panic!("the list never stops asking");
}

fn seen(list: &List<i64>) -> Vec<i64> {
    list.visible().map(|(_, row)| *row).collect()
}

fn movement() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => (1_u32..9).prop_map(Move::Down),
        4 => (1_u32..9).prop_map(Move::Up),
        1 => (50_u32..5_000).prop_map(Move::Down),
        1 => (50_u32..5_000).prop_map(Move::Up),
        2 => (1_u32..4).prop_map(Move::PageDown),
        2 => (1_u32..4).prop_map(Move::PageUp),
        2 => (1_u32..4).prop_map(Move::HalfDown),
        2 => (1_u32..4).prop_map(Move::HalfUp),
        1 => Just(Move::First),
        1 => Just(Move::Last),
    ]
}

proptest! {
    #[test]
    fn any_movement_ends_where_it_would_in_the_whole_list(
        count in 0_i64..3_000,
        height in 1_u16..40,
        moves in prop::collection::vec((movement(), any::<bool>()), 1..40),
    ) {
        let rows: Vec<i64> = (0..count).map(|n| n * 10).collect();
        let mut list = List::default();
        let mut ticket = 0;
        list.resize(height);
        settle(&mut list, &rows, &mut ticket);
        let mut at = 0_i64;
        for (movement, at_once) in moves {
            let (page, half) = (i64::from(height), i64::from(height / 2).max(1));
            let by = match movement {
                Move::Down(n) => i64::from(n),
                Move::Up(n) => -i64::from(n),
                Move::PageDown(n) => i64::from(n) * page,
                Move::PageUp(n) => -i64::from(n) * page,
                Move::HalfDown(n) => i64::from(n) * half,
                Move::HalfUp(n) => -i64::from(n) * half,
                Move::First => -count,
                Move::Last => count,
                Move::Visible(_) => unreachable!(),
            };
            at = (at + by).clamp(0, (count - 1).max(0));
            list.go(movement);
            if !at_once || matches!(movement, Move::First | Move::Last) || list.owed != 0 {
                settle(&mut list, &rows, &mut ticket);
            }
            prop_assert_eq!(list.selected().copied(), (count > 0).then_some(at * 10));
        }
        settle(&mut list, &rows, &mut ticket);
        let visible = seen(&list);
        prop_assert_eq!(i64::try_from(visible.len()).unwrap(), count.min(i64::from(height)));
        prop_assert!(visible.windows(2).all(|pair| pair[1] == pair[0] + 10));
        prop_assert!(count == 0 || visible.contains(&(at * 10)));
        prop_assert!(list.rows.len() <= LONGEST + usize::from(height) * 12);
        prop_assert!(!list.is_waiting());
    }
}

fn filled(count: i64, height: u16) -> (List<i64>, Vec<i64>, u64) {
    let rows: Vec<i64> = (0..count).collect();
    let mut list = List::default();
    let mut ticket = 0;
    list.resize(height);
    settle(&mut list, &rows, &mut ticket);
    (list, rows, ticket)
}

#[test]
fn a_refresh_keeps_the_selected_row_where_it_stands() {
    let (mut list, mut rows, mut ticket) = filled(500, 10);
    list.go(Move::Down(100));
    settle(&mut list, &rows, &mut ticket);
    let (before, row) = (seen(&list), *list.selected().unwrap());
    list.refresh();
    settle(&mut list, &rows, &mut ticket);
    assert_eq!((seen(&list), *list.selected().unwrap()), (before, row));
    // Rows that went away above the seen ones, and one in their midst.
    rows.retain(|n| *n > 20 && *n != 95);
    list.refresh();
    settle(&mut list, &rows, &mut ticket);
    assert_eq!(*list.selected().unwrap(), row);
    assert_eq!(seen(&list).len(), 10);
}

#[test]
fn a_refresh_shows_new_rows_at_the_top_of_a_list_that_was_not_scrolled() {
    let (mut list, mut rows, mut ticket) = filled(50, 10);
    list.go(Move::Down(3));
    rows.insert(0, -5);
    list.refresh();
    settle(&mut list, &rows, &mut ticket);
    assert_eq!(*list.selected().unwrap(), 3);
    list.go(Move::First);
    assert_eq!(*list.selected().unwrap(), -5);
}

#[test]
fn a_list_that_has_shrunk_beyond_the_window_fills_it_from_before() {
    let (mut list, mut rows, mut ticket) = filled(500, 10);
    list.go(Move::Last);
    settle(&mut list, &rows, &mut ticket);
    rows.truncate(492);
    list.refresh();
    settle(&mut list, &rows, &mut ticket);
    assert_eq!(seen(&list), (482..492).collect::<Vec<_>>());
}

#[test]
fn a_late_answer_is_dropped() {
    let (mut list, rows, _) = filled(500, 10);
    list.restart();
    let window = list.take(901).unwrap();
    list.restart();
    list.take(902).unwrap();
    assert!(!list.awaits(901));
    list.reply(901, slice(&rows[100..], &window));
    assert!(list.awaits(902));
    assert_eq!(list.selected(), Some(&0));
}

#[test]
fn a_failed_answer_ends_the_waiting() {
    let mut list: List<i64> = List::default();
    list.take(1).unwrap();
    list.fail(1, "the disk is gone");
    assert_eq!(list.failure(), Some("the disk is gone"));
    assert!(!list.is_settling() && !list.is_waiting() && list.rows().next().is_none() && !list.wants());
}
