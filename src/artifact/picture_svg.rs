//! The way of one message as an SVG drawing (SVG 1.1): stands alone as a file
//! and within the run-book. Nothing in it is loaded or runs.

use std::fmt::Write as _;

use super::escape::html;
use crate::route::{
    Arrow, Curve, NAME, Node, Picture, Point, Spot, Stand, Trace, WORDS, broken, estimated,
    picture, trace_text,
};

/// Width of the drawing: pixels.
const WIDTH: f32 = 760.0;

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
    let laid = drawn.laid(host, WIDTH, &estimated);
    let height = laid.height.ceil();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" font-family=\"system-ui, 'Segoe UI', sans-serif\">\n\
         <title>{}</title>\n<desc>{}</desc>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" rx=\"8\" fill=\"#fafbfc\"/>\n",
        html(&format!("To {}, from {}", trace.address, trace.origin.label())),
        html(&trace_text(trace).join(" ")),
    );
    for (arrow, way) in drawn.arrows.iter().zip(&laid.ways) {
        arrow_svg(&mut svg, arrow, way);
    }
    for (node, stand) in drawn.nodes.iter().zip(&laid.boxes) {
        node_svg(&mut svg, node, stand, host, &drawn);
    }
    for (arrow, way) in drawn.arrows.iter().zip(&laid.ways) {
        let words = if way.short { arrow.numbers() } else { arrow.words() };
        text(&mut svg, way.words, WORDS, INK, &words);
    }
    svg.push_str("</svg>\n");
    svg
}

fn node_svg(svg: &mut String, node: &Node, stand: &Stand, host: &str, drawn: &Picture) {
    let (Point { x: left, y: top }, Point { x: right, y: bottom }) =
        (stand.area.min, stand.area.max);
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
    for (at, (line, spot)) in node.lines(host).iter().zip(&stand.lines).enumerate() {
        let (size, ink) = match (at, node.visited) {
            (0, true) => (NAME, INK),
            (0, false) => (NAME, WEAK),
            _ => (WORDS, WEAK),
        };
        text(svg, *spot, size, ink, &line.words);
    }
}

fn arrow_svg(svg: &mut String, arrow: &Arrow, way: &Curve) {
    let (Point { x, y }, Point { x: bend_x, y: bend_y }) = (way.from, way.bend);
    let Point { x: end_x, y: end_y } = way.to;
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

/// Words where they stand, row by row.
fn text(svg: &mut String, spot: Spot, size: f32, ink: &str, words: &str) {
    let rows = broken(words, size, spot.within);
    let row = (spot.area.max.y - spot.area.min.y) / rows.len() as f32;
    for (at, words) in rows.iter().enumerate() {
        let (x, y) = (spot.area.min.x, spot.area.min.y + row * at as f32 + size * ASCENT);
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" fill=\"{ink}\" xml:space=\"preserve\">{}</text>",
            html(words)
        );
    }
}

/// From the top of a row to the line on which letters stand, by their size.
const ASCENT: f32 = 0.95;

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
        assert!(looped.contains("round and round"));
    }
}
