//! Very many people of one domain in the order of their addresses, without a
//! look at the address for each comparison.

use crate::plan::Mailbox;

/// Octets before an `@` (RFC 5321 4.5.3.1.1).
const LONGEST: usize = 64;
/// Octets of an address that are looked at at one stroke.
const FRONT: usize = 12;

/// The octets of the part before the `@` from this one on, and below them the
/// person's place: numbers in the order of the addresses.
pub(super) fn key(person: &Mailbox, from: usize, place: u32) -> u128 {
    let local = person.address.local().bytes().skip(from).take(FRONT);
    let mut octets = [0; FRONT];
    octets.iter_mut().zip(local).for_each(|(to, octet)| *to = octet);
    let front = octets.iter().fold(0, |front, octet| (front << 8) | u128::from(*octet));
    (front << 32) | u128::from(place)
}

/// The place in a key.
pub(super) fn place_of(key: u128) -> u32 {
    (key & u128::from(u32::MAX)) as u32
}

/// Sorts keys that were made from this octet on; those that are alike again by
/// the next ones.
pub(super) fn sort_by_address(people: &[&Mailbox], keys: &mut [u128], from: usize) {
    keys.sort_unstable();
    let from = from + FRONT;
    for alike in keys.chunk_by_mut(|one, two| one >> 32 == two >> 32) {
        if alike.len() < 2 || from >= LONGEST {
            continue;
        }
        for old in &mut *alike {
            let place = place_of(*old);
            *old = people.get(place as usize).map_or(*old, |person| key(person, from, place));
        }
        sort_by_address(people, alike, from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_stand_in_the_order_of_their_addresses() {
        let front = "a".repeat(60);
        let locals = ["b", "a.b", "ab", "a-b", "a", "z1", "z"].map(str::to_owned);
        let long = (0..40).rev().map(|n| format!("{}{n:02}", &front[..n + 10]));
        let ends = (10..40).rev().map(|n| format!("{front}{n}"));
        let people: Vec<Mailbox> = { locals.into_iter().chain(long).chain(ends) }
            .map(|local| Mailbox::new(format!("{local}@example.com").parse().unwrap()))
            .collect();
        let people: Vec<&Mailbox> = people.iter().collect();
        let mut keys: Vec<u128> =
            (0..).zip(&people).map(|(place, person)| key(person, 0, place)).collect();
        sort_by_address(&people, &mut keys, 0);
        let sorted: Vec<&str> =
            keys.iter().map(|key| people[place_of(*key) as usize].address.local()).collect();
        let mut expected: Vec<&str> = people.iter().map(|who| who.address.local()).collect();
        expected.sort_unstable();
        assert_eq!(sorted, expected);
    }
}
