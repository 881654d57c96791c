//! A policy file: refused, or its policy written out makes the same policy; and no role but `admin` is
//! above denials.
#![no_main]

use libfuzzer_sys::fuzz_target;
use musicgen_security::authorization::{Permission, Policy, RoleName};

fuzz_target!(|text: &str| {
    match Policy::parse(text) {
        Ok(policy) => {
            assert_eq!(Policy::parse(&policy.to_string()).as_ref(), Ok(&policy));
            let admin = policy.grants(&[RoleName::ADMIN]);
            assert!(
                Permission::NAMED
                    .iter()
                    .all(|permission| admin.allow(permission))
            );
        }
        Err(faults) => {
            assert!((1..=101).contains(&faults.faults().len()));
            assert!(
                faults
                    .faults()
                    .iter()
                    .all(|fault| fault.what().len() < 2_000)
            );
        }
    }
});
