//! The archive in a folder: one file a day, to which lines are appended.
//!
//! What a process that died left half written is cut off before anything is appended: the stream repeats it. Lines of a
//! batch that is repeated stand there twice.

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::erasing::{EraseError, Place};

use super::files::below;
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

    /// The lines about a person, in the order of the files' names.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn lines_about(&self, person: &str) -> io::Result<Vec<String>> {
        let mut lines = Vec::new();
        for path in below(&self.0)? {
            for line in BufReader::new(File::open(path)?).split(b'\n') {
                // The last one may be half written, and end within a letter.
                let Ok(line) = String::from_utf8(line?) else { continue };
                if about(&line).is_some_and(|(id, _)| id == person) {
                    lines.push(line);
                }
            }
        }
        Ok(lines)
    }
}

impl Archive for Folder {
    fn put<'a>(&'a self, day: &'a str, lines: &'a [String]) -> BoxFuture<'a, Result<(), ArchiveError>> {
        let failed = |error: io::Error| ArchiveError { day: day.to_owned(), reason: error.to_string() };
        async move {
            fs::create_dir_all(&self.0).and_then(|()| alone(&self.0, || append(&self.0, day, lines))).map_err(failed)
        }
        .boxed()
    }
}

impl Place for Folder {
    fn clear<'a>(&'a self, person: &'a str, until: Instant) -> BoxFuture<'a, Result<Option<u64>, EraseError>> {
        let failed = |error: io::Error| EraseError::Place { place: "the archive", reason: error.to_string() };
        async move {
            let removed = if self.0.exists() { alone(&self.0, || clear(&self.0, person, until)) } else { Ok(0) };
            removed.map(Some).map_err(failed)
        }
        .boxed()
    }
}

/// Does something in a folder while nobody else does, in this process or another: what is appended to a file that is being
/// written anew would be lost with the old one.
fn alone<T>(folder: &Path, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let turn = File::open(folder)?;
    turn.lock()?;
    work()
}

/// Writes each file below a folder anew that has lines about a person up to an instant, without them; how many there were.
fn clear(folder: &Path, person: &str, until: Instant) -> io::Result<u64> {
    below(folder)?.iter().map(|path| clear_file(path, person, until)).sum()
}

/// Whom a line is about, and when it was received; `None` where it is no event.
fn about(line: &str) -> Option<(Cow<'_, str>, Instant)> {
    Event::person_and_arrival(line).ok()
}

/// Line by line, so that a large day needs no memory; moved over the old file, so that a crash leaves a whole one.
fn clear_file(path: &Path, person: &str, until: Instant) -> io::Result<u64> {
    let beside = path.with_extension("jsonl.new");
    let mut kept = BufWriter::new(File::create(&beside)?);
    let mut lines = BufReader::new(File::open(path)?);
    let (mut removed, mut line) = (0, Vec::new());
    while lines.read_until(b'\n', &mut line)? > 0 {
        if std::str::from_utf8(&line).ok().and_then(about).is_some_and(|(id, at)| id == person && at <= until) {
            removed += 1;
        } else {
            kept.write_all(&line)?;
        }
        line.clear();
    }
    let kept = kept.into_inner().map_err(io::IntoInnerError::into_error)?;
    if removed == 0 {
        fs::remove_file(&beside)?;
        return Ok(0);
    }
    kept.sync_all()?;
    fs::rename(&beside, path)?;
    Ok(removed)
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
    fn of_somebody_erased_no_line_stays_and_every_other_does() {
        let folder = std::env::temp_dir().join(format!("rekindle-archive-erased-{}", std::process::id()));
        let line = |person: &str, day: u8| {
            format!(
                r#"{{"id":"e","detail-type":"t","time":"2026-03-01T09:00:00Z","received_at":"2026-03-{day:02}T09:00:00Z","detail":{{"person":{{"id":"{person}"}}}}}}"#
            )
        };
        let lines = [line("ann", 1), line("anna", 1), "no event".to_owned(), line("ann", 2), line("ann", 4)];
        append(&folder.join("2026-03-01"), "object-1", &lines).unwrap();
        append(&folder, "2026-03-02", &[line("bob", 2)]).unwrap();
        let until = Instant::parse("2026-03-02T09:00:00Z").unwrap();
        assert_eq!(clear(&folder, "ann", until).unwrap(), 2);
        assert_eq!(clear(&folder, "ann", until).unwrap(), 0);
        let text = fs::read_to_string(folder.join("2026-03-01/object-1.jsonl")).unwrap();
        assert_eq!(text, [line("anna", 1), "no event".to_owned(), line("ann", 4)].join("\n") + "\n");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "nothing is left beside");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn nothing_is_lost_that_is_kept_while_somebody_is_erased() {
        let path = std::env::temp_dir().join(format!("rekindle-archive-beside-{}", std::process::id()));
        let line = |person: &str, number: u32| {
            format!(
                r#"{{"id":"{number}","detail-type":"t","time":"2026-03-01T09:00:00Z","detail":{{"person":{{"id":"{person}"}}}}}}"#
            )
        };
        let folder = Folder::new(&path);
        let until = Instant::parse("2026-03-02T09:00:00Z").unwrap();
        let keep = |person: &'static str| {
            let folder = folder.clone();
            std::thread::spawn(move || {
                for number in 0..200 {
                    let lines = [line(person, number)];
                    folder.put("2026-03-01", &lines).now_or_never().unwrap().unwrap();
                }
            })
        };
        let clear = || {
            let folder = folder.clone();
            std::thread::spawn(move || {
                for _ in 0..100 {
                    folder.clear("ann", until).now_or_never().unwrap().unwrap();
                }
            })
        };
        for worker in [keep("ann"), keep("bob"), clear(), clear()] {
            worker.join().unwrap();
        }
        folder.clear("ann", until).now_or_never().unwrap().unwrap();
        assert_eq!(folder.lines_about("bob").unwrap().len(), 200);
        assert!(folder.lines_about("ann").unwrap().is_empty());
        fs::remove_dir_all(path).unwrap();
    }

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
