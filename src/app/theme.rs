//! The one place for colours, spacing and type.

use eframe::egui::{
    self, Color32, CornerRadius, FontFamily, FontId, Margin, Stroke, TextStyle, Theme,
    ThemePreference, Vec2,
};

use crate::engine::{Desktop, Shade};
use crate::profile::{self, Preferences};

/// Colours by what they say. Every text colour has a contrast of at least
/// 4.5:1 (WCAG 2.1 AA) on every ground of its theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Palette {
    /// Behind the page.
    pub ground: Color32,
    /// Behind rail, header and footer.
    pub side: Color32,
    /// Behind cards.
    pub card: Color32,
    /// Behind text fields and code.
    pub well: Color32,
    /// Text.
    pub text: Color32,
    /// Less important text.
    pub weak: Color32,
    /// Lines and card borders.
    pub line: Color32,
    /// Borders of fields and buttons.
    pub edge: Color32,
    /// Links, the focus ring, what is chosen.
    pub accent: Color32,
    /// Text on `accent`.
    pub on_accent: Color32,
    /// Behind what is selected.
    pub chosen: Color32,
    /// Behind what is under the pointer.
    pub hover: Color32,
    /// Passed.
    pub good: Color32,
    /// Warning.
    pub warn: Color32,
    /// Failed.
    pub bad: Color32,
    /// Waiting.
    pub wait: Color32,
    /// Behind a message about a failure.
    pub bad_ground: Color32,
    /// Behind a message that warns.
    pub warn_ground: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// By day.
pub(crate) const LIGHT: Palette = Palette {
    ground: rgb(0xffffff),
    side: rgb(0xf2f4f7),
    card: rgb(0xfafbfc),
    well: rgb(0xffffff),
    text: rgb(0x1b2027),
    weak: rgb(0x525c69),
    line: rgb(0xd9dee5),
    edge: rgb(0x7d8896),
    accent: rgb(0x0b5cad),
    on_accent: rgb(0xffffff),
    chosen: rgb(0xcfe3fb),
    hover: rgb(0xebeef2),
    good: rgb(0x17672f),
    warn: rgb(0x835000),
    bad: rgb(0xb0241c),
    wait: rgb(0x5a45a8),
    bad_ground: rgb(0xfdeceb),
    warn_ground: rgb(0xfdf3df),
};

/// By night.
pub(crate) const DARK: Palette = Palette {
    ground: rgb(0x1c1f24),
    side: rgb(0x15181c),
    card: rgb(0x23272d),
    well: rgb(0x14171a),
    text: rgb(0xe7eaee),
    weak: rgb(0xaab2bd),
    line: rgb(0x363c45),
    edge: rgb(0x7b8695),
    accent: rgb(0x7ab8f9),
    on_accent: rgb(0x0b1c2e),
    chosen: rgb(0x1f3550),
    hover: rgb(0x2d333b),
    good: rgb(0x74cb8b),
    warn: rgb(0xf0b75a),
    bad: rgb(0xff938a),
    wait: rgb(0xbdb0f8),
    bad_ground: rgb(0x3c2220),
    warn_ground: rgb(0x382d18),
};

/// Between widgets of one thing, between things, between sections: points.
pub(crate) const GAP: f32 = 8.0;
/// Of the corners of buttons and fields: points.
pub(crate) const RADIUS: u8 = 5;
/// Between things.
pub(crate) const SPACE: f32 = 16.0;
/// Between sections.
pub(crate) const SECTION: f32 = 24.0;
/// Text never runs wider than this: points.
pub(crate) const MEASURE: f32 = 760.0;
/// The start page has a second column: points.
pub(crate) const START: f32 = 1060.0;
/// Below this width a window is narrow, as 1024 points are at 200 %: points.
const NARROW: f32 = 720.0;
/// Below this height a window is short, as 768 points are at 200 %: points.
const SHORT: f32 = 520.0;

/// Whether room is scarce: header and step list then take less of it.
pub(crate) fn is_narrow(ctx: &egui::Context) -> bool {
    ctx.content_rect().width() < NARROW
}

/// Whether height is scarce: what stands around the page then takes less of it.
pub(crate) fn is_short(ctx: &egui::Context) -> bool {
    ctx.content_rect().height() < SHORT
}

/// Space above and below what stands around the page: points.
pub(crate) fn around(ctx: &egui::Context) -> i8 {
    if is_short(ctx) { 4 } else { 10 }
}

/// What the step list has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rail {
    /// Names, and how each step stands and why.
    Full,
    /// The same in small type, without the reason.
    Small,
}

impl Rail {
    /// In a window like this.
    pub(crate) fn of(ctx: &egui::Context) -> Self {
        if is_narrow(ctx) { Self::Small } else { Self::Full }
    }

    /// Its width: points.
    pub(crate) fn width(self) -> f32 {
        match self {
            Self::Full => 236.0,
            Self::Small => 122.0,
        }
    }
}

/// The palette of the theme that is drawn.
pub(crate) fn palette(ui: &egui::Ui) -> &'static Palette {
    if ui.visuals().dark_mode { &DARK } else { &LIGHT }
}

/// Headings inside a page.
pub(crate) fn subheading() -> TextStyle {
    TextStyle::Name("subheading".into())
}

/// Sets both themes up; nothing moves by itself: no animation, no blinking cursor.
pub(crate) fn install(ctx: &egui::Context) {
    for (theme, colours) in [(Theme::Light, &LIGHT), (Theme::Dark, &DARK)] {
        ctx.style_mut_of(theme, |style| dress(style, colours, theme));
    }
    follow(ctx, Desktop::default());
}

