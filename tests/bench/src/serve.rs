//! A local AWS over HTTP that costs the thread of its caller nothing.

use rekindle_local::LocalAws;

/// Serves a local AWS on a thread of its own until the process ends; gives its address.
///
/// # Panics
/// Where no port is free.
#[must_use]
pub fn served(aws: &LocalAws) -> String {
    let (tell, told) = std::sync::mpsc::channel();
    let aws = aws.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let server = aws.serve(0).await.expect("a port is free");
            tell.send(server.endpoint()).expect("somebody waits for it");
            std::future::pending::<()>().await;
        });
    });
    told.recv().expect("the local AWS is served")
}
