//! Ogg Vorbis at quality 6 (about 190 kbit/s), tagged, with a serial number that repeats.

use super::{BLOCK, FormatError, Tags, watch};
use crate::audio::Audio;
use crate::engine::Control;
use std::io::Write;
use std::num::{NonZeroU8, NonZeroU32};
use vorbis_rs::{VorbisBitrateManagementStrategy, VorbisEncoderBuilder, VorbisError};

/// Vorbis quality 0.6: hardly to be told from the original, and peaks stay within a few tenths of
/// a decibel of it, so a master below -1 dBTP does not clip after decoding.
const QUALITY: f32 = 0.6;

pub(super) fn encode(
    audio: &Audio,
    tags: &Tags,
    out: &mut dyn Write,
    control: &mut dyn Control,
) -> Result<(), FormatError> {
    let rate = NonZeroU32::new(audio.sample_rate)
        .ok_or_else(|| FormatError::Unfit("the sample rate is zero".to_owned()))?;
    let channels = NonZeroU8::MIN.saturating_add(1);
    // Ogg wants serials that differ between streams that may be chained: the seed serves.
    let serial = (tags.seed ^ (tags.seed >> 32)) as u32;
    let mut builder =
        VorbisEncoderBuilder::new_with_serial(rate, channels, out, serial.cast_signed());
    builder.bitrate_management_strategy(VorbisBitrateManagementStrategy::QualityVbr {
        target_quality: QUALITY,
    });
    builder.comment_tags(tags.comments()).map_err(failed)?;
    let mut encoder = builder.build().map_err(failed)?;
    let frames = audio.left.len();
    for start in (0..frames).step_by(BLOCK) {
        watch(control, start, frames)?;
        let end = (start + BLOCK).min(frames);
        encoder
            .encode_audio_block([&audio.left[start..end], &audio.right[start..end]])
            .map_err(failed)?;
    }
    encoder.finish().map_err(failed)?;
    watch(control, frames, frames)
}

fn failed(error: VorbisError) -> FormatError {
    match error {
        VorbisError::Io(error) => FormatError::Io(error),
        other => FormatError::Encoder(other.to_string()),
    }
}
