//! Very many people of one domain in the order of their addresses, without a
//! look at the address for each comparison.

use crate::abreast::abreast;
use crate::plan::Mailbox;

/// A front of the part before the `@`, as numbers in the order of the texts,
/// and a place. Nearly everybody is told apart by it.
type Key = ([u64; 3], u32);

/// Places among these people in the order of their addresses.
pub(super) fn by_address(people: &[&Mailbox], places: impl Iterator<Item = u32>) -> Vec<u32> {
    // By the first octet, so that the keys of a few stand in memory at a time.
    let mut shelves = vec![Vec::new(); 1 + usize::from(u8::MAX)];
    for place in places {
        let first = people.get(place as usize).and_then(|who| who.address.local().bytes().next());
        if let Some(shelf) = shelves.get_mut(usize::from(first.unwrap_or_default())) {
            shelf.push(place);
        }
    }
    shelves.retain(|shelf| !shelf.is_empty());
    let mut sorted = Vec::with_capacity(shelves.iter().map(Vec::len).sum());
    abreast(shelves, |shelf| in_order(people, shelf), |shelf| sorted.extend(shelf));
    sorted
}

fn in_order(people: &[&Mailbox], mut places: Vec<u32>) -> Vec<u32> {
    let person = |place: u32| people.get(place as usize).copied();
    let key = |place: &u32| Some((front(person(*place)?.address.local()), *place));
    let mut keys: Vec<Key> = Vec::with_capacity(places.len());
    for places in places.chunks(AT_ONCE) {
        fetch_addresses(places.iter().filter_map(|place| person(*place)));
        keys.extend(places.iter().filter_map(key));
    }
    keys.sort_unstable_by(|(one, at), (two, other)| {
        let address = |place: u32| person(place).map(|person| &person.address);
        one.cmp(two).then_with(|| address(*at).cmp(&address(*other)))
    });
    places.clear();
    places.extend(keys.into_iter().map(|(_, place)| place));
    places
}

fn front(local: &str) -> [u64; 3] {
    let mut octets = [0; 24];
    for (octet, own) in octets.iter_mut().zip(local.bytes()) {
        *octet = own;
    }
    let mut eights = octets.as_chunks::<8>().0.iter().map(|eight| u64::from_be_bytes(*eight));
    let mut eight = || eights.next().unwrap_or_default();
    [eight(), eight(), eight()]
}

/// People who are fetched before they are looked at.
pub(super) const AT_ONCE: usize = 64;

/// Touches what is written of people who stand here and there in memory: the
/// machine asks for all of it at once then, and need not wait for one after
/// the other.
pub(super) fn fetch<'a>(people: impl Iterator<Item = &'a Mailbox>) {
    let first = |text: &str| u64::from(text.as_bytes().first().copied().unwrap_or_default());
    let touch = |who: &Mailbox| {
        let names = first(&who.display_name) + first(&who.first_name) + first(&who.last_name);
        names + first(who.address.local()) + who.aliases.first().map_or(0, |a| first(a.local()))
    };
    std::hint::black_box(people.map(touch).sum::<u64>());
}

/// The same for the addresses alone.
fn fetch_addresses<'a>(people: impl Iterator<Item = &'a Mailbox>) {
    let first = |who: &Mailbox| who.address.local().bytes().next().map_or(0, u64::from);
    std::hint::black_box(people.map(first).sum::<u64>());
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
        let places = by_address(&people, (0..).take(people.len()));
        let sorted: Vec<&str> =
            places.iter().map(|place| people[*place as usize].address.local()).collect();
        let mut expected: Vec<&str> = people.iter().map(|who| who.address.local()).collect();
        expected.sort_unstable();
        assert_eq!(sorted, expected);
    }
}
