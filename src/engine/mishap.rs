//! A mistake of this program, told as a sentence instead of an end.

use std::any::Any;

use tokio::task::JoinError;

/// What to say when a task did not end by itself; `None` when it was stopped
/// on purpose.
pub(super) fn sentence(error: JoinError) -> Option<String> {
    error.try_into_panic().ok().map(|panic| told(&*panic))
}

/// What a panic said, as a sentence.
pub(super) fn told(panic: &(dyn Any + Send)) -> String {
    let said = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given");
    let said = crate::shown::shown(said, 300);
    format!(
        "This program made a mistake and gave up on this ({said}). Your work is kept; try again, and report it if it comes back."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_sentence_and_a_stop_becomes_nothing() {
        let panicked = tokio::spawn(async { panic!("line\none") }).await.unwrap_err();
        let said = sentence(panicked).unwrap();
        assert!(said.contains("line\\u{a}one") && said.contains("try again"), "{said}");
        let stopped = tokio::spawn(std::future::pending::<()>());
        stopped.abort();
        assert_eq!(sentence(stopped.await.unwrap_err()), None);
    }
}
