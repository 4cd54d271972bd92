//! The text of a notice that was pasted as the source of a web page, as
//! Exchange sends them.

/// Names that are tags; what else stands in angle brackets is an address.
const TAGS: [&str; 38] = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "script",
    "body",
    "div",
    "p",
    "br",
    "hr",
    "span",
    "font",
    "b",
    "i",
    "u",
    "a",
    "em",
    "strong",
    "table",
    "tbody",
    "thead",
    "tr",
    "td",
    "th",
    "img",
    "pre",
    "code",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "center",
    "blockquote",
    "o:p",
    "link",
];
/// These stand within a line.
const INLINE: [&str; 10] = ["span", "font", "b", "i", "u", "a", "em", "strong", "code", "o:p"];
/// A text is a web page where one of these is in it.
const SIGNS: [&str; 6] = ["<html", "<body", "<table", "<div", "<p>", "<br"];
/// Characters of a tag.
const LONGEST_TAG: usize = 2000;

/// The text without tags; as it is where there are none. Takes one pass.
pub(super) fn without_tags(text: String) -> String {
    let lower = text.to_ascii_lowercase();
    if !SIGNS.iter().any(|sign| lower.contains(sign)) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    // A line break is a space between the first tag and the last.
    let last =
        text.rmatch_indices('<').map(|(at, _)| at).find(|at| is_tag(&text, *at)).unwrap_or(0);
    let mut within = false;
    let mut preformatted = false;
    let mut comments = true;
    while let Some(at) = rest.find(['<', '&', '\n']) {
        let (front, behind) = rest.split_at(at);
        out.push_str(front);
        if let Some((tag, closing, after)) = tag(behind) {
            rest = after;
            within = true;
            match (tag.as_str(), closing) {
                ("pre", _) => preformatted = !closing,
                ("style" | "script" | "title", false) => rest = behind_element(rest, &tag),
                _ => {}
            }
            if !INLINE.contains(&tag.as_str()) {
                out.push('\n');
                // How the source is laid out folds nothing.
                rest = if preformatted { rest } else { rest.trim_start() };
            }
        } else if let Some(after) = behind.strip_prefix("<!").filter(|_| comments) {
            let end = if after.starts_with("--") { "-->" } else { ">" };
            let ends = after.find(end);
            // One that never ends is none, nor is any behind it.
            comments = ends.is_some();
            rest = ends.and_then(|at| after.get(at + end.len()..)).unwrap_or(after);
        } else if let Some((c, after)) = entity(behind) {
            out.push(c);
            rest = after;
        } else {
            let first = behind.chars().next().unwrap_or(' ');
            rest = behind.get(first.len_utf8()..).unwrap_or_default();
            let soft = first == '\n' && within && !preformatted && text.len() - rest.len() <= last;
            out.push(if soft { ' ' } else { first });
            if soft {
                rest = rest.trim_start_matches(['>', ' ', '\t']);
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_tag(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|text| tag(text).is_some())
}

/// The tag in front, lower case, whether it closes, and what is behind it.
fn tag(text: &str) -> Option<(String, bool, &str)> {
    let inner = text.strip_prefix('<')?;
    let closing = inner.starts_with('/');
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let length = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != ':')?;
    let name = inner.get(..length.min(10))?.to_ascii_lowercase();
    let after = inner.get(length..)?;
    let fits =
        TAGS.contains(&name.as_str()) && after.starts_with(['>', ' ', '/', '\n', '\r', '\t']);
    if !fits {
        return None;
    }
    let end = after.get(..after.floor_char_boundary(LONGEST_TAG))?.find('>')?;
    Some((name, closing, after.get(end + 1..)?))
}

fn behind_element<'a>(text: &'a str, name: &str) -> &'a str {
    let closes = format!("</{name}");
    let end = text.match_indices("</").find_map(|(at, _)| {
        let front = text.get(at..at + closes.len())?;
        front.eq_ignore_ascii_case(&closes).then_some(at)
    });
    end.and_then(|at| text.get(at..)).unwrap_or_default()
}

/// The character that an entity in front stands for, and what is behind it.
fn entity(text: &str) -> Option<(char, &str)> {
    let inner = text.strip_prefix('&')?;
    let end = inner.get(..inner.floor_char_boundary(12))?.find(';')?;
    let name = inner.get(..end)?;
    let c = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" | "lsquo" | "rsquo" => '\'',
        "ldquo" | "rdquo" => '"',
        "nbsp" => ' ',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "eacute" => 'é',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())?
        }
    };
    let c = if c == '\u{a0}' { ' ' } else { c };
    Some((c, inner.get(end + 1..)?))
}
