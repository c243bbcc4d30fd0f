use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};

use super::*;

const HOUR: Duration = Duration::from_secs(3600);
const HOUR_MS: i64 = 3_600_000;

fn at(time: i64, id: u64) -> Position {
    Position { time, id }
}

fn stored(cursor: &Cursor) -> Cursor {
    serde_json::from_str(&serde_json::to_string(cursor).unwrap()).unwrap()
}

#[test]
fn an_unacknowledged_version_is_due_however_far_the_others_have_come() {
    let mut cursor = Cursor::new();
    for day in 1..400 {
        let version = at(day * 24 * HOUR_MS, day.unsigned_abs());
        cursor.begin(version, i64::MAX, HOUR).unwrap();
        if day != 7 {
            cursor.acknowledge(version);
        }
    }
    let cursor = stored(&cursor);
    assert!(cursor.is_due(at(7 * 24 * HOUR_MS, 7)));
    assert!(!cursor.is_due(at(8 * 24 * HOUR_MS, 8)));
    assert_eq!((cursor.unacknowledged(), cursor.seen.len()), (1, 1));
}

#[test]
fn what_becomes_visible_late_is_due_within_the_overlap() {
    let mut cursor = Cursor::since(Timestamp::UNIX_EPOCH);
    cursor.begin(at(10 * HOUR_MS, 1), i64::MAX, HOUR).unwrap();
    cursor.acknowledge(at(10 * HOUR_MS, 1));
    assert!(cursor.is_due(at(9 * HOUR_MS, 2)));
    assert!(!cursor.is_due(at(9 * HOUR_MS - 1, 2)));
    assert!(!cursor.is_due(at(10 * HOUR_MS, 1)), "what was acknowledged does not come again");
    assert!(cursor.is_due(at(10 * HOUR_MS + 1, 1)), "imported again");
}

#[test]
fn what_comes_again_hides_nothing() {
    let mut cursor = Cursor::new();
    cursor.begin(at(10 * HOUR_MS, 1), i64::MAX, 5 * HOUR).unwrap();
    // The next run has a shorter overlap, and begins with what was not acknowledged.
    cursor.begin(at(10 * HOUR_MS, 1), i64::MAX, HOUR).unwrap();
    assert!(cursor.is_due(at(7 * HOUR_MS, 2)));
}

#[test]
fn a_time_that_is_yet_to_come_hides_nothing() {
    let mut cursor = Cursor::new();
    let future = at(1_000_000 * HOUR_MS, 1);
    cursor.begin(future, 10 * HOUR_MS, HOUR).unwrap();
    cursor.acknowledge(future);
    assert!(cursor.is_due(at(9 * HOUR_MS, 2)));
    assert!(!cursor.is_due(future));
}

#[test]
fn a_clock_that_was_ahead_hides_nothing_once_it_is_right() {
    let mut cursor = Cursor::new();
    let (wrong, right) = (1000 * HOUR_MS, 10 * HOUR_MS);
    cursor.begin(at(wrong, 1), wrong, HOUR).unwrap();
    cursor.acknowledge(at(wrong, 1));
    cursor.begin(at(wrong, 2), wrong, HOUR).unwrap();
    let mut cursor = stored(&cursor);
    assert!(!cursor.is_due(at(right, 3)));
    cursor.check_clock(right, HOUR);
    assert!(cursor.is_due(at(right, 3)) && cursor.is_due(at(right - HOUR_MS, 4)));
    assert!(!cursor.is_due(at(right - HOUR_MS - 1, 4)));
    assert!(!cursor.is_due(at(wrong, 1)) && cursor.is_due(at(wrong, 2)));

    // With a clock that is right, nothing changes.
    let before = cursor.clone();
    cursor.check_clock(right, HOUR);
    assert_eq!(cursor, before);
}

#[test]
fn a_cursor_stays_small_whatever_it_has_seen() {
    let mut cursor = Cursor::new();
    // All in one second: the overlap becomes shorter.
    for id in 1..=100_000 {
        cursor.begin(at(HOUR_MS, id), i64::MAX, HOUR).unwrap();
        cursor.acknowledge(at(HOUR_MS, id));
    }
    assert_eq!(cursor.seen.len(), MAX_SEEN);
    assert!((1..=100_000).all(|id| !cursor.is_due(at(HOUR_MS, id))));
    assert!(cursor.is_due(at(HOUR_MS, 100_001)));

    // Those that are not acknowledged have a limit.
    let mut id = 100_000;
    let error = loop {
        id += 1;
        if let Err(error) = cursor.begin(at(HOUR_MS, id), i64::MAX, HOUR) {
            break error;
        }
    };
    assert!(error.to_string().contains("not acknowledged"), "{error}");
    assert_eq!(id, 100_001 + MAX_OPEN as u64);
    assert!(cursor.is_due(at(HOUR_MS, id)), "what was not given out is due");
    assert!(serde_json::to_string(&cursor).unwrap().len() < 1_000_000);
}

