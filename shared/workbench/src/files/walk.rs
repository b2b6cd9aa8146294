//! Reads the files of a workspace from a folder that somebody else may have written: a pull request, a download.
//!
//! It must never read what lies outside of the folder, however a link is laid, nor anything that is no regular file: a link to a
//! file of the system would be quoted in the next error, and a pipe or a device has no end. So it follows a link only to
//! where it leads within the folder, and everything has a bound: size, depth, number.

use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rekindle_engine::lang::Files;

use crate::plain::plain;

/// Files that a workspace is made of.
const ENDINGS: [&str; 3] = ["yaml", "yml", "mjml"];
/// Bytes of the largest file that is read.
const LARGEST: u64 = 4 * 1024 * 1024;
/// Bytes of all files together.
const LARGEST_TOGETHER: u64 = 64 * 1024 * 1024;
/// Folders within each other.
const DEEPEST: usize = 16;
/// Files and folders, of whatever kind, that are looked at.
const MOST: usize = 20_000;

/// Reads all files of a workspace; paths are relative to `folder`, with `/`. Names that begin with a dot are passed over.
///
/// # Errors
/// Where the folder or a file of it cannot be read as UTF-8 text, leads out of it, or is beyond a bound. Nothing of what a
/// file says is in an error.
pub fn read(folder: &Path) -> Result<Files> {
    if !folder.is_dir() {
        bail!("{} is no folder; give the folder that holds workspace.yaml", folder.display());
    }
    let root = fs::canonicalize(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
    let mut walk = Walk { within: vec![root.clone()], root, looked_at: 0, bytes: 0, files: Files::new() };
    walk.folder(folder, "")?;
    Ok(walk.files)
}

struct Walk {
    root: PathBuf,
    /// The folder that is read now, with those around it, without links in their paths.
    within: Vec<PathBuf>,
    looked_at: usize,
    bytes: u64,
    files: Files,
}

impl Walk {
    fn folder(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let entries = fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
        for entry in entries {
            let path = entry.with_context(|| format!("cannot read the folder {}", folder.display()))?.path();
            self.looked_at += 1;
            if self.looked_at > MOST {
                bail!(
                    "{} holds more than {MOST} files; give the folder that holds workspace.yaml",
                    self.root.display()
                );
            }
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                bail!("{} has a name that is not UTF-8; rename it", path.display());
            };
            if plain(name) != name {
                let shown = plain(&path.display().to_string());
                bail!("{shown} has a name with characters that a terminal would act on; rename it");
            }
            if !name.starts_with('.') {
                self.entry(&path, &format!("{prefix}{name}"))?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, relative: &str) -> Result<()> {
        let wanted =
            path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| ENDINGS.contains(&ending));
        let own = fs::symlink_metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
        // A link to a file that nobody wants leads wherever it likes.
        let found = if own.is_symlink() { self.followed(path, wanted)? } else { Some((path.to_owned(), own)) };
        match found {
            Some((real, metadata)) if metadata.is_dir() => self.within(path, relative, &real),
            Some((real, metadata)) if wanted => self.file(path, relative, &real, &metadata),
            _ => Ok(()),
        }
    }

    /// Where a link leads, within the folder.
    fn followed(&self, path: &Path, wanted: bool) -> Result<Option<(PathBuf, Metadata)>> {
        let out = "is a link that leads out of the folder; put a copy there instead";
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(_) if !wanted => return Ok(None),
            Err(_) => bail!("{} is a link that leads nowhere; remove it", path.display()),
        };
        if !real.starts_with(&self.root) {
            let is_folder = real.is_dir();
            if wanted || is_folder {
                bail!("{} {out}", path.display())
            }
            return Ok(None);
        }
        let metadata = fs::metadata(&real).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Some((real, metadata)))
    }

    fn within(&mut self, path: &Path, relative: &str, real: &Path) -> Result<()> {
        let real = fs::canonicalize(real).with_context(|| format!("cannot read the folder {}", path.display()))?;
        if self.within.contains(&real) {
            bail!("{} is a link to a folder around it, so it would never end; remove it", path.display());
        }
        if self.within.len() > DEEPEST {
            bail!("{} lies deeper than {DEEPEST} folders; move it up", path.display());
        }
        self.within.push(real);
        self.folder(path, &format!("{relative}/"))?;
        self.within.pop();
        Ok(())
    }

    fn file(&mut self, path: &Path, relative: &str, real: &Path, metadata: &Metadata) -> Result<()> {
        if !metadata.is_file() {
            bail!("{} is no regular file; remove it", path.display());
        }
        let cannot = || format!("cannot read {}", path.display());
        let file = File::open(real).with_context(cannot)?;
        // What is opened may be another one than what was looked at.
        if !file.metadata().with_context(cannot)?.is_file() {
            bail!("{} is no regular file; remove it", path.display());
        }
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).with_context(cannot)?;
        let size = bytes.len() as u64;
        if size > LARGEST {
            bail!("{} has more than {LARGEST} bytes, which is what a file may have", path.display());
        }
        self.bytes += size;
        if self.bytes > LARGEST_TOGETHER {
            bail!("the files of {} have more than {LARGEST_TOGETHER} bytes together", self.root.display());
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            anyhow::anyhow!("{} is not UTF-8 (byte {at}); save it as UTF-8", path.display())
        })?;
        self.files.insert(relative.to_owned(), text);
        Ok(())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    /// A workspace in a folder of the test, beside a file that is not its own.
    fn workspace(name: &str) -> (PathBuf, PathBuf) {
        let around = std::env::temp_dir().join(format!("rekindle-walk-{name}-{}", std::process::id()));
        let _left_by_an_earlier_run = fs::remove_dir_all(&around);
        let folder = around.join("campaigns");
        fs::create_dir_all(folder.join("layouts")).unwrap();
        fs::write(folder.join("workspace.yaml"), "name: Shop\n").unwrap();
        fs::write(folder.join("layouts/default.mjml"), "<mjml/>").unwrap();
        fs::write(around.join("secret.yaml"), "root: CANARY\n").unwrap();
        (around, folder)
    }

    fn refused(folder: &Path, words: &str) {
        let error = format!("{:#}", read(folder).unwrap_err());
        assert!(error.contains(words) && !error.contains("CANARY"), "{error}");
    }

    #[test]
    fn a_link_within_the_folder_is_a_file_like_others() {
        let (around, folder) = workspace("inside");
        symlink("workspace.yaml", folder.join("same.yaml")).unwrap();
        symlink(folder.join("layouts"), folder.join("more")).unwrap();
        let files = read(&folder).unwrap();
        assert_eq!(files["same.yaml"], "name: Shop\n");
        assert_eq!(files["more/default.mjml"], "<mjml/>");
        // Where nothing wants what it leads to, it is of no matter.
        symlink("/etc/hostname", folder.join("notes.txt")).unwrap();
        symlink("nowhere", folder.join("notes.md")).unwrap();
        assert_eq!(read(&folder).unwrap().len(), files.len());
        fs::remove_dir_all(around).unwrap();
    }

    #[test]
    fn nothing_outside_of_the_folder_is_read_or_quoted() {
        let (around, folder) = workspace("outside");
        for (name, target) in [
            ("campaign.yaml", "/etc/passwd"),
            ("relative.yaml", "../secret.yaml"),
            ("through.yaml", "layouts/../../secret.yaml"),
            ("folder", ".."),
            ("root", "/"),
        ] {
            symlink(target, folder.join(name)).unwrap();
            refused(&folder, "leads out of the folder");
            fs::remove_file(folder.join(name)).unwrap();
        }
        // By a link that leads to a link.
        symlink("../../secret.yaml", folder.join("layouts/.hidden")).unwrap();
        symlink("layouts/.hidden", folder.join("twice.yaml")).unwrap();
        refused(&folder, "leads out of the folder");
        fs::remove_dir_all(around).unwrap();
    }

    #[test]
    fn links_in_a_circle_end_at_once() {
        let (around, folder) = workspace("circle");
        symlink(".", folder.join("a")).unwrap();
        symlink(".", folder.join("b")).unwrap();
        refused(&folder, "would never end");
        fs::remove_file(folder.join("a")).unwrap();
        fs::remove_file(folder.join("b")).unwrap();
        symlink("../other", folder.join("layouts/x")).unwrap();
        fs::create_dir(folder.join("other")).unwrap();
        symlink("../layouts", folder.join("other/y")).unwrap();
        refused(&folder, "would never end");
        fs::remove_dir_all(around).unwrap();
    }

    #[test]
    fn what_is_no_regular_file_is_refused_unread() {
        let (around, folder) = workspace("kinds");
        assert!(Command::new("mkfifo").arg(folder.join("pipe.yaml")).status().unwrap().success());
        refused(&folder, "no regular file");
        fs::remove_file(folder.join("pipe.yaml")).unwrap();
        symlink("/dev/zero", folder.join("zero.yaml")).unwrap();
        refused(&folder, "leads out of the folder");
        fs::remove_file(folder.join("zero.yaml")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.join("socket.yaml")).unwrap();
        refused(&folder, "no regular file");
        fs::remove_dir_all(around).unwrap();
    }

    #[test]
    fn size_depth_and_number_have_bounds() {
        let (around, folder) = workspace("bounds");
        let large = folder.join("large.yaml");
        File::create(&large).unwrap().set_len(LARGEST + 1).unwrap();
        refused(&folder, "more than 4194304 bytes");
        fs::remove_file(&large).unwrap();
        for number in 0..17 {
            File::create(folder.join(format!("{number}.yaml"))).unwrap().set_len(LARGEST).unwrap();
        }
        refused(&folder, "bytes together");
        for number in 0..17 {
            fs::remove_file(folder.join(format!("{number}.yaml"))).unwrap();
        }
        let deep = folder.join(["d"; DEEPEST + 1].join("/"));
        fs::create_dir_all(&deep).unwrap();
        refused(&folder, "deeper than 16 folders");
        fs::remove_dir_all(around).unwrap();
    }

    #[test]
    fn a_name_that_could_tell_a_terminal_something_is_refused_in_words_that_cannot() {
        let (around, folder) = workspace("names");
        fs::create_dir(folder.join("\u{1b}[2Jwelcome")).unwrap();
        let error = format!("{:#}", read(&folder).unwrap_err());
        assert!(error.contains("a terminal would act on") && !error.contains('\u{1b}'), "{error}");
        fs::remove_dir_all(around).unwrap();
    }
}
