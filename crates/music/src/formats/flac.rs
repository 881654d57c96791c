//! FLAC: 16 bits, fixed blocks, Vorbis comments.
//!
//! Encoded frame by frame: flacenc's whole-stream call would keep the compressed piece in memory
//! and could not be stopped. The MD5 of the samples stands before them in the file, so the samples
//! are quantised twice; the dither repeats, hence so do they.

use super::quantise::Quantiser;
use super::{BLOCK, FormatError, Tags, watch};
use crate::audio::Audio;
use crate::engine::Control;
use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, MetadataBlockData, Stream};
use flacenc::config::Encoder;
use flacenc::error::Verify;
use flacenc::source::{Context, Fill, FrameBuf};
use std::io::Write;

const CHANNELS: usize = 2;
const BITS: usize = 16;
/// Metadata block type of Vorbis comments (RFC 9639, section 8).
const VORBIS_COMMENT: u8 = 4;

pub(super) fn encode(
    audio: &Audio,
    tags: &Tags,
    out: &mut dyn Write,
    control: &mut dyn Control,
) -> Result<(), FormatError> {
    let frames = audio.left.len();
    let mut stream =
        Stream::new(audio.sample_rate as usize, CHANNELS, BITS).map_err(|error| failed(&error))?;
    let digest = digest(audio, control)?;
    let info = stream.stream_info_mut();
    info.set_md5_digest(&digest);
    info.set_total_samples(frames);
    // Both the same, although the last block is shorter: the format exempts the last block, and
    // readers such as symphonia take unequal values for a stream with variable blocks.
    // Unknown in advance, and 0 says so.
    info.set_frame_sizes(0, 0).map_err(|error| failed(&error))?;
    info.set_block_sizes(BLOCK, BLOCK)
        .map_err(|error| failed(&error))?;
    let comments = MetadataBlockData::new_unknown(VORBIS_COMMENT, &comment_block(tags))
        .map_err(|error| failed(&error))?;
    stream.add_metadata_block(comments);
    write_bits(&stream, out)?;

    let mut config = Encoder::default();
    config.block_size = BLOCK;
    config.multithread = false;
    let config = config
        .into_verified()
        .map_err(|(_, error)| failed(&error))?;
    let mut quantiser = Quantiser::new();
    let (mut narrow, mut wide) = (Vec::new(), Vec::new());
    for (number, start) in (0..frames).step_by(BLOCK).enumerate() {
        watch(control, start, frames)?;
        quantiser.block(audio, start, BLOCK, &mut narrow);
        wide.clear();
        wide.extend(narrow.iter().map(|sample| i32::from(*sample)));
        let mut buffer =
            FrameBuf::with_size(CHANNELS, wide.len() / CHANNELS).map_err(|error| failed(&error))?;
        buffer
            .fill_interleaved(&wide)
            .map_err(|error| failed(&error))?;
        let frame =
            flacenc::encode_fixed_size_frame(&config, &buffer, number, stream.stream_info())
                .map_err(|error| failed(&error))?;
        write_bits(&frame, out)?;
    }
    watch(control, frames, frames)
}

fn digest(audio: &Audio, control: &mut dyn Control) -> Result<[u8; 16], FormatError> {
    let mut context = Context::new(BITS, CHANNELS);
    let mut quantiser = Quantiser::new();
    let (mut samples, mut bytes) = (Vec::new(), Vec::new());
    for start in (0..audio.left.len()).step_by(BLOCK) {
        watch(control, 0, audio.left.len())?;
        quantiser.block(audio, start, BLOCK, &mut samples);
        bytes.clear();
        bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        context
            .fill_le_bytes(&bytes, BITS / 8)
            .map_err(|error| failed(&error))?;
    }
    Ok(context.md5_digest())
}

fn comment_block(tags: &Tags) -> Vec<u8> {
    let mut block = Vec::new();
    let mut text = |value: &str| {
        block.extend_from_slice(&(value.len() as u32).to_le_bytes());
        block.extend_from_slice(value.as_bytes());
    };
    text("Music Gen AI, flacenc");
    let comments = tags.comments();
    let entries: Vec<String> = comments
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let count = entries.len() as u32;
    let mut tail = Vec::new();
    for entry in entries {
        tail.extend_from_slice(&(entry.len() as u32).to_le_bytes());
        tail.extend_from_slice(entry.as_bytes());
    }
    block.extend_from_slice(&count.to_le_bytes());
    block.extend_from_slice(&tail);
    block
}

fn write_bits(part: &impl BitRepr, out: &mut dyn Write) -> Result<(), FormatError> {
    let mut sink = ByteSink::with_capacity(part.count_bits());
    part.write(&mut sink).map_err(|error| failed(&error))?;
    out.write_all(sink.as_slice())?;
    Ok(())
}

fn failed(error: &impl std::fmt::Display) -> FormatError {
    FormatError::Encoder(error.to_string())
}
