//! An address: its canonical form is a fixed point, so that one account has one address.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_security::authentication::accounts::EmailAddress;

fuzz_target!(|text: &str| {
    if let Ok(address) = EmailAddress::parse(text) {
        assert_eq!(EmailAddress::parse(address.as_str()).as_ref(), Ok(&address));
    }
});