#[test]
fn a_cursor_belongs_to_one_server() {
    let mut cursor = Cursor::new();
    cursor.bind("https://one.example.com").unwrap();
    cursor.bind("https://one.example.com").unwrap();
    let error = stored(&cursor).bind("https://two.example.com").unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("https://one.example.com"), "{error}");
}

#[test]
fn a_cursor_of_another_version_is_not_read() {
    let mut value = serde_json::to_value(Cursor::new()).unwrap();
    assert!(serde_json::from_value::<Cursor>(value.clone()).is_ok());
    value["version"] = 2.into();
    let error = serde_json::from_value::<Cursor>(value).unwrap_err();
    assert!(error.to_string().contains("version 2"), "{error}");
}

#[tokio::test]
async fn a_cursor_is_saved_as_a_whole_and_a_missing_file_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cursor.json");
    let error = Cursor::load(&path).await.unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
    let first = Cursor::load_or(&path, Cursor::since(Timestamp::UNIX_EPOCH)).await.unwrap();
    assert_eq!(first, Cursor::since(Timestamp::UNIX_EPOCH));

    let mut cursor = first;
    cursor.begin(at(5, 5), 10, HOUR).unwrap();
    for _ in 0..2 {
        cursor.save(&path).await.unwrap();
        assert_eq!(Cursor::load(&path).await.unwrap(), cursor);
        cursor.acknowledge(at(5, 5));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    std::fs::write(&path, b"{\"version\":1").unwrap();
    for read in [Cursor::load(&path).await, Cursor::load_or(&path, Cursor::new()).await] {
        let error = read.unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Io);
        assert!(error.to_string().contains("is not a cursor"), "{error}");
    }
}

/// What happens between two runs, and in one.
#[derive(Clone, Debug)]
struct Run {
    /// Versions that become visible before it: how long ago they became ready, and their ids.
    new: Vec<(i64, u64)>,
    /// Which of what is given out is acknowledged, and how far the run comes.
    acknowledged: Vec<bool>,
    /// In which order they are acknowledged, and after which of them the cursor is stored.
    order: Vec<u16>,
    stored_after: usize,
}

fn run() -> impl Strategy<Value = Run> {
    (
        vec((0..HOUR_MS, 0..6_u64), 0..6),
        vec(prop::bool::weighted(0.8), 0..12),
        vec(any::<u16>(), 12),
        0..12_usize,
    )
        .prop_map(|(new, acknowledged, order, stored_after)| Run {
            new,
            acknowledged,
            order,
            stored_after,
        })
}

proptest! {
    /// A naive model remembers everything for ever. Versions become visible up to the overlap
    /// after their time; runs end anywhere, and acknowledge in any order.
    #[test]
    fn what_is_due_is_what_was_not_acknowledged_and_stored(runs in vec(run(), 1..12)) {
        let mut kept = Cursor::new();
        let mut now = 100 * HOUR_MS;
        // All versions that are visible, and whether each is acknowledged by the stored cursor.
        let mut model: BTreeMap<(i64, u64), bool> = BTreeMap::new();
        for Run { new, acknowledged, order, stored_after } in runs {
            now += HOUR_MS / 2;
            for (age, id) in new {
                model.entry((now - age, id)).or_insert(false);
            }
            let mut cursor = stored(&kept);
            let due: Vec<Position> = model.keys().copied().map(Position::from)
                .filter(|version| cursor.is_due(*version)).collect();
            let naive: Vec<Position> =
                model.iter().filter(|(_, done)| !**done).map(|(it, _)| (*it).into()).collect();
            prop_assert_eq!(&due, &naive);

            // A part of it is given out, what is open first; of that a part is acknowledged, in any
            // order.
            let mut due = due;
            due.sort_by_key(|version| !cursor.is_open(*version));
            let given: Vec<_> = due.into_iter().zip(acknowledged).collect();
            for (version, _) in &given {
                cursor.begin(*version, now, HOUR).unwrap();
            }
            let mut acknowledged: Vec<_> =
                given.iter().filter(|(_, yes)| *yes).map(|(version, _)| *version).collect();
            acknowledged.sort_by_key(|version| order[(version.id % 12) as usize]);
            let mut done = model.clone();
            for (number, version) in acknowledged.into_iter().enumerate() {
                cursor.acknowledge(version);
                done.insert(version.into(), true);
                if number == stored_after {
                    (kept, model) = (stored(&cursor), done.clone());
                }
            }
            prop_assert!(cursor.seen.len() <= model.len());
            prop_assert!(cursor.seen.iter().all(|seen| *seen >= cursor.done_before));
        }
    }
}
