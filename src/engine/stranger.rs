//! The address that nobody has, the same for a whole day: a server that
//! defers strangers lets a question in only when exactly that question comes
//! again, so a fresh random address each time would be deferred for ever.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::plan::Domain;

/// Seed of the random recipients for checks of `domain` on the day of `now`
/// (UTC).
pub fn seed_of_the_day(domain: &Domain, now: Timestamp) -> u64 {
    let day = now.as_second().div_euclid(24 * 60 * 60);
    let sum =
        Sha256::new().chain_update(day.to_be_bytes()).chain_update(domain.as_str()).finalize();
    sum.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_stays_for_a_day_and_differs_by_day_and_domain() {
        let domain = |name| Domain::parse(name).unwrap();
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let noon = seed_of_the_day(&domain("example.com"), at(43_200));
        assert_eq!(noon, seed_of_the_day(&domain("example.com"), at(43_500)));
        assert_ne!(noon, seed_of_the_day(&domain("example.com"), at(43_200 + 86_400)));
        assert_ne!(noon, seed_of_the_day(&domain("example.org"), at(43_200)));
        assert_ne!(
            seed_of_the_day(&domain("example.com"), at(-1)),
            seed_of_the_day(&domain("example.com"), at(1))
        );
    }
}
