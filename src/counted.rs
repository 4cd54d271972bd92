//! Counted words: "1 person", "3 people", "1 person stays".

/// So many of something, by its words for one and for any other number.
pub(crate) fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// So many people.
pub(crate) fn people(count: usize) -> String {
    counted(count, "person", "people")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_nobody_is_many() {
        assert_eq!(
            ["0 people", "1 person", "2 people"],
            [0, 1, 2].map(people).each_ref().map(|s| &**s)
        );
        assert_eq!(counted(1, "way goes", "ways go"), "1 way goes");
    }
}
