//! Findings of archives: each form of them, and each thing that can be wrong.

use std::io::{Cursor, Read};

use scanops_nessus::{Error, ErrorKind, Findings, Format, Limits, Verifier};
use zip::{CompressionMethod, write::SimpleFileOptions};

use crate::support::{self, Chunks, archive, ids, read_arriving, report, streamed, verify};

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
    let long_name = "n".repeat(65_000) + ".nessus";
    let long = [(&*long_name, &*one)];
    let binary = "\0\u{5}\u{16}\u{7}\0\u{2}Mac OS X";
    let with_companions =
        [("scan.nessus", &*one), ("__MACOSX/._scan.nessus", binary), ("d/._scan.nessus", binary)];
    for (form, archive, expected) in [
        ("deflated", archive(&entries, options()), 0..30),
        ("stored", archive(&entries, stored), 0..30),
        ("zip64", archive(&entries, options().large_file(true)), 0..30),
        ("stored zip64", archive(&entries, stored.large_file(true)), 0..30),
        ("streamed", streamed(&entries, options()), 0..30),
        ("streamed zip64", streamed(&entries, options().large_file(true)), 0..30),
        ("long name", archive(&long, options()), 0..20),
        ("streamed, long name", streamed(&long, options()), 0..20),
        ("companions of macOS", archive(&with_companions, options()), 0..20),
        // Made by `zip -r - folder | cat`, with an empty file.
        ("folder", include_bytes!("../data/streamed-with-an-empty-file.zip").to_vec(), 7..8),
    ] {
        let arriving = |size| {
            let (findings, error) = read_arriving(&archive, size);
            (ids(&findings), error)
        };
        // A byte, unless the archive is long.
        let small = archive.len().div_ceil(5000);
        for (how, (ids, error)) in [
            ("whole", read(&archive[..])),
            ("in small chunks", read(Chunks::new(&archive, &[small]))),
            ("arriving in small chunks", arriving(10 * small)),
            ("arriving in chunks of 1000", arriving(1000)),
        ] {
            assert!(error.is_none(), "{form}, {how}: {error:?}");
            assert!(ids.into_iter().eq(expected.clone()), "{form}, {how}");
        }
        verify(&archive, usize::MAX).unwrap();
    }
}

#[test]
fn an_archive_cut_anywhere_gives_findings_and_then_an_error() {
    let entries = [("a.nessus", &*report(0..3)), ("b.txt", "b"), ("c.nessus", &*report(3..5))];
    for archive in [archive(&entries, options()), streamed(&entries, options())] {
        for cut in 1..archive.len() {
            let (found, error) = read(&archive[..cut]);
            assert!(found.iter().copied().eq(0..u32::try_from(found.len()).unwrap()), "{cut}");
            let error = error.unwrap_or_else(|| panic!("cut at {cut}"));
            let kind = if cut < 2 { ErrorKind::NotAReport } else { ErrorKind::Archive };
            assert_eq!(error.kind(), kind, "cut at {cut}");
            let message = error.to_string();
            assert!(cut < 4 || message.contains("ends early"), "cut at {cut}: {message}");
            if cut % 7 == 0 {
                let (arrived, error) = read_arriving(&archive[..cut], 10);
                assert_eq!(ids(&arrived), found, "cut at {cut}");
                assert_eq!(error.unwrap().kind(), ErrorKind::Archive, "cut at {cut}");
            }
        }
        let central = archive.windows(4).position(|bytes| bytes == CENTRAL).unwrap();
        assert_eq!(read(&archive[..central]).0.len(), 5, "all findings come before the error");
    }
}

/// The first bytes of an entry of the directory.
const CENTRAL: &[u8] = b"PK\x01\x02";

