//! Elementary functions that give the same bits on every platform.
//!
//! The standard library's `sin` and `exp` come from the system's mathematics library, whose last
//! digit differs between systems; a rendered file would differ with it. These are made of additions
//! and multiplications alone, which IEEE 754 defines exactly.

use std::f64::consts::{LN_2, PI};

/// Sine of a phase given as a fraction of 2^32 of a turn. Error below 2e-7.
pub(crate) fn sine(phase: u32) -> f32 {
    // Half turns in -1.0 .. 1.0; the minimax polynomial has the zeros of sin(πx) built in.
    let x = phase.cast_signed() as f32 / 2_147_483_648.0;
    let q = x * x;
    let p = 3.141_591_3
        + q * (-2.026_083_8 + q * (0.523_780_46 + q * (-0.074_459_37 + q * 0.005_973_294)));
    x * (1.0 - q) * p
}

/// Sine of an angle given in turns. Error below 1e-11.
pub(crate) fn sine_turns(turns: f64) -> f64 {
    let mut x = turns - turns.round();
    if x > 0.25 {
        x = 0.5 - x;
    } else if x < -0.25 {
        x = -0.5 - x;
    }
    let angle = 2.0 * PI * x;
    let q = angle * angle;
    let mut term = angle;
    let mut sum = angle;
    for k in 1..9 {
        let n = f64::from(2 * k);
        term *= -q / (n * (n + 1.0));
        sum += term;
    }
    sum
}

/// Cosine of an angle given in turns.
pub(crate) fn cosine_turns(turns: f64) -> f64 {
    sine_turns(turns + 0.25)
}

/// Two to the power of `x`; error below 1e-12 of the value.
pub(crate) fn exp2(x: f64) -> f64 {
    let x = x.clamp(-1000.0, 1000.0);
    let whole = x.round();
    let f = (x - whole) * LN_2;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..12 {
        term *= f / f64::from(n);
        sum += term;
    }
    let exponent = (whole as i64 + 1023) as u64;
    sum * f64::from_bits(exponent << 52)
}

/// Natural exponential.
pub(crate) fn exp(x: f64) -> f64 {
    exp2(x / LN_2)
}

/// A whole power, by squaring; `powi` promises no bits.
pub(crate) fn power(base: f32, exponent: usize) -> f32 {
    let (mut result, mut square, mut left) = (1.0, base, exponent);
    while left > 0 {
        if left & 1 == 1 {
            result *= square;
        }
        square *= square;
        left >>= 1;
    }
    result
}

/// Amplitude of a level in decibels.
pub(crate) fn gain(decibels: f32) -> f32 {
    exp2(f64::from(decibels) * 0.166_096_404_744_368_1) as f32
}

/// Frequency of a MIDI number, fractions included, at A = 440 Hz.
pub(crate) fn hertz(pitch: f64) -> f64 {
    440.0 * exp2((pitch - 69.0) / 12.0)
}

/// Saturation: a rational function close to the hyperbolic tangent, ±1 from ±3 on.
pub(crate) fn saturate(x: f32) -> f32 {
    let x = x.clamp(-3.0, 3.0);
    x * (27.0 + x * x) / (27.0 + 9.0 * x * x)
}

/// The angle in turns whose tangent is `y / x`, by halving the interval; for set-up, not for audio.
pub(crate) fn arc_turns(y: f64, x: f64) -> f64 {
    // Newton's method on sin(θ)·x − cos(θ)·y = 0 converges from any start within a quarter turn.
    let length = (x * x + y * y).sqrt();
    if length == 0.0 {
        return 0.0;
    }
    let (y, x) = (y / length, x / length);
    let mut turns = if x >= 0.0 {
        y * 0.16
    } else {
        y.signum() * 0.5 - y * 0.16
    };
    for _ in 0..6 {
        let (s, c) = (sine_turns(turns), cosine_turns(turns));
        let error = s * x - c * y;
        let slope = c * x + s * y;
        turns -= error / (slope * 2.0 * PI);
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standard_library() {
        for step in -400..400 {
            let x = f64::from(step) / 97.0;
            assert!(
                (sine_turns(x) - (x * 2.0 * PI).sin()).abs() < 1e-9,
                "sin {x}"
            );
            assert!((exp2(x) / x.exp2() - 1.0).abs() < 1e-11, "exp2 {x}");
            let phase = ((x - x.floor()) * 4_294_967_296.0) as u32;
            assert!(
                (f64::from(sine(phase)) - (x * 2.0 * PI).sin()).abs() < 1e-6,
                "sine {x}"
            );
            let (y, c) = ((x * 2.0 * PI).sin(), (x * 2.0 * PI).cos());
            let turn = arc_turns(y, c);
            assert!(
                (turn - y.atan2(c) / (2.0 * PI)).abs() < 1e-9,
                "arc {x}: {turn}"
            );
        }
        for exponent in [0, 1, 2, 31, 32, 33] {
            let expected = 0.9993_f64.powi(exponent);
            let got = f64::from(power(0.9993, exponent as usize));
            assert!((got - expected).abs() < 1e-5, "power {exponent}: {got}");
        }
        assert!((hertz(60.0) - 261.625_565_3).abs() < 1e-6);
        assert!((gain(-6.0) - 0.501_187_2).abs() < 1e-6);
    }
}
