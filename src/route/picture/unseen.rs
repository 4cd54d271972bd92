//! The size of words in a font that nobody knows here: a file is read elsewhere.
//! Told rather too wide than too narrow.

/// Height of a row for the size of its letters.
const ROW: f32 = 1.2;

/// Words in rows, none wider than `within` points: broken between words, and
/// within one where it is wider alone.
pub fn broken(words: &str, size: f32, within: f32) -> Vec<String> {
    let mut rows = Vec::new();
    for line in words.split('\n') {
        let mut row = String::new();
        for word in line.split_inclusive(' ') {
            if !row.is_empty() && wide(&row, size) + wide(word.trim_end(), size) > within {
                rows.push(std::mem::take(&mut row));
            }
            for letter in word.chars() {
                if !row.is_empty() && letter != ' ' && wide(&row, size) + of(letter) * size > within
                {
                    rows.push(std::mem::take(&mut row));
                }
                row.push(letter);
            }
        }
        rows.push(row);
    }
    rows.into_iter().map(|row| row.trim_end().to_owned()).collect()
}

/// Width and height of these rows.
pub fn estimated(words: &str, size: f32, within: f32) -> (f32, f32) {
    let rows = broken(words, size, within);
    let width = rows.iter().map(|row| wide(row, size)).fold(0.0, f32::max);
    (width, rows.len() as f32 * size * ROW)
}

fn wide(words: &str, size: f32) -> f32 {
    words.chars().map(of).sum::<f32>() * size
}

/// Width of a letter for its size, in the wider ones of the usual fonts
/// without serifs (Verdana, DejaVu Sans); a whole square for scripts of Asia
/// and pictures.
fn of(letter: char) -> f32 {
    match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | 'I' => 0.37,
        ' ' | 'f' | 'r' | 't' | '(' | ')' | '/' | '-' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 1.0,
        '0'..='9' | 'a'..='z' => 0.64,
        letter if letter < '\u{1100}' => 0.75,
        _ => 1.05,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_no_wider_than_they_may_be_and_lose_nothing() {
        let words = "5  split domain routing\nround and round";
        for within in [40.0, 70.0, 90.0, 1000.0] {
            let rows = broken(words, 12.5, within);
            assert!(rows.iter().all(|row| wide(row, 12.5) <= within), "{rows:?}");
            let kept = |text: &str| text.replace([' ', '\n'], "");
            assert_eq!(kept(&rows.concat()), kept(words));
        }
        assert_eq!(broken(words, 12.5, 1000.0), ["5  split domain routing", "round and round"]);
        assert_eq!(broken("5  split domain", 12.5, 60.0), ["5  split", "domain"]);
        assert_eq!(broken("外部メールサーバー", 15.0, 50.0), ["外部メ", "ールサ", "ーバー"]);
    }
}
