//! The archive in a folder: one file a day, to which lines are appended.
//!
//! What a process that died left half written is cut off before anything is appended: the stream repeats it. Lines of a
//! batch that is repeated stand there twice.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Archive, ArchiveError};

/// An archive in a folder.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// In this folder, which is made when there is something to keep.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }
}

impl Archive for Folder {
    fn put<'a>(&'a self, day: &'a str, lines: &'a [String]) -> BoxFuture<'a, Result<(), ArchiveError>> {
        let failed = |error: io::Error| ArchiveError { day: day.to_owned(), reason: error.to_string() };
        async move { append(&self.0, day, lines).map_err(failed) }.boxed()
    }
}

fn append(folder: &Path, day: &str, lines: &[String]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{day}.jsonl"));
    let mut file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
    let end = whole(&mut file)?;
    file.set_len(end)?;
    file.seek(SeekFrom::Start(end))?;
    file.write_all((lines.join("\n") + "\n").as_bytes())
}

/// Where the last whole line ends.
fn whole(file: &mut File) -> io::Result<u64> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut last = [0];
    let mut end = length;
    while end > 0 {
        file.seek(SeekFrom::Start(end - 1))?;
        file.read_exact(&mut last)?;
        if last == *b"\n" {
            break;
        }
        end -= 1;
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_half_written_is_cut_off() {
        let folder = std::env::temp_dir().join(format!("rekindle-archive-{}", std::process::id()));
        let text = || fs::read_to_string(folder.join("2026-03-01.jsonl")).unwrap();
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        append(&folder, "2026-03-01", &lines(&["{1}", "{2}"])).unwrap();
        append(&folder, "2026-03-01", &lines(&["{2}"])).unwrap();
        assert_eq!(text(), "{1}\n{2}\n{2}\n");
        fs::write(folder.join("2026-03-01.jsonl"), "{1}\n{2").unwrap();
        append(&folder, "2026-03-01", &lines(&["{2}"])).unwrap();
        assert_eq!(text(), "{1}\n{2}\n");
        fs::write(folder.join("2026-03-01.jsonl"), "{1").unwrap();
        append(&folder, "2026-03-01", &lines(&["{1}"])).unwrap();
        assert_eq!(text(), "{1}\n");
        fs::remove_dir_all(folder).unwrap();
    }
}
