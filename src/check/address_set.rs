//! Sets of addresses, exact: what a record lets pass, and what it does not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::spf_record::Range;

/// Addresses from which on nobody sends for one domain alone: a /7 of IPv4,
/// as much as a /12 of IPv6, which is what a whole registry has.
const MANY_V4: u128 = 1 << 25;
const MANY_V6: u128 = 1 << 116;

/// A set of addresses of both families.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Addresses {
    v4: Spans,
    v6: Spans,
}

/// First and last of each run, in order, with room between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Spans(Vec<(u128, u128)>);

impl Addresses {
    /// Every address.
    pub(super) fn all() -> Self {
        Self { v4: Spans(vec![(0, u128::from(u32::MAX))]), v6: Spans(vec![(0, u128::MAX)]) }
    }

    /// Those in any of the ranges.
    pub(super) fn of<'a>(ranges: impl IntoIterator<Item = &'a Range>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for range in ranges {
            match range.first_and_last() {
                (IpAddr::V4(first), IpAddr::V4(last)) => {
                    v4.push((u128::from(u32::from(first)), u128::from(u32::from(last))));
                }
                (IpAddr::V6(first), IpAddr::V6(last)) => v6.push((first.into(), last.into())),
                _ => {}
            }
        }
        Self { v4: Spans::in_order(v4), v6: Spans::in_order(v6) }
    }

    /// This one alone.
    pub(super) fn one(ip: IpAddr) -> Self {
        Self::of([&Range::around(ip, 128)])
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        Self { v4: self.v4.or(&other.v4), v6: self.v6.or(&other.v6) }
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        Self { v4: self.v4.minus(&other.v4), v6: self.v6.minus(&other.v6) }
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        self.minus(&self.minus(other))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.v4.0.is_empty() && self.v6.0.is_empty()
    }

    /// Whether all of them are among the others.
    pub(super) fn within(&self, other: &Self) -> bool {
        self.minus(other).is_empty()
    }

    /// One of them, to name.
    pub(super) fn first(&self) -> Option<IpAddr> {
        let v4 = self.v4.0.first().and_then(|(first, _)| u32::try_from(*first).ok());
        let v6 = self.v6.0.first().map(|(first, _)| Ipv6Addr::from(*first));
        v4.map(|ip| Ipv4Addr::from(ip).into()).or(v6.map(IpAddr::V6))
    }

    /// Whether they are more than one domain's senders can be.
    pub(super) fn are_many(&self) -> bool {
        self.v4.count() >= MANY_V4 || self.v6.count() >= MANY_V6
    }
}

impl Spans {
    fn in_order(mut spans: Vec<(u128, u128)>) -> Self {
        spans.sort_unstable();
        let mut merged: Vec<(u128, u128)> = Vec::with_capacity(spans.len());
        for (first, last) in spans {
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => {
                    before.1 = before.1.max(last);
                }
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    fn or(&self, other: &Self) -> Self {
        Self::in_order(self.0.iter().chain(&other.0).copied().collect())
    }

    fn minus(&self, other: &Self) -> Self {
        let mut left = Vec::with_capacity(self.0.len());
        let mut others = other.0.iter().copied().peekable();
        for &(mut first, last) in &self.0 {
            let mut used_up = false;
            while let Some((from, to)) = others.peek().copied() {
                if to < first {
                    others.next();
                    continue;
                }
                if from > last {
                    break;
                }
                if from > first {
                    left.push((first, from - 1));
                }
                if to >= last {
                    used_up = true;
                    break;
                }
                first = to + 1;
            }
            if !used_up {
                left.push((first, last));
            }
        }
        Self(left)
    }

    fn count(&self) -> u128 {
        self.0
            .iter()
            .fold(0, |sum, (first, last)| sum.saturating_add((last - first).saturating_add(1)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(ranges: &[(u8, u8)]) -> Addresses {
        let ranges: Vec<Range> = ranges
            .iter()
            .map(|(last, bits)| Range::around([192, 0, 2, *last].into(), *bits))
            .collect();
        Addresses::of(&ranges)
    }

    proptest! {
        #[test]
        fn sets_do_as_their_members_do(
            a in prop::collection::vec((any::<u8>(), 24_u8..=32), 0..6),
            b in prop::collection::vec((any::<u8>(), 24_u8..=32), 0..6),
            last in any::<u8>(),
        ) {
            let (a, b) = (set(&a), set(&b));
            let one = Addresses::one([192, 0, 2, last].into());
            let (in_a, in_b) = (one.within(&a), one.within(&b));
            prop_assert_eq!(one.within(&a.or(&b)), in_a || in_b);
            prop_assert_eq!(one.within(&a.minus(&b)), in_a && !in_b);
            prop_assert_eq!(one.within(&a.and(&b)), in_a && in_b);
            prop_assert!(a.minus(&a).is_empty() && a.and(&b).within(&a) && a.within(&a.or(&b)));
            prop_assert_eq!(Addresses::all().minus(&Addresses::all().minus(&a)), a);
        }
    }

    #[test]
    fn two_halves_are_everything_and_one_network_is_not() {
        let range = |ip: &str, bits| Range::around(ip.parse().unwrap(), bits);
        let halves = Addresses::of(&[range("0.0.0.0", 1), range("128.0.0.0", 1)]);
        assert_eq!(halves.or(&Addresses::of(&[range("::", 0)])), Addresses::all());
        assert!(halves.are_many() && Addresses::of(&[range("::", 0)]).are_many());
        assert!(Addresses::of(&[range("12.0.0.0", 7)]).are_many());
        assert!(!Addresses::of(&[range("12.0.0.0", 8), range("2001:db8::", 32)]).are_many());
    }
}
