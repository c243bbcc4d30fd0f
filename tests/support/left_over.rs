//! What a call that ended, or was dropped, may leave behind: files, tasks, and how to drop one at
//! any of its awaits.
#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]

use std::{
    fs,
    path::Path,
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

/// The future's end, or none where it is not there after so many polls: then it is dropped.
pub async fn after_polls<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (pin!(future), polls);
    std::future::poll_fn(|context| {
        if let Poll::Ready(end) = future.as_mut().poll(context) {
            return Poll::Ready(Some(end));
        }
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        Poll::Pending
    })
    .await
}

/// The names of the files in a folder.
pub fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// Those of them that are not whole.
pub fn temporary_files(folder: &Path) -> Vec<String> {
    files(folder).into_iter().filter(|name| name.starts_with('.')).collect()
}

/// Waits until something is so, which other threads or tasks are still to bring about.
pub async fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(10), "{what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Waits until no more tasks are alive than there were.
pub async fn no_task_but(before: usize) {
    let alive = || Handle::current().metrics().num_alive_tasks();
    until("a task is left", || alive() <= before).await;
}