#[test]
fn an_error_names_what_is_wrong_with_an_archive() {
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
    let long_name = "n".repeat(65_000) + ".nessus";
    let mut encrypted = archive(&[(&long_name, &document)], options());
    encrypted[6] |= 1;
    let name_in_directory = good.windows(8).rposition(|bytes| bytes == b"a.nessus").unwrap();
    for (archive, findings, message) in [
        (streamed, 3, "its checksum is"),
        (archive(&[("a.txt", "x")], options()), 0, "no entry whose name ends in .nessus"),
        (archive(&[], options()), 0, "no entry whose name ends in .nessus"),
        (changed(6, 1), 0, "\"a.nessus\" is encrypted"),
        (encrypted, 0, "is encrypted"),
        (changed(8, 12), 0, "compressed by method 12"),
        // A newer version of the format, and a flag: patched data.
        (changed(4, 99), 0, "features of the format that are not supported"),
        (changed(6, 1 << 5), 0, "features of the format that are not supported"),
        (changed(14, 0x55), 3, "its checksum is"),
        (changed(22, 0x55), 3, "its size is not"),
        (changed(name_in_directory, b'c'), 3, "does not match"),
        (changed(good.len() - 12, 7), 3, "does not match"),
        ([&good[..], b"tail"].concat(), 3, "follows its end"),
        (good[..good.len() - 22].to_vec(), 3, "ends early"),
        (archive(&[("a.nessus", "<html>")], options()), 0, "entry \"a.nessus\""),
    ] {
        let (ids, error) = read(&archive[..]);
        assert_eq!(ids.len(), findings, "{message}");
        for error in [error.unwrap(), verify(&archive, usize::MAX).unwrap_err()] {
            let error = error.to_string();
            assert!(error.contains(message) && error.len() < 1000, "{message}: {error}");
        }
    }
}

#[test]
fn an_archive_with_a_nessus_report_is_verified_as_one_whatever_is_beside_it() {
    let report = report(0..3);
    let (nessus, page) = (("a.nessus", &*report), ("index.xml", "<html/>"));
    let part = ("part.xml", "<oval_results/>");
    let verify = |entries: &[(&str, &str)]| {
        let mut verifier = Verifier::new();
        verifier.write(&archive(entries, options())).and_then(|()| verifier.finish())
    };
    let cases: [(&[_], _); 9] = [
        (&[nessus], Format::Nessus),
        (&[part, nessus], Format::Nessus),
        (&[nessus, part], Format::Nessus),
        (&[page, nessus], Format::Nessus),
        (&[nessus, page], Format::Nessus),
        (&[("a.xml", &*report)], Format::Nessus),
        (&[part, ("a.xml", &*report)], Format::Nessus),
        (&[part], Format::Scap),
        (&[part, ("b.xml", "no XML")], Format::Scap),
    ];
    for (entries, format) in cases {
        assert_eq!(verify(entries).unwrap().format, format, "{entries:?}");
    }
    for entries in [&[page][..], &[part, page], &[page, part]] {
        let error = verify(entries).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotAReport);
        assert!(error.to_string().contains("entry \"index.xml\""), "{error}");
    }
}

#[test]
fn a_changed_bit_is_noticed_unless_nothing_depends_on_it() {
    let entries = [("a.nessus", &*report(0..3)), ("b.txt", "b")];
    for archive in [archive(&entries, options()), streamed(&entries, options())] {
        let central = archive.windows(4).position(|bytes| bytes == CENTRAL).unwrap();
        let second = central + 46 + "a.nessus".len();
        let end = archive.len() - 22;
        // In the directory: the version and system that made it, attributes of the file.
        let free = |at: usize| {
            let in_record = |start: usize| {
                at.checked_sub(start).is_some_and(|at| matches!(at, 4..=7 | 36..=41))
            };
            (at >= central && at < second && in_record(central))
                || (at >= second && at < end && in_record(second))
        };
        // In the record before the content: the version that is needed, up to the newest; and what
        // the record after the content repeats, if there is one.
        let described_after = archive[6] & 8 != 0;
        let local = archive.windows(4).enumerate().filter(|(_, bytes)| *bytes == b"PK\x03\x04");
        let local: Vec<_> = local.map(|(start, _)| start).collect();
        let free_before_content = |at: usize| {
            local.iter().any(|start| match at.checked_sub(*start) {
                Some(4 | 5) => true,
                Some(14..=25) => described_after,
                _ => false,
            })
        };
        let mut unnoticed = Vec::new();
        for at in 0..archive.len() {
            for change in [1, 2, 4, 8, 16, 32, 64, 128] {
                let mut changed = archive.clone();
                changed[at] ^= change;
                let (ids, error) = read(&changed[..]);
                let verified = verify(&changed, usize::MAX).is_ok();
                assert_eq!(verified, error.is_none(), "byte {at} changed by {change}");
                if verified {
                    assert_eq!(ids.len(), 3, "byte {at} changed by {change}");
                    zip::ZipArchive::new(Cursor::new(&changed)).unwrap();
                    if !free(at) && !free_before_content(at) {
                        unnoticed.push((at, change));
                    }
                }
            }
        }
        // The last byte of deflated content has bits to spare.
        assert!(unnoticed.len() <= 14, "{unnoticed:?}");
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
