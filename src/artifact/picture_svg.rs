//! The way of one message as an SVG drawing (SVG 1.1): stands alone as a file
//! and within the run-book. Nothing in it is loaded or runs.

use std::fmt::Write as _;

use super::escape::html;
use crate::route::{Arrow, Node, Outcome, Picture, Place, Point, Trace, picture, trace_text};

/// Size of the drawing: pixels.
const WIDTH: f32 = 760.0;
const HEIGHT: f32 = 304.0;
/// Space around the unit square.
const EDGE: f32 = 8.0;

const INK: &str = "#1b2027";
const WEAK: &str = "#525c69";
const WAY: &str = "#0b5cad";
const GOOD: &str = "#17672f";
const BAD: &str = "#b0241c";
const LINE: &str = "#7d8896";

/// Draws a trace; `host` is the host's name. The words of the way are its
/// description, for those who can't see it.
pub fn picture_svg(trace: &Trace, host: &str) -> String {
    let drawn = picture(trace);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" font-family=\"system-ui, 'Segoe UI', sans-serif\">\n\
         <title>{}</title>\n<desc>{}</desc>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"8\" fill=\"#fafbfc\"/>\n",
        html(&format!("To {}, from {}", trace.address, trace.origin.label())),
        html(&trace_text(trace).join(" ")),
    );
    drawn.arrows.iter().for_each(|arrow| arrow_svg(&mut svg, arrow));
    drawn.nodes.iter().for_each(|node| node_svg(&mut svg, node, host, &drawn));
    drawn.arrows.iter().for_each(|arrow| words_svg(&mut svg, arrow));
    if let Outcome::Loop { within, .. } = trace.outcome {
        let (x, y) = (WIDTH - 2.0 * EDGE, HEIGHT / 2.0 + 34.0);
        let words = match within {
            None => "loop: round and round",
            Some(_) => "leads back to itself",
        };
        text(&mut svg, (x, y), "end", 12.5, BAD, words);
    }
    svg.push_str("</svg>\n");
    svg
}

fn place(point: Point) -> (f32, f32) {
    (EDGE + point.x * (WIDTH - 2.0 * EDGE), EDGE + point.y * (HEIGHT - 2.0 * EDGE))
}

fn node_svg(svg: &mut String, node: &Node, host: &str, drawn: &Picture) {
    let ((left, top), (right, bottom)) = (place(node.area.min), place(node.area.max));
    let (edge, width) = match (node.ends, drawn.is_in_loop(node), node.visited) {
        (Some(false), _, _) | (_, true, _) => (BAD, 2.0),
        (Some(true), false, _) => (GOOD, 2.0),
        (None, false, true) => (WAY, 1.5),
        (None, false, false) => (LINE, 1.0),
    };
    let _ = writeln!(
        svg,
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"6\" fill=\"#ffffff\" stroke=\"{edge}\" stroke-width=\"{width}\"/>",
        right - left,
        bottom - top,
    );
    let name = match node.place {
        Place::Internet => "Internet",
        Place::Host => host,
        Place::External => "External server",
        Place::Elsewhere => "Elsewhere",
    };
    let (x, mut y) = (left + 12.0, top + 22.0);
    text(svg, (x, y), "start", 15.0, if node.visited { INK } else { WEAK }, name);
    let starts = node.starts.then(|| "written here".to_owned());
    let inside = node.inside.iter().map(|(hop, words)| format!("{}  {words}", hop + 1));
    let ends = node.ends.map(|arrived| match (arrived, node.place) {
        (true, Place::Elsewhere) => "handed over here".to_owned(),
        (true, _) => "arrives here".to_owned(),
        (false, _) => "ends here, not delivered".to_owned(),
    });
    for words in starts.into_iter().chain(inside).chain(ends).chain(node.copies_text()) {
        y += 17.0;
        text(svg, (x, y), "start", 12.5, WEAK, &words);
    }
}

fn arrow_svg(svg: &mut String, arrow: &Arrow) {
    let ((x, y), (bend_x, bend_y)) = (place(arrow.from), place(arrow.bend));
    let (end_x, end_y) = place(arrow.to);
    let length = ((end_x - bend_x).powi(2) + (end_y - bend_y).powi(2)).sqrt().max(1.0);
    let (along_x, along_y) = ((end_x - bend_x) / length, (end_y - bend_y) / length);
    let (neck_x, neck_y) = (end_x - along_x * 11.0, end_y - along_y * 11.0);
    let (colour, width, dash) = match arrow.in_loop {
        true => (BAD, 3.0, " stroke-dasharray=\"8 5\""),
        false => (WAY, 2.0, ""),
    };
    let _ = writeln!(
        svg,
        "<path d=\"M{x:.1} {y:.1}Q{bend_x:.1} {bend_y:.1} {neck_x:.1} {neck_y:.1}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}/>\n\
         <path d=\"M{end_x:.1} {end_y:.1}L{:.1} {:.1}L{:.1} {:.1}Z\" fill=\"{colour}\"/>",
        neck_x - along_y * 5.0,
        neck_y + along_x * 5.0,
        neck_x + along_y * 5.0,
        neck_y - along_x * 5.0,
    );
}

/// Number and words of an arrow, beside its middle.
fn words_svg(svg: &mut String, arrow: &Arrow) {
    let (x, y) = place(arrow.at(0.5));
    let words = format!("{}  {}", arrow.numbers(), arrow.label);
    let upright = (arrow.from.x - arrow.to.x).abs() < 0.05;
    let (at, anchor) = match (upright, arrow.between.0 < arrow.between.1) {
        (true, true) => ((x + 12.0, y + 4.0), "start"),
        (true, false) => ((x - 12.0, y + 4.0), "end"),
        (false, _) if arrow.to.y < arrow.from.y => ((x + 10.0, y - 9.0), "end"),
        (false, _) => ((x + 10.0, y + 16.0), "end"),
    };
    text(svg, at, anchor, 12.5, INK, &words);
}

fn text(svg: &mut String, (x, y): (f32, f32), anchor: &str, size: f32, ink: &str, words: &str) {
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{ink}\" xml:space=\"preserve\">{}</text>",
        html(words)
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, Domain, Home, Mailbox, Plan};
    use crate::route::{Deed, Origin, Phase, World, follow, world_after};

    fn drawn(who: &str, host: &str, spoil: impl FnOnce(&mut World)) -> String {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let address = Address::parse(who).unwrap();
        plan.roster.add(Mailbox { home: Home::Host, ..Mailbox::new(address.clone()) }).unwrap();
        let mut world = world_after(&plan, Phase::After(Deed::FirstContacts));
        spoil(&mut world);
        picture_svg(&follow(&world, Origin::Internet, &address), host)
    }

    #[test]
    fn a_name_from_outside_stays_text() {
        let svg =
            drawn("\"<b>&'x\"@example.com".replace(['<', '>'], "").as_str(), "<i>&\"", |_| {});
        assert!(svg.contains("&lt;i&gt;&amp;") && !svg.contains("<i>"), "{svg}");
        assert!(svg.contains("&amp;&#39;x") || svg.contains("&amp;'x"), "{svg}");
    }

    #[test]
    fn a_loop_is_drawn_in_dashes_and_said() {
        let well = drawn("ann@example.com", "Rackspace Email", |_| {});
        assert!(!well.contains("stroke-dasharray") && well.contains("arrives here"));
        let looped = drawn("ann@example.com", "Rackspace Email", |world| {
            world.host.mailboxes.clear();
        });
        assert_eq!(looped.matches("stroke-dasharray").count(), 2);
        assert!(looped.contains("loop: round and round"));
    }
}
