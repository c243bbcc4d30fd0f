//! Findings of archives: each form of them, and each thing that can be wrong.

use std::io::{Cursor, Read};

use proptest::prelude::*;
use scanops_nessus::{Error, ErrorKind, Findings, Limits, Verifier};
use zip::{CompressionMethod, write::SimpleFileOptions};

use crate::support::{self, Chunks, archive, ids, read_arriving, report, streamed};

/// The ids of the findings up to the first error, and that error.
fn read(archive: impl Read) -> (Vec<u32>, Option<Error>) {
    let (findings, error) = support::read(archive);
    (ids(&findings), error)
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

#[test]
fn each_form_of_archive_is_read() {
    let (one, two) = (report(0..20), report(20..30));
    let entries =
        [("readme.txt", "hello"), ("a.nessus", &*one), ("empty", ""), ("dir/B.NESSUS", &*two)];
    let stored = options().compression_method(CompressionMethod::Stored);
    for (form, archive) in [
        ("deflated", archive(&entries, options())),
        ("stored", archive(&entries, stored)),
        ("zip64", archive(&entries, options().large_file(true))),
        ("stored zip64", archive(&entries, stored.large_file(true))),
        ("streamed", streamed(&entries, options())),
        ("streamed zip64", streamed(&entries, options().large_file(true))),
    ] {
        let all: Vec<_> = (0..30).collect();
        let check = |how: &str, ids: &[u32], error: Option<Error>| {
            assert!(error.is_none(), "{form}, {how}: {error:?}");
            assert_eq!(ids, all, "{form}, {how}");
        };
        for (how, (ids, error)) in
            [("whole", read(&archive[..])), ("in bytes", read(Chunks::new(&archive, &[1])))]
        {
            check(how, &ids, error);
        }
        for size in [10, 1000] {
            let (findings, error) = read_arriving(&archive, size);
            check(&format!("arriving in chunks of {size}"), &ids(&findings), error);
        }
    }
}

#[test]
fn an_archive_cut_anywhere_gives_findings_and_then_an_error() {
    let entries = [("a.nessus", &*report(0..5)), ("b.nessus", &*report(5..9))];
    for archive in [archive(&entries, options()), streamed(&entries, options())] {
        for cut in 1..archive.len() {
            let (ids, error) = read(&archive[..cut]);
            assert!(ids.iter().copied().eq(0..u32::try_from(ids.len()).unwrap()), "cut at {cut}");
            let error = error.unwrap_or_else(|| panic!("cut at {cut}"));
            let kind = if cut < 2 { ErrorKind::NotAReport } else { ErrorKind::Archive };
            assert_eq!(error.kind(), kind, "cut at {cut}");
            let message = error.to_string();
            assert!(cut < 4 || message.contains("ends early"), "cut at {cut}: {message}");
        }
        let central = archive.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        assert_eq!(read(&archive[..central]).0.len(), 9, "all findings come before the error");
    }
}

#[test]
fn a_changed_byte_is_noticed_or_makes_no_difference() {
    let entries = [("a.nessus", &*report(0..20))];
    for archive in [archive(&entries, options()), streamed(&entries, options())] {
        let content =
            30 + "a.nessus".len()..archive.windows(4).rposition(|b| b == b"PK\x01\x02").unwrap();
        let mut unnoticed = 0;
        for at in content {
            for change in [1, 0x80, 0xff] {
                let mut archive = archive.clone();
                archive[at] ^= change;
                let (ids, error) = read(&archive[..]);
                unnoticed += usize::from(error.is_none());
                assert!(error.is_some() || ids.len() == 20, "byte {at} changed by {change}");
            }
        }
        assert!(unnoticed <= 1, "the last byte that was deflated has bits to spare");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let document = report(0..3);
    let good = archive(&[("a.nessus", &document)], options());
    let changed = |at: usize, to: u8| {
        let mut archive = good.clone();
        archive[at] = to;
        archive
    };
    let mut streamed = streamed(&[("a.nessus", &document)], options());
    let descriptor = streamed.windows(4).position(|four| four == b"PK\x07\x08").unwrap();
    streamed[descriptor + 4] ^= 1;
    for (archive, findings, message) in [
        (streamed, 3, "its checksum is"),
        (archive(&[("a.txt", "x")], options()), 0, "no entry whose name ends in .nessus"),
        (archive(&[], options()), 0, "no entry whose name ends in .nessus"),
        (changed(6, 1), 0, "\"a.nessus\" is encrypted"),
        (changed(8, 12), 0, "compressed by method 12"),
        (changed(14, 0x55), 3, "its checksum is"),
        (changed(22, 0x55), 3, "its size is not"),
        (changed(good.len() - 12, 7), 3, "does not match"),
        ([&good[..], b"tail"].concat(), 3, "follows its end"),
        (good[..good.len() - 22].to_vec(), 3, "ends early"),
        (archive(&[("a.nessus", "<html>")], options()), 0, "entry \"a.nessus\""),
    ] {
        let (ids, error) = read(&archive[..]);
        let error = error.unwrap_or_else(|| panic!("{message}")).to_string();
        assert_eq!(ids.len(), findings, "{error}");
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn an_archive_of_a_folder_with_an_empty_file_is_read() {
    // Made by `zip -r - folder | cat`.
    let archive = include_bytes!("../data/streamed-with-an-empty-file.zip");
    for (ids, error) in [read(&archive[..]), read(Chunks::new(archive, &[1]))] {
        assert!(error.is_none(), "{error:?}");
        assert_eq!(ids, [7]);
    }
    verify(archive).unwrap();
}

#[test]
fn companions_of_macos_are_not_reports() {
    let document = report(0..3);
    let binary = "\0\u{5}\u{16}\u{7}\0\u{2}Mac OS X";
    let entries = [
        ("scan.nessus", &*document),
        ("__MACOSX/._scan.nessus", binary),
        ("d/._scan.nessus", binary),
    ];
    let archive = archive(&entries, options());
    let (ids, error) = read(&archive[..]);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, [0, 1, 2]);
    verify(&archive).unwrap();
}

fn verify(archive: &[u8]) -> Result<(), Error> {
    let mut verifier = Verifier::new();
    verifier.write(archive)?;
    verifier.finish().map(drop)
}

#[test]
fn a_changed_bit_is_noticed_unless_nothing_depends_on_it() {
    let entries = [("a.nessus", &*report(0..20)), ("b.txt", "b")];
    let archive = archive(&entries, options());
    let central = archive.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let second = central + 46 + "a.nessus".len();
    let end = archive.len() - 22;
    // In the directory: the version and system that made it, attributes of the file.
    let free = |at: usize| {
        let in_record =
            |start: usize| at.checked_sub(start).is_some_and(|at| matches!(at, 4..=7 | 36..=41));
        (at >= central && at < second && in_record(central))
            || (at >= second && at < end && in_record(second))
    };
    // In the record before the content: the version that is needed, up to the newest.
    let local = archive.windows(4).enumerate().filter(|(_, bytes)| *bytes == b"PK\x03\x04");
    let versions: Vec<_> = local.flat_map(|(at, _)| [at + 4, at + 5]).collect();
    let mut unnoticed = Vec::new();
    for at in 0..archive.len() {
        for bit in 0..8 {
            let mut changed = archive.clone();
            changed[at] ^= 1 << bit;
            let verified = verify(&changed).is_ok();
            assert_eq!(verified, read(&changed[..]).1.is_none(), "byte {at}, bit {bit}");
            if verified && !free(at) && !versions.contains(&at) {
                unnoticed.push((at, bit));
            }
            if verified {
                zip::ZipArchive::new(Cursor::new(&changed)).unwrap();
            }
        }
    }
    assert!(
        unnoticed.len() <= 14,
        "the last byte of deflated content has bits to spare: {unnoticed:?}"
    );
}

#[test]
fn a_name_that_differs_in_the_directory_is_noticed() {
    let mut archive = archive(&[("a.nessus", &report(0..3))], options());
    let at = archive.windows(8).rposition(|bytes| bytes == b"a.nessus").unwrap();
    archive[at] = b'c';
    let error = verify(&archive).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Archive);
    assert!(error.to_string().contains("does not match"), "{error}");
}

#[test]
fn an_archive_of_several_reports_that_breaks_off_while_it_arrives_gives_what_came() {
    let entries = [("a.nessus", &*report(0..5)), ("b.txt", "b"), ("c.nessus", &*report(5..9))];
    for archive in [archive(&entries, options()), streamed(&entries, options())] {
        for cut in (4..archive.len()).step_by(7) {
            let (findings, error) = read_arriving(&archive[..cut], 10);
            let (expected, _) = read(&archive[..cut]);
            assert_eq!(ids(&findings), expected, "cut at {cut}");
            assert_eq!(error.unwrap().kind(), ErrorKind::Archive, "cut at {cut}");
        }
    }
}

#[test]
fn a_long_name_of_an_entry_is_read_and_shortened_in_errors() {
    let name = "n".repeat(65_000) + ".nessus";
    let document = report(0..3);
    for archive in
        [archive(&[(&*name, &*document)], options()), streamed(&[(&*name, &*document)], options())]
    {
        let (ids, error) = read(&archive[..]);
        assert!(error.is_none(), "{error:?}");
        assert_eq!(ids, [0, 1, 2]);
        verify(&archive).unwrap();
        let mut encrypted = archive;
        encrypted[6] |= 1;
        let error = read(&encrypted[..]).1.unwrap();
        assert_eq!(error.kind(), ErrorKind::Archive);
        assert!(error.to_string().contains("is encrypted"), "{error}");
        assert!(error.to_string().len() < 1000, "{}", error.to_string().len());
    }
}

#[test]
fn what_inflates_without_end_is_stopped() {
    let bomb = format!("<NessusClientData_v2><!--{}--></NessusClientData_v2>", " ".repeat(1 << 20));
    let archive = archive(&[("a.nessus", &bomb)], options());
    assert!(read(&archive[..]).1.is_none(), "below the floor it does no harm");
    let limits = Limits::default().ratio(100).ratio_floor(1000);
    let error = Findings::with_limits(&archive[..], limits).next().unwrap().unwrap_err();
    assert!(error.to_string().contains("more than 100 times"), "{error}");
}

proptest! {
    #[test]
    fn no_bytes_after_the_signature_make_it_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let _ = read(b"PK\x03\x04".chain(&bytes[..]));
    }

    #[test]
    fn no_change_of_a_byte_makes_it_panic(at in 0_usize..100_000, byte: u8) {
        let mut archive = streamed(&[("a.nessus", &report(0..9))], options());
        let at = at % archive.len();
        archive[at] = byte;
        let (ids, error) = read(&archive[..]);
        prop_assert!(ids.len() == 9 || error.is_some());
    }
}
