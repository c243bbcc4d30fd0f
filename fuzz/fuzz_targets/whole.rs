#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scanops_nessus::fuzzing::whole(bytes));
