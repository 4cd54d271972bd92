//! What Exchange calls a person: Name and Alias, each unique.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hasher};

use super::exchange_spelling::{
    END, alias, fits, lower_front, name, push_alias, push_name, tells_apart,
};
use crate::abreast::abreast;
use crate::plan::{Address, ContactName, Handed, Mailbox, Plan};

/// People whose names are looked at at one stroke.
const PART: usize = 4096;
/// Parts into which hashes are sorted.
const SHELVES: usize = 64;

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
        let looks = names.look_at_all();
        names.choose_names(&looks.names);
        names.choose_aliases(plan, &looks.aliases);
        names
    }

    /// Everyone, in their places.
    pub(super) fn people(&self) -> &[&'a Mailbox] {
        &self.people
    }

    /// Writes down Name and Alias of the person in this place.
    pub(super) fn tell(&self, place: usize, name: &mut String, alias: &mut String) {
        name.clear();
        alias.clear();
        let (Some(person), Some(chosen)) = (self.people.get(place), self.chosen.get(place)) else {
            return;
        };
        let handed = match self.handed.is_empty() {
            true => None,
            false => self.handed.get(&person.address),
        };
        match handed {
            Some(kept) => {
                name.push_str(&kept.name);
                alias.push_str(&kept.alias);
            }
            None => {
                push_name(name, person, chosen.name);
                push_alias(alias, person.address.local(), chosen.alias);
            }
        }
    }

    /// A first look at everyone, on all cores: whoever alone has a name gets
    /// it plain, the others with the address; and who needs a second look.
    fn look_at_all(&mut self) -> Looks {
        let handed = !self.handed.is_empty();
        let parts = (0u32..).step_by(PART).zip(self.people.chunks(PART)).collect();
        let mut all = Looks::default();
        // Names alike stand on one shelf, which is sorted beside the others.
        let room = self.people.len() / SHELVES * 9 / 8 + 16;
        let mut shelves: Vec<_> = (0..SHELVES).map(|_| Vec::with_capacity(room)).collect();
        abreast(
            parts,
            |(from, people)| look(from, people, handed),
            |(hashes, looks)| {
                for hash in hashes {
                    let shelf = shelves.get_mut(hash.0 as usize % SHELVES);
                    shelf.into_iter().for_each(|shelf| shelf.push(hash));
                }
                all.names.extend(looks.names);
                all.aliases.extend(looks.aliases);
            },
        );
        abreast(shelves, alike, |places| {
            for place in places {
                if let Some(chosen) = self.chosen.get_mut(place as usize) {
                    chosen.name = 1;
                }
            }
        });
        all
    }

    fn choose_names(&mut self, places: &[u32]) {
        let handed = self.handed;
        let mut worn: HashSet<String> =
            handed.values().map(|kept| kept.name.to_lowercase()).collect();
        for place in places {
            let place = *place as usize;
            let person = self.people.get(place);
            let Some((person, chosen)) = person.zip(self.chosen.get_mut(place)) else { continue };
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
    fn choose_aliases(&mut self, plan: &Plan, places: &[u32]) {
        let handed = self.handed;
        let mut taken: HashSet<String> =
            handed.values().map(|kept| kept.alias.to_lowercase()).collect();
        for place in places {
            let place = *place as usize;
            let person = self.people.get(place);
            let Some((person, chosen)) = person.zip(self.chosen.get_mut(place)) else { continue };
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

/// A hash of a plain name, and the place of its person.
type Hash = (u64, u32);

/// Places of those for whom the first choice may not be the last one.
#[derive(Default)]
struct Looks {
    names: Vec<u32>,
    aliases: Vec<u32>,
}

/// Hashes of the plain names of people who stand from this place on. Without a
/// random key, so that the same names always have the same ones.
fn look(from: u32, people: &[&Mailbox], handed: bool) -> (Vec<Hash>, Looks) {
    let (mut hashes, mut looks) = (Vec::with_capacity(people.len()), Looks::default());
    let mut lower = String::new();
    for (place, person) in (from..).zip(people) {
        lower_front(person, &mut lower);
        let mut hasher = DefaultHasher::new();
        hasher.write(lower.as_bytes());
        hashes.push((hasher.finish(), place));
        let local = person.address.local();
        if handed || !tells_apart(local) {
            looks.names.push(place);
        }
        if handed || !fits(local) {
            looks.aliases.push(place);
        }
    }
    (hashes, looks)
}

/// Places of those whose plain names are alike. By the hashes alone: should
/// two names ever share one, both get the address too.
fn alike(mut hashes: Vec<Hash>) -> Vec<u32> {
    hashes.sort_unstable();
    let alike = hashes.chunk_by(|(one, _), (two, _)| one == two).filter(|alike| alike.len() > 1);
    alike.flatten().map(|(_, place)| *place).collect()
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
        let at = |place| {
            let mut told = (String::new(), String::new());
            names.tell(place, &mut told.0, &mut told.1);
            told
        };
        (0..plan.roster.len()).map(at).collect()
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
