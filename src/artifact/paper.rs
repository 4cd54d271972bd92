//! One document in two forms: the same blocks as Markdown and as HTML.

use super::escape::{html, markdown, visible};

/// A part of a document. All text is plain: escaping is the renderer's.
pub(super) enum Block {
    /// Level 1 to 4.
    Heading(u8, String),
    Paragraph(String),
    Bullets(Vec<String>),
    /// Every row as long as the header. A first column named `State` holds
    /// the words of findings.
    Table(Vec<&'static str>, Vec<Vec<String>>),
    /// Label and value, the value to be copied as it stands.
    Values(Vec<(String, String)>),
    /// Commands, answers: line by line.
    Lines(Vec<String>),
    /// A drawing, and the same in words where there are no drawings.
    Picture {
        /// Escaped already, by whoever drew it.
        svg: String,
        words: Vec<String>,
    },
}

/// CommonMark with tables.
pub(super) fn to_markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Heading(level, text) => {
                out.push_str(&format!("{} {}\n", "#".repeat((*level).into()), markdown(text)));
            }
            Block::Paragraph(text) => out.push_str(&format!("{}\n", markdown(text))),
            Block::Bullets(items) => {
                for item in items {
                    out.push_str(&format!("- {}\n", markdown(item)));
                }
            }
            Block::Table(header, rows) => {
                let line = |cells: &mut dyn Iterator<Item = String>| {
                    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
                };
                out.push_str(&line(&mut header.iter().map(|cell| markdown(cell))));
                out.push_str(&line(&mut header.iter().map(|_| "---".to_owned())));
                for row in rows {
                    out.push_str(&line(&mut row.iter().map(|cell| markdown(cell))));
                }
            }
            Block::Values(values) => {
                let line = |(label, value): &(String, String)| format!("{label}: {value}");
                out.push_str(&fenced(&values.iter().map(line).collect::<Vec<_>>()));
            }
            Block::Lines(lines) | Block::Picture { words: lines, .. } => {
                out.push_str(&fenced(lines));
            }
        }
    }
    out
}

/// A code block: nothing in it means anything, so nothing has to be escaped.
fn fenced(lines: &[String]) -> String {
    // Longer than any run of backticks inside, so that none closes it.
    let run = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max();
    let fence = "`".repeat(run.unwrap_or(0).max(2) + 1);
    let lines: Vec<_> = lines.iter().map(|line| visible(line)).collect();
    format!("{fence}\n{}\n{fence}\n", lines.join("\n"))
}

/// One page with everything in it: no script, nothing loaded from anywhere.
pub(super) fn to_html(title: &str, blocks: &[Block]) -> String {
    let mut body = String::new();
    for block in blocks {
        match block {
            Block::Heading(level, text) => {
                body.push_str(&format!("<h{level}>{}</h{level}>\n", html(text)));
            }
            Block::Paragraph(text) => body.push_str(&format!("<p>{}</p>\n", html(text))),
            Block::Bullets(items) => {
                let items: String =
                    items.iter().map(|item| format!("<li>{}</li>\n", html(item))).collect();
                body.push_str(&format!("<ul>\n{items}</ul>\n"));
            }
            Block::Table(header, rows) => body.push_str(&table(header, rows)),
            Block::Values(values) => {
                let row = |(label, value): &(String, String)| {
                    format!(
                        "<tr><th scope=\"row\">{}</th><td><code>{}</code></td></tr>\n",
                        html(label),
                        html(value)
                    )
                };
                let rows: String = values.iter().map(row).collect();
                body.push_str(&format!(
                    "<table class=\"values\">\n<tbody>\n{rows}</tbody>\n</table>\n"
                ));
            }
            Block::Lines(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| html(line)).collect();
                body.push_str(&format!("<pre>{}</pre>\n", lines.join("\n")));
            }
            Block::Picture { svg, words } => {
                let words: Vec<String> = words.iter().map(|line| html(line)).collect();
                let words = words.join("<br>\n");
                body.push_str(&format!(
                    "<figure>\n{svg}<figcaption>{words}</figcaption>\n</figure>\n"
                ));
            }
        }
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        html(title)
    )
}

fn table(header: &[&'static str], rows: &[Vec<String>]) -> String {
    let states = header.first() == Some(&"State");
    let head: String =
        header.iter().map(|cell| format!("<th scope=\"col\">{}</th>", html(cell))).collect();
    let body: String = rows
        .iter()
        .map(|row| {
            let cells: String = row
                .iter()
                .enumerate()
                .map(|(at, cell)| match cell.as_str() {
                    "Passed" if states && at == 0 => "<td class=\"good\">Passed</td>".to_owned(),
                    "Failed" if states && at == 0 => "<td class=\"bad\">Failed</td>".to_owned(),
                    cell if states && at == 0 => format!("<td class=\"mind\">{}</td>", html(cell)),
                    cell => format!("<td>{}</td>", html(cell)),
                })
                .collect();
            format!("<tr>{cells}</tr>\n")
        })
        .collect();
    format!("<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n")
}

const STYLE: &str = "\
body { font: 15px/1.5 system-ui, 'Segoe UI', sans-serif; color: #1c2430; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.7em; } h2 { font-size: 1.3em; margin-top: 2em; border-bottom: 2px solid #c9d2dc; } h3 { font-size: 1.05em; margin-bottom: .3em; } h4 { font-size: 1em; margin-bottom: .3em; }
table { border-collapse: collapse; width: 100%; margin: .8em 0; } th, td { border: 1px solid #c9d2dc; padding: .3em .6em; text-align: left; vertical-align: top; overflow-wrap: anywhere; } th { background: #eef2f6; }
.values th { width: 13em; font-weight: normal; } code { font-family: ui-monospace, Consolas, monospace; }
pre { background: #f4f6f8; border: 1px solid #c9d2dc; padding: .6em; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: .8em 0; break-inside: avoid; } figure svg { max-width: 100%; height: auto; } figcaption { font-size: .9em; margin-top: .4em; }
td.good { color: #0b6b34; font-weight: 600; } td.bad { color: #a4141c; font-weight: 600; } td.mind { color: #7a4b00; font-weight: 600; }
@media print { body { max-width: none; margin: 0; font-size: 10.5pt; } h2, h3, h4 { break-after: avoid; } tr, li { break-inside: avoid; } thead { display: table-header-group; } pre, table { font-size: 9pt; } @page { margin: 18mm; } }
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text_in_both_forms() {
        let hostile = "<script>alert(1)</script>|```\n# x\u{202e}";
        let blocks = [
            Block::Heading(2, hostile.into()),
            Block::Paragraph(hostile.into()),
            Block::Bullets(vec![hostile.into()]),
            Block::Table(vec!["State", "Found"], vec![vec![hostile.into(), hostile.into()]]),
            Block::Lines(vec![hostile.into(), "````".into()]),
            Block::Values(vec![(hostile.into(), hostile.into())]),
        ];
        let page = to_html(hostile, &blocks);
        assert!(!page.contains("<script") && !page.contains('\u{202e}'));
        assert_eq!(page.matches("&lt;script&gt;").count(), 9);
        let text = to_markdown(&blocks);
        assert_eq!(text.lines().filter(|line| line.starts_with('#')).count(), 1);
        assert_eq!(text.lines().filter(|line| *line == "`````").count(), 2, "{text}");
        let row =
            text.lines().find(|line| line.starts_with("| ") && line.contains("alert")).unwrap();
        assert_eq!(row.replace("\\|", "").matches('|').count(), 3);
    }
}
