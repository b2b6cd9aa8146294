//! The `rekindle` command; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    rekindle::main()
}
