//! What stands around each change in the log.
//!
//! ```text
//! # 17 83 4f1d33c2a90b5e77        number, octets that follow, the first 64 bits of their SHA-256 with the number
//! dn: uid=ada,dc=example
//! changetype: modify
//! ...
//! ```

use sha2::{Digest, Sha256};

/// Changes that were made together, and are made together again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    pub(super) sequence: u64,
    /// Change records.
    pub(super) body: &'a [u8],
}

/// Why a log cannot be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing is left.
    None,
    /// What is left was not completed.
    Torn,
    /// There are whole changes behind what cannot be read: the file was damaged later.
    Damaged,
}

/// What a file of the folder begins with.
pub(super) const HEAD: &[u8] = b"version: 1\n\n";

/// The longest first line of a frame: two numbers of 64 bits and the checksum.
const LONGEST_LINE: usize = 64;

/// Writes a frame.
pub(super) fn write(frame: Frame<'_>, target: &mut Vec<u8>) {
    let Frame { sequence, body } = frame;
    let line = format!("# {sequence} {} {:016x}\n", body.len(), checksum(sequence, body));
    target.extend_from_slice(line.as_bytes());
    target.extend_from_slice(body);
}

/// Reads the frames of a log; returns them, where the last ends, and what follows.
pub(super) fn read_all(log: &[u8]) -> (Vec<Frame<'_>>, usize, Rest) {
    let Some(mut rest) = log.strip_prefix(HEAD) else {
        // Not even that was completed.
        let rest = if log.is_empty() { Rest::None } else { tear(log) };
        return (Vec::new(), 0, rest);
    };
    let mut frames = Vec::new();
    while let Some((frame, behind)) = read(rest) {
        frames.push(frame);
        rest = behind;
    }
    let end = log.len() - rest.len();
    (frames, end, if rest.is_empty() { Rest::None } else { tear(rest) })
}

/// Tells an end that was not completed from damage: there is nothing whole behind it.
fn tear(rest: &[u8]) -> Rest {
    // The end of the line before may be what is damaged.
    let mut starts = memchr::memmem::find_iter(rest, b"# ");
    let is_whole = |start| rest.get(start..).and_then(read).is_some();
    if starts.any(is_whole) { Rest::Damaged } else { Rest::Torn }
}

/// Reads the frame that stands first, if it is whole.
fn read(octets: &[u8]) -> Option<(Frame<'_>, &[u8])> {
    let end = memchr::memchr(b'\n', octets.get(..octets.len().min(LONGEST_LINE))?)?;
    let (line, rest) = octets.split_at_checked(end)?;
    let line = std::str::from_utf8(line).ok()?.strip_prefix("# ")?;
    let mut fields = line.split(' ');
    let sequence: u64 = fields.next()?.parse().ok()?;
    let length: usize = fields.next()?.parse().ok()?;
    let sum = u64::from_str_radix(fields.next()?, 16).ok()?;
    let (body, behind) = rest.get(1..)?.split_at_checked(length)?;
    (fields.next().is_none() && checksum(sequence, body) == sum).then_some((Frame { sequence, body }, behind))
}

fn checksum(sequence: u64, body: &[u8]) -> u64 {
    let digest = Sha256::new().chain_update(sequence.to_be_bytes()).chain_update(body).finalize();
    digest.iter().take(8).fold(0, |sum, octet| sum << 8 | u64::from(*octet))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(bodies: &[&[u8]]) -> Vec<u8> {
        let mut log = HEAD.to_vec();
        for (sequence, body) in (1..).zip(bodies) {
            write(Frame { sequence, body }, &mut log);
        }
        log
    }

    #[test]
    fn a_log_cut_at_each_octet_has_the_whole_frames_before_the_cut() {
        let bodies: [&[u8]; 4] = [b"dn: cn=a\n\n", b"", b"# 9 0 0\n", b"dn: cn=b\nchangetype: delete\n\n"];
        let whole = log(&bodies);
        let ends: Vec<usize> = (0..=bodies.len()).map(|count| log(&bodies[..count]).len()).collect();
        for cut in 0..=whole.len() {
            let (frames, end, rest) = read_all(&whole[..cut]);
            let count = ends.iter().filter(|end| **end <= cut).count().saturating_sub(1);
            assert_eq!(frames.iter().map(|frame| frame.body).collect::<Vec<_>>(), bodies[..count], "{cut}");
            let is_at_end = cut == 0 || ends.contains(&cut);
            assert_eq!(rest, if is_at_end { Rest::None } else { Rest::Torn }, "{cut}");
            assert_eq!(end, if cut < HEAD.len() { 0 } else { ends[count] }, "{cut}");
        }
    }

    #[test]
    fn a_flipped_bit_is_damage_if_a_whole_frame_follows_and_torn_if_none_does() {
        let bodies: [&[u8]; 2] = [b"dn: cn=a\n\n", b"dn: cn=b\n\n"];
        let (whole, first) = (log(&bodies), log(&bodies[..1]).len());
        for at in HEAD.len()..whole.len() {
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                let (frames, _, rest) = read_all(&flipped);
                // The case of a digit of the checksum says nothing.
                let is_same = frames.iter().map(|frame| frame.body).eq(bodies);
                let damaged = if at < first { (0, Rest::Damaged) } else { (1, Rest::Torn) };
                assert!(is_same || (frames.len(), rest) == damaged, "{at} {bit}: {rest:?}");
            }
        }
    }

    #[test]
    fn numbers_that_lie_are_no_frame() {
        for line in
            ["# 1 18446744073709551615 0\n", "# 1 0\n", "# x 0 0\n", "#1 0 0\n", "# 1 0 0 0\n", "# 1 1 0\n"]
        {
            let log = [HEAD, line.as_bytes()].concat();
            assert_eq!(read_all(&log), (Vec::new(), HEAD.len(), Rest::Torn), "{line}");
        }
    }
}
