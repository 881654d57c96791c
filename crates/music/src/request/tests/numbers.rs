use super::*;

/// Each number at, just above and just below its bounds, and as no number at all.
#[test]
fn numbers_and_their_bounds() {
    let fields: [Number; 5] = [
        (
            "/duration",
            |draft, value| draft.duration = Some(value),
            1.0,
            600.0,
        ),
        (
            "/tempo",
            |draft, value| draft.tempo = Some(value),
            40.0,
            240.0,
        ),
        (
            "/temperature",
            |draft, value| draft.temperature = Some(value),
            0.1,
            2.0,
        ),
        ("/top_p", |draft, value| draft.top_p = Some(value), 0.0, 1.0),
        (
            "/guidance_scale",
            |draft, value| draft.guidance_scale = Some(value),
            1.0,
            10.0,
        ),
    ];
    for (pointer, set, least, most) in fields {
        let with = |value: f64| {
            let mut draft = draft();
            set(&mut draft, value);
            draft
        };
        for good in [
            least,
            least.next_up(),
            f64::midpoint(least, most),
            most.next_down(),
            most,
        ] {
            assert_eq!(faults(with(good)), [], "{pointer} {good}");
        }
        for bad in [least.next_down(), most.next_up(), -1.0, 1e308, f64::MIN] {
            assert_fault(with(bad), pointer, "out_of_range");
        }
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_fault(with(bad), pointer, "format");
        }
    }
}

#[test]
fn whole_numbers_and_their_bounds() {
    for good in [0, 1, MAX_SEED - 1, MAX_SEED] {
        let request = GenerationRequest::new(Draft {
            seed: Some(good),
            ..draft()
        })
        .unwrap();
        assert_eq!(request.seed(), Some(good));
    }
    for bad in [MAX_SEED + 1, u64::MAX] {
        assert_fault(
            Draft {
                seed: Some(bad),
                ..draft()
            },
            "/seed",
            "out_of_range",
        );
    }
    for good in [0, 1, 2047, 2048] {
        assert_eq!(
            faults(Draft {
                top_k: Some(good),
                ..draft()
            }),
            []
        );
    }
    for bad in [2049, u64::from(u32::MAX) + 1, u64::MAX] {
        assert_fault(
            Draft {
                top_k: Some(bad),
                ..draft()
            },
            "/top_k",
            "out_of_range",
        );
    }
    for good in SAMPLE_RATES {
        let rate = Some(u64::from(good));
        let request = GenerationRequest::new(Draft {
            sample_rate: rate,
            ..draft()
        })
        .unwrap();
        assert_eq!(request.sample_rate(), good);
    }
    for bad in [0, 8000, 31_999, 44_099, 44_101, 48_001, u64::MAX] {
        assert_fault(
            Draft {
                sample_rate: Some(bad),
                ..draft()
            },
            "/sample_rate",
            "not_one_of",
        );
    }
}
