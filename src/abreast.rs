//! Work on many pieces side by side, taken in their order.

use std::convert::Infallible;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{available_parallelism, scope};

/// Does `work` on every piece, on as many threads as the machine has cores,
/// and hands what comes of each to `take` in the order of the pieces. No
/// thread is more than two pieces ahead, so that little waits in memory. One
/// piece, or one core, is no reason for a thread.
pub(crate) fn abreast<P: Send, R: Send>(
    pieces: Vec<P>,
    work: impl Fn(P) -> R + Sync,
    mut take: impl FnMut(R),
) {
    let Ok(()) = try_abreast(pieces, work, |result| {
        take(result);
        Ok::<(), Infallible>(())
    });
}

/// The same, until something can't be taken.
///
/// # Errors
/// The first of `take`; nothing is taken after it.
pub(crate) fn try_abreast<P: Send, R: Send, E>(
    pieces: Vec<P>,
    work: impl Fn(P) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let many = pieces.len();
    let threads = available_parallelism().map_or(1, NonZero::get).min(many);
    if threads < 2 {
        return pieces.into_iter().try_for_each(|piece| take(work(piece)));
    }
    let mut shares: Vec<Vec<P>> = (0..threads).map(|_| Vec::new()).collect();
    for (at, piece) in pieces.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(at % threads) {
            share.push(piece);
        }
    }
    scope(|scope| {
        let work = &work;
        let results: Vec<Receiver<R>> = { shares.into_iter() }
            .map(|share| {
                let (to, from) = sync_channel(1);
                scope.spawn(move || {
                    // Nobody listens once one could not be taken.
                    let _ = share.into_iter().try_for_each(|piece| to.send(work(piece)));
                });
                from
            })
            .collect();
        // A thread that panicked sends no more; the scope passes it on.
        let in_turn = results.iter().cycle().take(many).map_while(|from| from.recv().ok());
        for result in in_turn {
            take(result)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_taken_once_and_in_order() {
        for many in [0, 1, 2, 3, 1000] {
            let mut taken = Vec::new();
            abreast((0..many).collect(), |n: u64| n * n, |square| taken.push(square.isqrt()));
            assert_eq!(taken, (0..many).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_can_not_be_taken_ends_it() {
        let mut taken = 0;
        let stopped = try_abreast(
            vec![(); 1000],
            |()| (),
            |()| {
                taken += 1;
                if taken == 10 { Err("full") } else { Ok(()) }
            },
        );
        assert_eq!((stopped, taken), (Err("full"), 10));
    }
}
