//! The recipes are embedded in the binary: new ones must be found without a change of the code.

fn main() {
    println!("cargo::rerun-if-changed=../campaigns");
}
