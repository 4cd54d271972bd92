//! What Exchange calls a person: Name and Alias, each unique.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hasher};

use super::escape::{cut, tidy};
use crate::abreast::abreast;
use crate::plan::{Address, ContactName, Handed, Mailbox, Plan};

/// The limit of Name, Alias, FirstName and LastName, in UTF-16 units.
pub(super) const SHORT: usize = 64;
/// The limit of DisplayName.
pub(super) const LONG: usize = 256;
/// Stands in every Name, because the person's account in Active Directory may
/// have the plain name already, in the same container.
const MARKED: &str = " (SDR)";
/// So much of the part before the `@` stands in a Name at most.
const SHOWN: usize = 30;
/// Stands at the end of every Alias, for the same reason.
const END: &str = "-sdr";

/// People whose names are looked at at one stroke.
const PART: usize = 4096;

/// Name and Alias of everyone, each unique without regard to case. What makes
/// them so is kept; the texts are made when they are asked for.
pub(super) struct Names<'a> {
    people: Vec<&'a Mailbox>,
    /// Beside each person.
    chosen: Vec<Chosen>,
    /// What was handed out: whoever has a name there keeps it.
    handed: &'a BTreeMap<Address, ContactName>,
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
    pub(super) fn of(plan: &Plan, handed: &'a Handed, people: Vec<&'a Mailbox>) -> Self {
        let chosen = vec![Chosen { name: 0, alias: 1 }; people.len()];
        let mut names = Self { people, chosen, handed: &handed.names };
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
        match self.handed.get(&person.address) {
            Some(kept) => (kept.name.clone(), kept.alias.clone()),
            None => (name(person, chosen.name), alias(person.address.local(), chosen.alias)),
        }
    }

    /// Whoever alone has a name gets it plain; the others with the address.
    fn choose_names(&mut self) {
        // By their hashes alone: should two names ever share one, both get the
        // address too.
        let mut hashes: Vec<(u64, u32)> = Vec::with_capacity(self.people.len());
        let parts = (0u32..).step_by(PART).zip(self.people.chunks(PART)).collect();
        abreast(parts, |(from, people)| plain_hashes(from, people), |part| hashes.extend(part));
        hashes.sort_unstable_by_key(|(hash, _)| *hash);
        for alike in hashes.chunk_by(|(one, _), (two, _)| one == two) {
            for (_, place) in alike.iter().filter(|_| alike.len() > 1) {
                if let Some(chosen) = self.chosen.get_mut(*place as usize) {
                    chosen.name = 1;
                }
            }
        }
        drop(hashes);
        let handed = self.handed;
        let mut worn: HashSet<String> =
            handed.values().map(|kept| kept.name.to_lowercase()).collect();
        for (person, chosen) in self.people.iter().zip(&mut self.chosen) {
            if handed.contains_key(&person.address) {
                continue;
            }
            let own = chosen.name == 0 || tells_apart(person.address.local());
            if own
                && (handed.is_empty() || !worn.contains(&name(person, chosen.name).to_lowercase()))
            {
                continue;
            }
            let free = (1..).find(|n| worn.insert(name(person, *n).to_lowercase()));
            chosen.name = free.unwrap_or(1);
        }
    }

    /// Whose address can stand in an alias as it is has no rival but those
    /// whose address can't; they step back, also before who is no contact yet.
    fn choose_aliases(&mut self, plan: &Plan) {
        let handed = self.handed;
        let mut taken: HashSet<String> =
            handed.values().map(|kept| kept.alias.to_lowercase()).collect();
        for (person, chosen) in self.people.iter().zip(&mut self.chosen) {
            let local = person.address.local();
            if handed.contains_key(&person.address) {
                continue;
            }
            if fits(local)
                && (handed.is_empty() || !taken.contains(&alias(local, 1).to_lowercase()))
            {
                continue;
            }
            let free = (1..).find(|n| {
                let alias = alias(local, *n);
                let rival = alias.strip_suffix(END).and_then(|local| {
                    let address = format!("{local}@{}", plan.domain());
                    Address::parse_near(&address, Some(plan.domain())).ok()
                });
                let stands = rival.is_some_and(|rival| {
                    rival != person.address && plan.roster.get(&rival).is_some()
                });
                !stands && taken.insert(alias.to_lowercase())
            });
            chosen.alias = free.unwrap_or(1);
        }
    }
}

/// Hashes of the plain names of people who stand from this place on. Without a
/// random key, so that the same names always have the same ones.
fn plain_hashes(from: u32, people: &[&Mailbox]) -> Vec<(u64, u32)> {
    let mut lower = String::new();
    let hash = |(place, person): (u32, &&Mailbox)| {
        lower_front(person, &mut lower);
        let mut hasher = DefaultHasher::new();
        hasher.write(lower.as_bytes());
        (hasher.finish(), place)
    };
    (from..).zip(people).map(hash).collect()
}

/// The plain name in lower case, without the mark that all of them have.
fn lower_front(person: &Mailbox, lower: &mut String) {
    lower.clear();
    let full = full_name(person);
    let front = tidy(&full, LONG);
    let front = cut(&front, SHORT - MARKED.len());
    match front.is_ascii() {
        true => {
            lower.push_str(front);
            lower.make_ascii_lowercase();
        }
        false => lower.push_str(&front.to_lowercase()),
    }
}

/// Whether a name with this before the `@` in it is like no other: it stands
/// there whole, and nothing in it looks like the mark around it.
fn tells_apart(local: &str) -> bool {
    local.len() < SHOWN && local.bytes().all(is_of_nickname)
}

/// The plain name, or the `n`th with the address in it.
fn name(person: &Mailbox, n: u32) -> String {
    let local = || cut(person.address.local(), SHOWN);
    let mark = match n {
        0 => Cow::Borrowed(MARKED),
        1 => [" (", local(), ", SDR)"].concat().into(),
        n => format!(" ({} {n}, SDR)", local()).into(),
    };
    let units = if mark.is_ascii() { mark.len() } else { mark.encode_utf16().count() };
    let full = full_name(person);
    let front = tidy(&full, LONG);
    [cut(&front, SHORT - units), &mark].concat()
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
    // Nearly all names begin with a letter, which is enough to know.
    let begins = person.display_name.starts_with(|c: char| c.is_ascii_graphic());
    if begins || !tidy(&person.display_name, LONG).is_empty() {
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
        let handed = Handed::default();
        let names = Names::of(plan, &handed, plan.roster.iter().collect());
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