/// Light or dark as the desktop has it, where the window library can't tell;
/// daylight is the safer guess over remote sessions.
pub(crate) fn follow(ctx: &egui::Context, desktop: Desktop) {
    let theme = match desktop.shade {
        Some(Shade::Dark) => Theme::Dark,
        Some(Shade::Light) | None => Theme::Light,
    };
    ctx.options_mut(|options| options.fallback_theme = theme);
}

/// Light or dark and how large, as preferred.
pub(crate) fn prefer(ctx: &egui::Context, preferences: &Preferences) {
    ctx.set_theme(match preferences.theme {
        profile::Theme::System => ThemePreference::System,
        profile::Theme::Light => ThemePreference::Light,
        profile::Theme::Dark => ThemePreference::Dark,
    });
    if scale(ctx) != preferences.scale {
        ctx.set_zoom_factor(f32::from(preferences.scale) / 100.0);
    }
}

/// How large everything is drawn now: per cent.
pub(crate) fn scale(ctx: &egui::Context) -> u16 {
    (ctx.zoom_factor() * 100.0).round() as u16
}

fn dress(style: &mut egui::Style, colours: &Palette, theme: Theme) {
    let size = |points| FontId::new(points, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Heading, size(22.0)),
        (subheading(), size(16.5)),
        (TextStyle::Body, size(14.0)),
        (TextStyle::Button, size(14.0)),
        (TextStyle::Small, size(12.5)),
        (TextStyle::Monospace, FontId::new(13.0, FontFamily::Monospace)),
    ]
    .into();
    style.animation_time = 0.0;
    style.scroll_animation = egui::style::ScrollAnimation::none();
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(GAP, 6.0);
    spacing.button_padding = Vec2::new(12.0, 5.0);
    spacing.interact_size = Vec2::new(40.0, 28.0);
    spacing.icon_width = 18.0;
    spacing.icon_width_inner = 10.0;
    spacing.icon_spacing = 8.0;
    spacing.combo_width = 220.0;
    spacing.menu_margin = Margin::same(6);
    spacing.scroll = scroll_bars();

    let mut visuals = match theme {
        Theme::Dark => egui::Visuals::dark(),
        Theme::Light => egui::Visuals::light(),
    };
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(colours.weak);
    visuals.hyperlink_color = colours.accent;
    visuals.warn_fg_color = colours.warn;
    visuals.error_fg_color = colours.bad;
    visuals.panel_fill = colours.ground;
    visuals.window_fill = colours.card;
    visuals.window_stroke = Stroke::new(1.0, colours.line);
    visuals.extreme_bg_color = colours.well;
    visuals.text_edit_bg_color = Some(colours.well);
    visuals.code_bg_color = colours.well;
    visuals.faint_bg_color = colours.card;
    visuals.selection.bg_fill = colours.chosen;
    visuals.selection.stroke = Stroke::new(1.5, colours.accent);
    visuals.text_cursor.blink = false;
    visuals.disabled_alpha = 0.6;
    let radius = CornerRadius::same(RADIUS);
    let widgets = &mut visuals.widgets;
    widgets.noninteractive.bg_fill = colours.ground;
    widgets.noninteractive.weak_bg_fill = colours.ground;
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, colours.line);
    widgets.noninteractive.fg_stroke = Stroke::new(1.0, colours.text);
    for (widget, fill, edge) in [
        (&mut widgets.inactive, colours.card, colours.edge),
        (&mut widgets.hovered, colours.hover, colours.weak),
        (&mut widgets.active, colours.chosen, colours.accent),
        (&mut widgets.open, colours.card, colours.accent),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, edge);
        widget.fg_stroke = Stroke::new(1.2, colours.text);
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
    style.visuals = visuals;
}

/// Bars that stay, beside the content, with a handle that can be seen: 3:1 on
/// every ground, as WCAG 1.4.11 wants it.
fn scroll_bars() -> egui::style::ScrollStyle {
    let (bar, beside) = (7.0, 13.0);
    egui::style::ScrollStyle {
        // What floats has opacities of its own; at one width it does not move.
        floating: true,
        bar_width: bar,
        bar_outer_margin: 2.0,
        floating_width: bar,
        floating_allocated_width: beside,
        foreground_color: true,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        dormant_handle_opacity: HANDLE,
        active_handle_opacity: HANDLE,
        interact_handle_opacity: 0.8,
        ..egui::style::ScrollStyle::solid()
    }
}

/// How strong the handle of a scroll bar is, of the colour of text.
const HANDLE: f32 = 0.55;

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.1 relative luminance.
    fn luminance(colour: Color32) -> f64 {
        let part = |byte: u8| {
            let c = f64::from(byte) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(colour.r()) + 0.7152 * part(colour.g()) + 0.0722 * part(colour.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn every_text_can_be_read_on_every_ground() {
        for palette in [LIGHT, DARK] {
            let p = palette;
            for ground in
                [p.ground, p.side, p.card, p.well, p.bad_ground, p.warn_ground, p.chosen, p.hover]
            {
                for text in [p.text, p.weak, p.accent, p.good, p.warn, p.bad, p.wait] {
                    let ratio = contrast(text, ground);
                    assert!(ratio >= 4.5, "{text:?} on {ground:?}: {ratio:.2}");
                }
            }
            assert!(contrast(p.on_accent, p.accent) >= 4.5);
            for ground in [p.ground, p.side, p.card, p.well] {
                let handle = ground.blend(p.text.gamma_multiply(HANDLE));
                assert!(contrast(handle, ground) >= 3.0, "{:?}", contrast(handle, ground));
            }
            // Borders of fields and buttons need 3:1 (WCAG 1.4.11).
            for ground in [p.ground, p.card] {
                assert!(contrast(p.edge, ground) >= 3.0, "{:?}", contrast(p.edge, ground));
            }
        }
    }
}
