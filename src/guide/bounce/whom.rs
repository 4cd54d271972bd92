//! Who is meant in a line: the recipient, never the sender, and the server
//! that said it.

use super::wording::is_host;

/// Whom people are told to write to; nobody's mail was for them.
const CONTACTS: [&str; 8] = [
    "postmaster@",
    "abuse@",
    "delist@",
    "removal@",
    "support@",
    "hostmaster@",
    "mailer-daemon@",
    "helpdesk@",
];

/// Behind these the recipient stands.
const BEHIND: [&str; 5] = ["to=<", "rcpt to:<", "rcpt to: <", "rejected rcpt <", "to <"];

/// Behind these the server stands.
const BEFORE: [&str; 9] = [
    "host ",
    "relay=",
    "server at ",
    "while talking to ",
    "timed out with ",
    "host: ",
    "connect to ",
    "lost connection with ",
    "conversation with ",
];

/// Whether the words, in lower case, are about the sender.
pub(super) fn is_about_sender(lower: &str) -> bool {
    [
        "sender address",
        "sender verif",
        "sender domain",
        "domain of sender",
        "address of sender",
        "sender rejected",
        "sender denied",
        "unverified sender",
        "outbound sender",
        "invalid sender",
        "bad sender",
        "sender unknown",
        "sender user unknown",
        "sender was rejected",
        "anti-spoofing policy",
    ]
    .iter()
    .any(|words| lower.contains(words))
}

/// Whose mail it was, as far as the line says.
pub(super) fn recipient(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let marked = BEHIND.iter().find_map(|mark| {
        lower.match_indices(mark).find_map(|(at, mark)| {
            let whole = at == 0 || text[..at].ends_with([' ', ',', '\t', '(', ':', ';']);
            let behind = text.get(at + mark.len()..)?;
            let name = behind.split('>').next()?;
            (whole && is_address(name)).then(|| name.to_owned())
        })
    });
    if marked.is_some() {
        return marked;
    }
    let about_sender = is_about_sender(&lower);
    // “contact postmaster@example.com” is nobody's mail, unless in front.
    addresses(text)
        .find(|(at, name)| {
            let front = text.get(..*at).unwrap_or_default();
            let alone = front.trim_matches([' ', '<', '\t']).is_empty();
            let front = front.to_ascii_lowercase();
            // `<bob@example.com>: Sender address rejected` is about Bob.
            let behind = lower.get(*at + name.len()..).unwrap_or_default();
            let sender = behind.trim_start_matches(['>', ':', ' ']).starts_with("sender");
            let senders = ["from=<", "f=<", "from:<", "from: <", "from <", "id=<", "id="];
            let contact = CONTACTS.iter().any(|contact| {
                name.get(..contact.len()).is_some_and(|s| s.eq_ignore_ascii_case(contact))
            });
            let named = senders.iter().any(|mark| front.ends_with(mark));
            if about_sender { alone && !sender } else { !named && (alone || !contact) }
        })
        .map(|(_, name)| name.to_owned())
}

/// Every address in the text and where it stands; none of a link.
fn addresses(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let between = |c: char| c.is_whitespace() || "<>()'\",;:[]»«".contains(c);
    let pieces = text.split_inclusive(between).scan(0, |start, piece| {
        let at = *start;
        *start += piece.len();
        Some((at, piece))
    });
    pieces.filter_map(move |(at, piece)| {
        let name = piece.trim_end_matches(between).trim_end_matches([':', '.']);
        let bare = name.strip_prefix("mailto:").unwrap_or(name);
        let bare = bare.strip_prefix("to=").unwrap_or(bare);
        let linked = bare.contains("://") || bare.contains('?');
        (!linked && is_address(bare)).then_some((at + name.len() - bare.len(), bare))
    })
}

fn is_address(name: &str) -> bool {
    name.len() <= 320
        && name.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.contains('@')
        })
}

/// The address that the line consists of, with or without brackets: Exim,
/// Exchange and qmail write the recipient above what befell it.
pub(super) fn alone(line: &str) -> Option<&str> {
    let bare = line.trim();
    let bare = bare.strip_suffix(':').unwrap_or(bare);
    let bare = bare.strip_prefix('<').and_then(|bare| bare.strip_suffix('>')).unwrap_or(bare);
    // A client makes a link of it.
    let bare = bare.split_once("<mailto:").map_or(bare, |(bare, _)| bare);
    let clean = !bare.contains(|c: char| c.is_whitespace() || "<>(),;\"'".contains(c));
    (clean && is_address(bare)).then_some(bare)
}

/// The server that said it: `host mail.example.com[192.0.2.25] said`,
/// `relay=mail.example.com[...]`, `mail.example.com #550 5.1.1 ...`.
pub(super) fn server(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let marked = BEFORE.iter().find_map(|mark| {
        lower.match_indices(mark).find_map(|(at, _)| {
            let name = text.get(at + mark.len()..)?.split([' ', '[', ',', ':', '(', '>']).next()?;
            named(name)
        })
    });
    // Exim's log names it so where it sends, and the client where it takes.
    let sends = [" ** ", " == ", " => "].iter().any(|mark| text.contains(mark));
    let logged = || named(text.split_once(" H=").filter(|_| sends)?.1.split(' ').next()?);
    marked.or_else(logged).or_else(|| {
        text.match_indices(" #")
            .find_map(|(at, _)| named(text.get(..at)?.rsplit([' ', '<']).next()?))
    })
}

/// The host name, where it is one.
pub(super) fn named(name: &str) -> Option<String> {
    let name = name.trim().trim_end_matches('.');
    (name.len() <= 255 && is_host(name) && !name.contains('/')).then(|| name.to_owned())
}

/// The first word, where it is a host name.
pub(super) fn first_named(text: &str) -> Option<String> {
    named(text.split([' ', '(']).next()?)
}
