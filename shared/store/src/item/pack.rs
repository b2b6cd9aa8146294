//! Makes JSON small: deflate (RFC 1950) with a preset dictionary of what people's items have in common.
//!
//! DynamoDB bills each begun kilobyte of each write. A person with two enrolments and what a decision hands on are about
//! 2.5 KB as attributes, three units; packed they are one. A dictionary that was ever written with is never changed:
//! a better one is added as a further number. The number 0 is text as it is, for the store in memory, whose bytes cost
//! nothing: in the fault simulator, packing was a third of all work.

use std::borrow::Cow;
use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// The number before a text as it is.
const PLAIN: u8 = 0;

/// The dictionaries, the newest last; a packed text begins with the number of its own, from 1. What is most common
/// stands at the end, where references to it are shortest.
const DICTIONARIES: [&[u8]; 1] = [include_bytes!("dictionary-1.txt")];

/// Bytes that a packed text may have unpacked, so that reading a person takes bounded time and memory.
pub(super) const UNPACKED_BYTES: usize = 2 * 1024 * 1024;
/// Bytes that may be read: as many, and room for a decision about leaving.
pub(super) const READABLE_BYTES: usize = UNPACKED_BYTES + 256 * 1024;

thread_local! {
    // Their tables have hundreds of kilobytes: to allocate and to clear them took as long as the packing.
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(6), true));
    static INFLATE: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// What to do with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Make it small.
    Small,
    /// Leave it as it is.
    Plain,
}

impl Packing {
    /// Packs what `write` writes, and at most so many bytes of it: the error tells how many there are, or why it cannot be
    /// packed.
    pub(crate) fn pack<E: ToString>(
        self,
        most: usize,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<Vec<u8>, Unpackable> {
        // Most people need no more, and it is not copied again and again while it grows.
        let mut plain = Vec::with_capacity(4096);
        plain.push(PLAIN);
        write(&mut plain).map_err(|error| Unpackable::Failed(error.to_string()))?;
        let text = plain.get(1..).unwrap_or_default();
        if text.len() > most {
            return Err(Unpackable::TooLong(text.len()));
        }
        match self {
            Self::Small => pack(text).map_err(Unpackable::Failed),
            Self::Plain => {
                plain.shrink_to_fit();
                Ok(plain)
            }
        }
    }
}

/// Why something was not packed.
#[derive(Debug)]
pub(crate) enum Unpackable {
    /// It has so many bytes.
    TooLong(usize),
    /// In the writer's own words.
    Failed(String),
}

/// Makes a text small.
pub(crate) fn pack(text: &[u8]) -> Result<Vec<u8>, String> {
    let number = DICTIONARIES.len();
    let dictionary = DICTIONARIES.last().ok_or("no dictionary")?;
    // Deflate adds at most 5 bytes to each 16 KB that it cannot make smaller, and 10 around all.
    let mut packed = Vec::with_capacity(text.len() + text.len() / 1000 + 64);
    packed.push(u8::try_from(number).unwrap_or(u8::MAX));
    DEFLATE.with_borrow_mut(|deflate| {
        deflate.reset();
        deflate.set_dictionary(dictionary).map_err(|error| error.to_string())?;
        match deflate.compress_vec(text, &mut packed, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => Ok(packed),
            Ok(_) => Err("no room".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    })
}

/// Unpacks what [`Packing::pack`] made, with the dictionary it was made with.
pub(crate) fn unpack(packed: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    let (number, mut rest) = packed.split_first().ok_or("nothing there")?;
    if *number == PLAIN {
        return if rest.len() > READABLE_BYTES { Err("too long".to_owned()) } else { Ok(Cow::Borrowed(rest)) };
    }
    let at = usize::from(*number).checked_sub(1);
    let dictionary = at.and_then(|at| DICTIONARIES.get(at)).ok_or_else(|| format!("unknown dictionary {number}"))?;
    let mut text = Vec::with_capacity((rest.len() * 5).clamp(1024, READABLE_BYTES));
    INFLATE.with_borrow_mut(|inflate| {
        inflate.reset(true);
        inflated(inflate, &mut rest, dictionary, &mut text)
    })?;
    Ok(Cow::Owned(text))
}

fn inflated(inflate: &mut Decompress, rest: &mut &[u8], dictionary: &[u8], text: &mut Vec<u8>) -> Result<(), String> {
    loop {
        let before = inflate.total_in();
        match inflate.decompress_vec(rest, text, FlushDecompress::Finish) {
            Ok(Status::StreamEnd) => return Ok(()),
            Ok(_) if text.len() < text.capacity() => return Err("cut short".to_owned()),
            Ok(_) if text.len() >= READABLE_BYTES => return Err("too long".to_owned()),
            Ok(_) => text.reserve(text.len()),
            Err(error) if error.needs_dictionary().is_some() => {
                inflate.set_dictionary(dictionary).map_err(|error| error.to_string())?;
            }
            Err(error) => return Err(error.to_string()),
        }
        let read = usize::try_from(inflate.total_in() - before).unwrap_or(usize::MAX);
        *rest = rest.get(read..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn what_is_packed_comes_back() {
        let repeated = "welcome ".repeat(50_000);
        for text in ["", "{}", repeated.as_str(), "한글과 emoji 🦀"] {
            for packing in [Packing::Small, Packing::Plain] {
                let write = |to: &mut Vec<u8>| {
                    to.extend_from_slice(text.as_bytes());
                    Ok::<_, String>(())
                };
                let packed = packing.pack(text.len(), write).unwrap();
                assert_eq!(unpack(&packed).unwrap(), text.as_bytes());
                if let Some(most) = text.len().checked_sub(1) {
                    let refused = packing.pack(most, write).unwrap_err();
                    assert!(matches!(refused, Unpackable::TooLong(bytes) if bytes == text.len()));
                }
            }
        }
        // Text that does not become smaller.
        let noise: Vec<u8> = (0..2_000_u32).flat_map(|n| Sha256::digest(n.to_be_bytes())).collect();
        assert_eq!(unpack(&pack(&noise).unwrap()).unwrap(), noise);
    }

    #[test]
    fn what_was_not_packed_here_is_an_error() {
        let packed = pack(br#"{"p":{"id":"ann"},"r":{}}"#).unwrap();
        let cut = &packed[..packed.len() - 3];
        let mut foreign = packed.clone();
        foreign[0] = 9;
        for broken in [&[][..], b"no", cut, &foreign] {
            assert!(unpack(broken).is_err());
            // What broke off leaves nothing behind.
            assert!(unpack(&packed).is_ok());
        }
    }

    #[test]
    fn a_dictionary_is_for_ever() {
        let hashes = DICTIONARIES.map(|text| data_encoding::HEXLOWER.encode(&Sha256::digest(text)[..8]));
        assert_eq!(hashes, ["9a19154e28d90f77"], "items that were written with the old text could no longer be read");
    }
}
