//! What Exchange calls a person: Name and Alias, each unique.

use std::collections::{BTreeMap, BTreeSet};

use super::escape::{cut, tidy};
use super::forwards::Moved;
use crate::plan::{Address, Mailbox};

/// The limit of Name, Alias, FirstName and LastName, in UTF-16 units.
pub(super) const SHORT: usize = 64;
/// The limit of DisplayName.
pub(super) const LONG: usize = 256;
/// Stands in every Name, because the person's account in Active Directory may
/// have the plain name already, in the same container.
const MARK: &str = "SDR";

/// Name and Alias of everyone, each unique without regard to case.
pub(super) fn names(everyone: &[Moved<'_>]) -> BTreeMap<Address, (String, String)> {
    let marked = |person: &Mailbox, mark: &str| {
        let mark = format!(" ({mark})");
        let front = tidy(&full_name(person), LONG).into_owned();
        format!("{}{mark}", cut(&front, SHORT - mark.encode_utf16().count()))
    };
    let mut wearers: BTreeMap<String, usize> = BTreeMap::new();
    for moved in everyone {
        *wearers.entry(marked(moved.person, MARK).to_lowercase()).or_default() += 1;
    }
    let mut names =
        Unique(wearers.iter().filter(|(_, n)| **n == 1).map(|(k, _)| k.clone()).collect());
    let mut aliases = Unique(BTreeSet::new());
    let mut chosen = BTreeMap::new();
    for moved in everyone {
        let person = moved.person;
        let plain = marked(person, MARK);
        let name = if wearers.get(&plain.to_lowercase()) == Some(&1) {
            plain
        } else {
            let local = cut(person.address.local(), 30);
            names.take(|n| match n {
                1 => marked(person, &format!("{local}, {MARK}")),
                n => marked(person, &format!("{local} {n}, {MARK}")),
            })
        };
        let nickname = nickname(person.address.local());
        let alias = aliases.take(|n| {
            let end = if n == 1 { "-sdr".to_owned() } else { format!("-sdr{n}") };
            format!("{}{end}", cut(&nickname, SHORT - end.len()).trim_end_matches('.'))
        });
        chosen.insert(person.address.clone(), (name, alias));
    }
    chosen
}

/// What is taken already, in lower case.
struct Unique(BTreeSet<String>);

impl Unique {
    /// The first of the candidates for 1, 2, ... that nobody has.
    fn take(&mut self, candidate: impl Fn(usize) -> String) -> String {
        (1..)
            .map(candidate)
            .find(|candidate| self.0.insert(candidate.to_lowercase()))
            .unwrap_or_default()
    }
}

/// The part before the `@` with the characters that an Exchange alias may
/// have and no shell reads as more than a character; others become `_`.
fn nickname(local: &str) -> String {
    local
        .chars()
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() || "!#%*+-/=?^_~.".contains(c) => c,
            '\u{a1}'..='\u{ff}' => c,
            _ => '_',
        })
        .collect()
}

/// The display name, or what there is of a name.
pub(super) fn full_name(person: &Mailbox) -> String {
    let parts = [&*person.first_name, &*person.last_name];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !tidy(part, LONG).is_empty()).collect();
    match (tidy(&person.display_name, LONG).is_empty(), parts.is_empty()) {
        (false, _) => person.display_name.to_string(),
        (true, false) => parts.join(" "),
        (true, true) => person.address.local().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::forwards::{Whom, moved};
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
        let (everyone, _) = moved(plan, Whom::Ever, "list");
        let mut names = names(&everyone);
        plan.roster.iter().filter_map(|person| names.remove(&person.address)).collect()
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
}
