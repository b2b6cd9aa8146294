//! The events of many people, brought together from all over the files.
//!
//! People are simulated one after another, while their events lie wherever time has put them. Reading a million lines one
//! by one costs as much as a tenth of a simulation; reading the files from front to back a few times costs little.

use std::fs::File;
use std::ops::Range;

use rekindle_archive::{Files, Location};

/// Bytes that a shelf holds, or those of one person where these are more.
const SHELF: usize = 64 << 20;
/// Bytes that are read at once.
const BLOCK: usize = 1 << 20;

/// Lines that lie one after another in the index.
#[derive(Default)]
pub struct LineBuffer {
    lines: Range<usize>,
    bytes: Vec<u8>,
    /// Where each line begins, and where the last one ends.
    starts: Vec<usize>,
}

impl LineBuffer {
    /// The line of that number in the index, where the shelf holds it.
    pub fn line(&self, number: usize) -> Option<&[u8]> {
        let place = number.checked_sub(self.lines.start)?;
        self.bytes.get(*self.starts.get(place)?..*self.starts.get(place + 1)?)
    }

    /// Whether these lines are the first that it holds not all of, or the first of all: what comes next may be read.
    pub fn ends_within(&self, lines: &Range<usize>) -> bool {
        lines.start == 0 || (lines.start..lines.end).contains(&self.lines.end)
    }

    /// Holds lines from that number on, as many as fit, and at least `least` of them.
    ///
    /// # Errors
    /// Where a file cannot be read again as it was.
    pub fn fill(
        &mut self,
        files: &Files,
        from: usize,
        least: usize,
        lines: impl Iterator<Item = Location>,
    ) -> std::io::Result<()> {
        self.starts.clear();
        let (mut wanted, mut end) = (Vec::new(), 0);
        for line in lines {
            let length = line.length as usize;
            if wanted.len() >= least && end + length > SHELF {
                break;
            }
            self.starts.push(end);
            wanted.push((line.file, line.offset, end..end + length));
            end += length;
        }
        self.starts.push(end);
        self.lines = from..from + wanted.len();
        // Given back before another is asked for: growing would copy what nobody needs.
        if self.bytes.capacity() < end {
            self.bytes = Vec::new();
        }
        self.bytes.resize(end, 0);
        wanted.sort_unstable_by_key(|(file, offset, _)| (*file, *offset));
        let mut block = Block::default();
        for (file, offset, place) in wanted {
            let Some(own) = self.bytes.get_mut(place) else { continue };
            block.read(file, files.get(file)?, offset, own)?;
        }
        Ok(())
    }
}

/// A part of a file.
#[derive(Default)]
struct Block {
    file: Option<u32>,
    offset: u64,
    bytes: Vec<u8>,
}

impl Block {
    /// Copies what stands at `offset`, reading on where the block ends before.
    fn read(&mut self, number: u32, file: &File, offset: u64, into: &mut [u8]) -> std::io::Result<()> {
        if let Some(own) = self.within(number, offset, into.len()) {
            into.copy_from_slice(own);
            return Ok(());
        }
        let left = usize::try_from(file.metadata()?.len().saturating_sub(offset)).unwrap_or(BLOCK);
        self.bytes.resize(left.min(BLOCK.max(into.len())), 0);
        (self.file, self.offset) = (Some(number), offset);
        read_at(file, &mut self.bytes, offset)?;
        let own = self.within(number, offset, into.len()).ok_or(std::io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(own);
        Ok(())
    }

    fn within(&self, file: u32, offset: u64, length: usize) -> Option<&[u8]> {
        let start = usize::try_from(offset.checked_sub(self.offset)?).ok()?;
        self.bytes.get(start..start + length).filter(|_| self.file == Some(file))
    }
}

/// Fills `bytes` from what stands at `offset`.
#[cfg(unix)]
pub fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

/// Fills `bytes` from what stands at `offset`.
#[cfg(not(unix))]
pub fn read_at(mut file: &File, bytes: &mut [u8], offset: u64) -> std::io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_from_wherever_they_lie() {
        let folder = std::env::temp_dir().join(format!("rekindle-shelf-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        // Longer than a block, and in a file of its own: a short one.
        let long: String = (0..200_000).map(|number| format!("{number:08}\n")).collect();
        std::fs::write(folder.join("a.jsonl"), &long).unwrap();
        std::fs::write(folder.join("b.jsonl"), "end").unwrap();
        let files = Files::open(&folder).unwrap();
        let at = |file, offset| Location { file, length: if file == 0 { 8 } else { 3 }, offset };
        let wanted = [at(0, 199_999 * 9), at(1, 0), at(0, 0), at(0, 120_000 * 9), at(0, 9)];
        let mut shelf = LineBuffer::default();
        shelf.fill(&files, 10, 5, wanted.into_iter()).unwrap();
        let found: Vec<_> = (10..15).map(|number| shelf.line(number).unwrap()).collect();
        assert_eq!(found, [&b"00199999"[..], b"end", b"00000000", b"00120000", b"00000001"]);
        assert_eq!((shelf.line(9), shelf.line(15)), (None, None));
        assert!(shelf.ends_within(&(12..16)) && shelf.ends_within(&(15..16)) && !shelf.ends_within(&(16..17)));
        let gone = shelf.fill(&files, 0, 1, [at(1, 1)].into_iter());
        assert_eq!(gone.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
