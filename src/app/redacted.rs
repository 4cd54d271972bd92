//! Text that goes to whoever helps: without names.

/// Without addresses, names of this domain and others that are given, and the
/// home folder of whoever runs this.
pub(crate) fn redacted(text: &str, names: &[String]) -> String {
    let home = std::env::home_dir().map(|home| home.display().to_string());
    without(text, names, home.as_deref())
}

fn without(text: &str, names: &[String], home: Option<&str>) -> String {
    let mut text = text.to_owned();
    if let Some(home) = home.filter(|home| home.len() > 1) {
        text = text.replace(home, "~");
    }
    let words = text.split_inclusive(char::is_whitespace).map(|word| match word.contains('@') {
        true => {
            let end: String = word.chars().filter(|c| c.is_whitespace()).collect();
            format!("(address){end}")
        }
        false => word.to_owned(),
    });
    let text: String = words.collect();
    names.iter().filter(|name| !name.is_empty()).fold(text, |text, name| put_out(&text, name))
}

/// `name` in capitals or not, as example.com.
fn put_out(text: &str, name: &str) -> String {
    // Made small, some letters have another length: then only as it stands.
    let small = text.to_lowercase();
    if small.len() != text.len() {
        return text.replace(name, "example.com");
    }
    let name = name.to_lowercase();
    let (mut out, mut done) = (String::new(), 0);
    for (at, _) in small.match_indices(&name) {
        let (Some(kept), true) = (text.get(done..at), text.is_char_boundary(at + name.len()))
        else {
            continue;
        };
        out.push_str(kept);
        out.push_str("example.com");
        done = at + name.len();
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_named() {
        let text = "opened /home/ann/Mail/firma.de\nfailed: <ann@firma.de> said mail.Firma.DE\n";
        assert_eq!(
            without(text, &["firma.de".to_owned()], Some("/home/ann")),
            "opened ~/Mail/example.com\nfailed: (address) said mail.example.com\n"
        );
    }

    #[test]
    fn an_international_name_goes_in_each_of_its_forms() {
        let names = ["xn--bcher-kva.example".to_owned(), "bücher.example".to_owned()];
        let text = "Bücher.example, xn--bcher-kva.example, BÜCHER.EXAMPLE and İ bücher.example";
        let left = without(text, &names, None);
        assert!(!left.contains("xn--") && !left.ends_with("bücher.example"), "{left}");
        assert_eq!(without("BÜCHER.EXAMPLE", &names, Some("/")), "example.com");
    }
}
