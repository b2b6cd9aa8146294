//! Pages of the documentation a part of which a command writes, so that what they say was counted.

/// Writes anew what stands between the mark of that command and the end's.
///
/// # Errors
/// Where the page cannot be read or written, or has no place for it.
pub fn write(path: &str, command: &str, counted: &str) -> std::io::Result<()> {
    let (begin, end) = (format!("<!-- counted by `{command}` -->\n"), "<!-- end -->\n");
    let page = std::fs::read_to_string(path)?;
    let Some((before, rest)) = page.split_once(&begin) else {
        return Err(std::io::Error::other("it has no place for what is counted"));
    };
    let Some((_, after)) = rest.split_once(end) else {
        return Err(std::io::Error::other("it does not say where the counted part ends"));
    };
    std::fs::write(path, format!("{before}{begin}{counted}{end}{after}"))
}
