//! A picture as PNG with a palette: a third of the octets, which are in the
//! repository for ever.

use std::collections::HashMap;
use std::io::BufWriter;
use std::path::Path;

use image::RgbaImage;

type Colour = [u8; 3];

/// Writes it. Colours that hardly differ become one until 256 are left; a page
/// has few, and the shades of its letters' edges.
pub(crate) fn write(image: &RgbaImage, path: &Path) {
    let mut counts: HashMap<Colour, u32> = HashMap::new();
    for pixel in image.pixels() {
        *counts.entry(colour(pixel)).or_default() += 1;
    }
    let mut colours: Vec<(Colour, u32)> = counts.into_iter().collect();
    // The same picture gives the same file.
    colours.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let palette = palette(&colours);
    let index: HashMap<Colour, u8> =
        colours.iter().map(|(colour, _)| (*colour, nearest(&palette, colour))).collect();
    let pixels: Vec<u8> = image.pixels().map(|pixel| index[&colour(pixel)]).collect();

    let file = BufWriter::new(std::fs::File::create(path).unwrap());
    let mut encoder = png::Encoder::new(file, image.width(), image.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    // Letters repeat themselves; what filters make of a palette does not.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
}

fn colour(pixel: &image::Rgba<u8>) -> Colour {
    [pixel.0[0], pixel.0[1], pixel.0[2]]
}

/// Grounds, borders and letters: kept however close they are.
const EXACT: usize = 32;

/// At most 256 colours, the most frequent first, no two of the rarer ones close.
fn palette(colours: &[(Colour, u32)]) -> Vec<Colour> {
    let mut apart = 0;
    loop {
        let mut kept: Vec<Colour> = Vec::new();
        for (colour, _) in colours {
            if kept.len() > 256 {
                break;
            }
            if kept.len() < EXACT || kept.iter().all(|other| distance(other, colour) > apart) {
                kept.push(*colour);
            }
        }
        if kept.len() <= 256 {
            return kept;
        }
        apart = (apart * 3 / 2).max(8);
    }
}

fn nearest(palette: &[Colour], colour: &Colour) -> u8 {
    let nearest = palette.iter().enumerate().min_by_key(|(_, other)| distance(other, colour));
    u8::try_from(nearest.unwrap().0).unwrap()
}

/// Squared, by the octets.
fn distance(a: &Colour, b: &Colour) -> i32 {
    a.iter().zip(b).map(|(a, b)| (i32::from(*a) - i32::from(*b)).pow(2)).sum()
}
