//! The words of a line without the names in it. `greylist@example.com` says
//! nothing of greylisting, `5.1.1.example.com` is no status.

use crate::plan::is_within;

/// Characters of a name in brackets or a quoted local part.
const LONGEST_NAME: usize = 320;

/// Exchange's own words have dots too: `RESOLVER.ADR.RecipientNotFound`.
const OF_EXCHANGE: [&str; 8] =
    ["RESOLVER", "STOREDRV", "QUEUE", "ROUTING", "SMTPSEND", "AGENT", "SMTP", "APPROVAL"];

/// Whose value is a name: `relay=mx1.example.com`, Exim's `R=dnslookup`.
const NAMED: [&str; 10] = ["R", "T", "H", "F", "S", "P", "relay", "helo", "client", "name"];

/// The text without addresses, host names, links and what stands in angle
/// brackets by itself.
pub(super) fn wording(text: &str) -> String {
    let text = behind_the_log(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // The word before and the character between it and this one.
    let mut before = ("", ' ');
    while let Some(c) = rest.chars().next() {
        if let Some(behind) = bracketed(rest).or_else(|| quoted_local_part(rest)) {
            out.push(' ');
            rest = behind;
        } else if is_between(c) {
            out.push(c);
            before.1 = c;
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        } else {
            let end = if is_link(rest) {
                rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\''))
            } else {
                rest.find(is_between)
            };
            let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
            let named = before.1 == '=' && NAMED.contains(&before.0);
            if !named && !is_link(word) && !word.contains('@') && !is_host(word) {
                out.push_str(word);
            }
            before.0 = word;
            rest = behind;
        }
    }
    out
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || ",;:=()[]{}<>|\"'“”„«»‘’".contains(c)
}

fn is_link(text: &str) -> bool {
    ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)))
}

/// What is behind `<ann@example.com>`, where the text begins so.
fn bracketed(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('<')?;
    let (name, behind) = cut_at(inner, '>')?;
    let one = !name.contains(|c: char| c.is_whitespace() || c == '<');
    (one || name.starts_with('"') && name.contains("\"@")).then_some(behind)
}

/// What is behind `"ann lee"@example.com`, where the text begins so.
fn quoted_local_part(text: &str) -> Option<&str> {
    let (_, behind) = cut_at(text.strip_prefix('"')?, '"')?;
    let domain = behind.strip_prefix('@')?;
    domain.get(domain.find(is_between).unwrap_or(domain.len())..)
}

fn cut_at(text: &str, mark: char) -> Option<(&str, &str)> {
    let near = text.get(..text.floor_char_boundary(LONGEST_NAME))?;
    let at = near.find(mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// `mail.example.com`, with or without a path behind it.
pub(super) fn is_host(word: &str) -> bool {
    let name = word.split('/').next().unwrap_or_default().trim_end_matches('.');
    let of_names = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let Some((front, last)) = name.rsplit_once('.') else { return false };
    let first = front.split('.').next().unwrap_or_default();
    let mut letters = last.chars();
    // “full.Please”: two sentences without a space.
    let sentence = letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase);
    !sentence
        && (2..=24).contains(&last.chars().count())
        && (last.chars().all(char::is_alphabetic) || last.starts_with("xn--"))
        && front.split('.').all(|label| !label.is_empty() && label.chars().all(of_names))
        && !OF_EXCHANGE.contains(&first)
}

/// A line of a mail log without date, machine and program in front.
fn behind_the_log(line: &str) -> &str {
    let program = ["postfix/", "sendmail[", "exim[", "sm-mta["]
        .iter()
        .find_map(|mark| line.get(..line.floor_char_boundary(120))?.find(mark));
    program.and_then(|at| line.get(at..)).unwrap_or(line)
}

/// Whether a link in the text leads to the pages of a block list.
pub(super) fn links_to_a_block_list(text: &str) -> bool {
    const LISTS: [&str; 7] = [
        "spamhaus.org",
        "spamcop.net",
        "barracudacentral.org",
        "abuseat.org",
        "sorbs.net",
        "uceprotect.net",
        "ipcheck.proofpoint.com",
    ];
    text.split("://").skip(1).any(|link| {
        let host = link.split(['/', ' ', '?', ':', '>', '"']).next().unwrap_or_default();
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        LISTS.iter().any(|list| is_within(&host, list))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_out_and_words_stay() {
        for (text, words) in [
            ("550 5.1.1 <greylist@dmarc.example>: no", "550 5.1.1  : no"),
            ("550 blacklist@example.com unknown", "550  unknown"),
            ("550 \"dmarc spamhaus\"@example.com unknown", "550   unknown"),
            ("<\"dmarc spamhaus\"@example.com>: unknown", " : unknown"),
            ("host relay.example.com[192.0.2.1] said: no", "host [192.0.2.1] said: no"),
            ("see https://dmarc.example/spf?x=1. Bye", "see  Bye"),
            ("see www.spamhaus.org/query/ip/192.0.2.1", "see "),
            (
                "RESOLVER.ADR.RecipientNotFound; not found",
                "RESOLVER.ADR.RecipientNotFound; not found",
            ),
            ("mailbox full.Please wait", "mailbox full.Please wait"),
            ("<mx.example.com #5.5.0 smtp;550 user unknown>", "< #5.5.0 smtp;550 user unknown>"),
            (
                "Nov 26 00:00:01 greylist postfix/smtp[1]: A: to=<a@b.example>",
                "postfix/smtp[1]: A: to= ",
            ),
            ("R=greylist T=dmarc_smtp: no", "R= T=: no"),
            ("<<< 550 5.1.1 no", "<<< 550 5.1.1 no"),
        ] {
            assert_eq!(wording(text), words, "{text}");
        }
        for text in ["<", "\"", "\"@", "<\"@>", "a@", "@", "http://", "=", "é<é>é\"é\"@é"] {
            let _ = wording(text);
        }
    }
}
