//! RIFF WAVE: 16-bit PCM with a `LIST`/`INFO` chunk.
//!
//! Written here because hound, which reads it back in the tests, writes no `LIST` chunk and needs
//! to seek. The metadata comes before the data, where streaming readers find it.

use super::quantise::Quantiser;
use super::{BLOCK, FormatError, Tags, watch};
use crate::audio::Audio;
use crate::engine::Control;
use std::io::Write;

const CHANNELS: u16 = 2;
const BYTES_PER_FRAME: u32 = 4;

pub(super) fn encode(
    audio: &Audio,
    tags: &Tags,
    out: &mut dyn Write,
    control: &mut dyn Control,
) -> Result<(), FormatError> {
    out.write_all(&header(audio, tags)?)?;
    let mut quantiser = Quantiser::new();
    let mut samples = Vec::with_capacity(BLOCK * 2);
    let mut bytes = Vec::with_capacity(BLOCK * 4);
    let frames = audio.left.len();
    let mut start = 0;
    while start < frames {
        watch(control, start, frames)?;
        quantiser.block(audio, start, BLOCK, &mut samples);
        bytes.clear();
        for sample in &samples {
            bytes.extend_from_slice(&sample.to_le_bytes());
        }
        out.write_all(&bytes)?;
        start += BLOCK;
    }
    watch(control, frames, frames)
}

fn header(audio: &Audio, tags: &Tags) -> Result<Vec<u8>, FormatError> {
    let too_long = || FormatError::Unfit("a WAV file holds at most 4 GiB".to_owned());
    let data = u32::try_from(audio.left.len())
        .ok()
        .and_then(|frames| frames.checked_mul(BYTES_PER_FRAME))
        .ok_or_else(too_long)?;
    let mut head = Vec::new();
    head.extend_from_slice(b"WAVE");
    head.extend_from_slice(b"fmt ");
    head.extend_from_slice(&16_u32.to_le_bytes());
    head.extend_from_slice(&1_u16.to_le_bytes());
    head.extend_from_slice(&CHANNELS.to_le_bytes());
    head.extend_from_slice(&audio.sample_rate.to_le_bytes());
    let bytes_per_second = audio
        .sample_rate
        .checked_mul(BYTES_PER_FRAME)
        .ok_or_else(too_long)?;
    head.extend_from_slice(&bytes_per_second.to_le_bytes());
    head.extend_from_slice(&(BYTES_PER_FRAME as u16).to_le_bytes());
    head.extend_from_slice(&16_u16.to_le_bytes());
    let info = info_list(tags);
    chunk(&mut head, *b"LIST", &info).ok_or_else(too_long)?;
    head.extend_from_slice(b"data");
    head.extend_from_slice(&data.to_le_bytes());

    let riff = u32::try_from(head.len())
        .ok()
        .and_then(|length| length.checked_add(data))
        .ok_or_else(too_long)?;
    let mut file = Vec::with_capacity(head.len() + 8);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&riff.to_le_bytes());
    file.extend_from_slice(&head);
    Ok(file)
}

fn info_list(tags: &Tags) -> Vec<u8> {
    let mut list = b"INFO".to_vec();
    for (id, text) in tags.riff_info() {
        let mut value = text.into_bytes();
        // RIFF texts end with a NUL that counts as part of the chunk.
        value.push(0);
        chunk(&mut list, id, &value);
    }
    list
}

/// Appends a chunk, padded to an even length as RIFF asks; `None` when it is too long.
fn chunk(out: &mut Vec<u8>, id: [u8; 4], content: &[u8]) -> Option<()> {
    let length = u32::try_from(content.len()).ok()?;
    out.extend_from_slice(&id);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(content);
    if content.len() % 2 == 1 {
        out.push(0);
    }
    Some(())
}
