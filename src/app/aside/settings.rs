//! What the user prefers on this machine, whatever profile is open.

use eframe::egui::Ui;

use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::state::State;
use crate::app::theme;
use crate::app::widgets::{Choices, Input, card, lead, named_button, subheading, weak};
use crate::profile::{Preferences, ReducedMotion, Renderer, Theme};

pub(super) fn settings_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    lead(
        ui,
        "They hold for every profile on this machine, and each change at once. Kept in preferences.toml.",
    );
    ui.add_space(theme::SPACE);
    let now = &state.preferences;
    let mut prefer = |change: &dyn Fn(&mut Preferences)| {
        let mut preferences = now.clone();
        change(&mut preferences);
        out.push(Action::Prefer(Box::new(preferences)));
    };
    card(ui, |ui| {
        subheading(ui, "Look");
        let theme = Choices::new("Theme")
            .answer(Theme::System, "As the system", "")
            .answer(Theme::Light, "Light", "")
            .answer(Theme::Dark, "Dark", "")
            .show(ui, now.theme, false);
        if let Some(theme) = theme {
            prefer(&|preferences| preferences.theme = theme);
        }
        ui.add_space(theme::GAP);
        ui.horizontal(|ui| {
            ui.label(format!("Size: {} %", now.scale));
            for (face, name, scale) in [
                ("Smaller", "Size: smaller", now.smaller()),
                ("Larger", "Size: larger", now.larger()),
                ("100 %", "Size: 100 %", 100),
            ] {
                if named_button(ui, face, name).clicked() {
                    prefer(&|preferences| preferences.scale = scale);
                }
            }
        });
        ui.add_space(theme::GAP);
        let motion = Choices::new("May pictures move by themselves?")
            .answer(ReducedMotion::Auto, "As the system", "and not over Remote Desktop")
            .answer(ReducedMotion::On, "No", "nothing moves")
            .answer(ReducedMotion::Off, "Yes", "")
            .show(ui, now.reduced_motion, false);
        if let Some(motion) = motion {
            prefer(&|preferences| preferences.reduced_motion = motion);
        }
    });
    ui.add_space(theme::SPACE);
    card(ui, |ui| {
        subheading(ui, "Drawing");
        let renderer = Choices::new("How the window is drawn")
            .answer(None, "Whatever works", "each is tried until one draws")
            .answer(Some(Renderer::Native), "Native", "DirectX 12, Metal or Vulkan")
            .answer(Some(Renderer::Wgpu), "wgpu", "any of those, or OpenGL")
            .answer(Some(Renderer::Glow), "glow", "OpenGL alone; needs least memory")
            .show(ui, now.renderer, false);
        if let Some(renderer) = renderer {
            prefer(&|preferences| preferences.renderer = renderer);
        }
        weak(ui, "It holds from the next start on. One that fails is passed over.");
    });
    ui.add_space(theme::SPACE);
    card(ui, |ui| {
        subheading(ui, "Times");
        let note = format!(
            "A name such as Europe/Berlin, or UTC. Left empty: as this system. Now {}. Files keep UTC.",
            state.times.clock(state.now)
        );
        Input::new(FieldId::TimeZone, "Time zone").note(&note).show(ui, state, out);
    });
    ui.add_space(theme::SPACE);
    card(ui, |ui| {
        subheading(ui, "Asking the world");
        for (field, label, note) in [
            (
                FieldId::Resolvers,
                "Resolvers",
                "Addresses, separated by commas. Left empty: this machine's own and public ones are asked.",
            ),
            (
                FieldId::Helo,
                "Name said to mail servers (EHLO)",
                "It should resolve to this machine's public address. Left empty: the address itself.",
            ),
            (
                FieldId::ReplyTimeout,
                "Seconds to wait for a mail server",
                "For each reply, 1 to 3600.",
            ),
            (FieldId::DnsTimeout, "Seconds to wait for a name server", "For each answer, 1 to 60."),
        ] {
            Input::new(field, label).note(note).show(ui, state, out);
            ui.add_space(theme::GAP);
        }
    });
}
