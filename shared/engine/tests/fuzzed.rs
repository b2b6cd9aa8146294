//! The lives that the fuzzer of `decide` has found worth keeping, lived once more.

#[expect(clippy::expect_used, clippy::indexing_slicing, reason = "a panic is how a fuzzer is told")]
#[path = "../fuzz/life.rs"]
mod life;

use std::path::Path;

#[test]
fn every_life_of_the_corpus_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/decide");
    let mut all = life::Lived::default();
    let mut lives = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        let lived = life::live(&std::fs::read(file.unwrap().path()).unwrap());
        lives += 1;
        all.decisions += lived.decisions;
        all.lines += lived.lines;
        all.sends += lived.sends;
        all.versions += lived.versions;
    }
    println!("{lives} lives: {all:?}");
    assert!(all.decisions > lives && all.lines > 0 && all.sends > 0 && all.versions > 0, "{all:?}");
}
