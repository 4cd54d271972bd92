//! What Exchange calls a person: Name and Alias, each unique.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use super::escape::{cut, tidy};
use crate::plan::{Address, Mailbox, Plan};

/// The limit of Name, Alias, FirstName and LastName, in UTF-16 units.
pub(super) const SHORT: usize = 64;
/// The limit of DisplayName.
pub(super) const LONG: usize = 256;
/// Stands in every Name, because the person's account in Active Directory may
/// have the plain name already, in the same container.
const MARK: &str = "SDR";
/// Stands at the end of every Alias, for the same reason.
const END: &str = "-sdr";

/// Name and Alias of everyone, each unique without regard to case. What makes
/// them so is kept; the texts are made when they are asked for.
pub(super) struct Names<'a> {
    people: Vec<&'a Mailbox>,
    /// Beside each person.
    chosen: Vec<Chosen>,
}

/// Which of the candidates a person got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chosen {
    /// 0: the plain name, which nobody else has; from 1: with the address.
    name: u32,
    /// From 1.
    alias: u32,
}

impl<'a> Names<'a> {
    /// Chooses for all of these, who have different addresses in the domain.
    pub(super) fn of(plan: &Plan, people: Vec<&'a Mailbox>) -> Self {
        let chosen = vec![Chosen { name: 0, alias: 1 }; people.len()];
        let mut names = Self { people, chosen };
        names.choose_names();
        names.choose_aliases(plan);
        names
    }

    /// Everyone, in their places.
    pub(super) fn people(&self) -> &[&'a Mailbox] {
        &self.people
    }

    /// Name and Alias of the person in this place.
    pub(super) fn at(&self, place: usize) -> (String, String) {
        let (Some(person), Some(chosen)) = (self.people.get(place), self.chosen.get(place)) else {
            return Default::default();
        };
        (name(person, chosen.name), alias(person.address.local(), chosen.alias))
    }

    /// Whoever alone has a name gets it plain; the others with the address.
    fn choose_names(&mut self) {
        let mut plain = Worn::with_room(self.people.len());
        for place in 0..self.people.len() {
            let wanted = self.lower(place, 0);
            match plain.wearer(&wanted, |other| self.lower(other, 0)) {
                None => plain.insert(&wanted, place, |other| self.lower(other, 0)),
                Some(first) => {
                    for place in [first, place] {
                        if let Some(chosen) = self.chosen.get_mut(place) {
                            chosen.name = 1;
                        }
                    }
                }
            }
        }
        let of_many = |chosen: &&Chosen| chosen.name == 1;
        let mut worn = Worn::with_room(self.chosen.iter().filter(of_many).count());
        for place in 0..self.people.len() {
            if self.chosen.get(place).is_none_or(|chosen| chosen.name == 0) {
                continue;
            }
            for n in 1.. {
                let wanted = self.lower(place, n);
                let own = |other: usize| self.chosen.get(other).map_or(0, |chosen| chosen.name);
                let alone = plain.wearer(&wanted, |other| self.lower(other, 0));
                if alone.is_some_and(|other| own(other) == 0) {
                    continue;
                }
                let lower = |other: usize| self.lower(other, own(other));
                if worn.wearer(&wanted, lower).is_none() {
                    worn.insert(&wanted, place, lower);
                    if let Some(chosen) = self.chosen.get_mut(place) {
                        chosen.name = n;
                    }
                    break;
                }
            }
        }
    }

    /// Whose address can stand in an alias as it is has no rival but those
    /// whose address can't; they step back, also before who is no contact yet.
    fn choose_aliases(&mut self, plan: &Plan) {
        let mut taken = HashSet::new();
        for (person, chosen) in self.people.iter().zip(&mut self.chosen) {
            let local = person.address.local();
            if fits(local) {
                continue;
            }
            let free = (1..).find(|n| {
                let alias = alias(local, *n);
                let rival = alias.strip_suffix(END).and_then(|local| {
                    let address = format!("{local}@{}", plan.domain());
                    Address::parse_near(&address, Some(plan.domain())).ok()
                });
                let stands = rival.is_some_and(|rival| plan.roster.get(&rival).is_some());
                !stands && taken.insert(alias.to_lowercase())
            });
            chosen.alias = free.unwrap_or(1);
        }
    }

    fn lower(&self, place: usize, n: u32) -> String {
        let Some(person) = self.people.get(place) else { return String::new() };
        let mut name = name(person, n);
        if name.is_ascii() {
            name.make_ascii_lowercase();
            return name;
        }
        name.to_lowercase()
    }
}

/// Who wears which text: the place of each wearer, and enough of the text's
/// hash that other texts are hardly ever made again to be compared.
struct Worn {
    hasher: RandomState,
    places: HashTable<(u32, u32)>,
}

impl Worn {
    fn with_room(people: usize) -> Self {
        Self { hasher: RandomState::new(), places: HashTable::with_capacity(people) }
    }

    fn wearer(&self, text: &str, text_of: impl Fn(usize) -> String) -> Option<usize> {
        let hash = self.hasher.hash_one(text);
        let same =
            |(part, place): &(u32, u32)| *part == part_of(hash) && text_of(*place as usize) == text;
        self.places.find(hash, same).map(|(_, place)| *place as usize)
    }

