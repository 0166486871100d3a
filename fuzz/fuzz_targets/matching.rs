#![no_main]
use ldapwire::testing::fuzz;
libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::matching(octets));