    fn insert(&mut self, text: &str, place: usize, text_of: impl Fn(usize) -> String) {
        let hash = self.hasher.hash_one(text);
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let hash_of = |(_, place): &(u32, u32)| {
            let at = *place as usize;
            self.hasher.hash_one(text_of(at).as_str())
        };
        self.places.insert_unique(hash, (part_of(hash), place), hash_of);
    }
}

/// Some of a hash: the table itself goes by its two ends.
fn part_of(hash: u64) -> u32 {
    (hash >> 20) as u32
}

/// The plain name, or the `n`th with the address in it.
fn name(person: &Mailbox, n: u32) -> String {
    let local = |most| cut(person.address.local(), most);
    let mark = match n {
        0 => Cow::Borrowed(" (SDR)"),
        1 => format!(" ({}, {MARK})", local(30)).into(),
        n => format!(" ({} {n}, {MARK})", local(30)).into(),
    };
    let full = full_name(person);
    let front = tidy(&full, LONG);
    let mut name = cut(&front, SHORT - mark.encode_utf16().count()).to_owned();
    name.push_str(&mark);
    name
}

/// The `n`th alias, from 1.
fn alias(local: &str, n: u32) -> String {
    if n == 1 && fits(local) {
        return [local, END].concat();
    }
    let end = if n == 1 { END.to_owned() } else { format!("{END}{n}") };
    format!("{}{end}", cut(&nickname(local), SHORT - end.len()).trim_end_matches('.'))
}

/// Whether an alias can hold the part before the `@` as it is.
fn fits(local: &str) -> bool {
    local.len() + END.len() <= SHORT && local.bytes().all(is_of_nickname)
}

fn is_of_nickname(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#%*+-/=?^_~.".contains(&byte)
}

/// The part before the `@` with the characters that an Exchange alias may
/// have and no shell reads as more than a character; others become `_`.
fn nickname(local: &str) -> String {
    local
        .chars()
        .map(|c| match c {
            c if u8::try_from(c).is_ok_and(is_of_nickname) => c,
            '\u{a1}'..='\u{ff}' => c,
            _ => '_',
        })
        .collect()
}

/// The display name, or what there is of a name.
pub(super) fn full_name(person: &Mailbox) -> Cow<'_, str> {
    if !tidy(&person.display_name, LONG).is_empty() {
        return Cow::Borrowed(&person.display_name);
    }
    let parts = [&*person.first_name, &*person.last_name];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !tidy(part, LONG).is_empty()).collect();
    match parts.is_empty() {
        false => parts.join(" ").into(),
        true => Cow::Borrowed(person.address.local()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Domain, Home, Plan};

    fn plan(people: &[(&str, &str)]) -> Plan {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        for (address, name) in people {
            let mut person = Mailbox::new(address.parse().unwrap());
            person.display_name = (*name).into();
            person.home = Home::Host;
            plan.roster.add(person).unwrap();
        }
        plan
    }

    /// In the order of the roster.
    fn chosen(plan: &Plan) -> Vec<(String, String)> {
        let names = Names::of(plan, plan.roster.iter().collect());
        (0..plan.roster.len()).map(|place| names.at(place)).collect()
    }

    #[test]
    fn people_of_the_same_name_are_told_apart_by_their_address() {
        let names = chosen(&plan(&[
            ("ann@example.com", "Ann Lee"),
            ("ann.lee@example.com", "ANN LEE"),
            ("bob@example.com", "Bob"),
            ("x@example.com", ""),
        ]));
        let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Ann Lee (ann, SDR)", "ANN LEE (ann.lee, SDR)", "Bob (SDR)", "x (SDR)"]);
    }

    #[test]
    fn an_alias_has_only_characters_that_exchange_takes() {
        let names = chosen(&plan(&[("o'b{r}i$e`n&|x.y@example.com", "")]));
        assert_eq!(names[0].1, "o_b_r_i_e_n__x.y-sdr");
    }

    #[test]
    fn an_alias_of_its_own_goes_before_one_that_had_to_be_changed() {
        let names = chosen(&plan(&[
            ("a'b@example.com", ""),
            ("a_b@example.com", ""),
            ("a`b@example.com", ""),
        ]));
        let aliases: Vec<&str> = names.iter().map(|(_, alias)| alias.as_str()).collect();
        assert_eq!(aliases, ["a_b-sdr2", "a_b-sdr", "a_b-sdr3"]);
    }

    #[test]
    fn a_name_with_an_address_is_nobody_elses_plain_name() {
        let names = chosen(&plan(&[
            ("ann@example.com", "Ann"),
            ("x@example.com", "Ann"),
            ("y@example.com", "Ann (ann, SDR)"),
            ("z@example.com", "ANN (ANN, sdr)"),
        ]));
        let lower: HashSet<String> = names.iter().map(|(name, _)| name.to_lowercase()).collect();
        assert_eq!(lower.len(), 4, "{names:?}");
    }
}
