//! A box that opens a list to choose one of, for pointer and keyboard alike.

use std::hash::Hash;

use eframe::egui::{ComboBox, Key, Role, Ui, WidgetInfo};

/// The box, closed: what is chosen stands in it.
pub(crate) struct ListBox<'a> {
    name: &'a str,
    shown: &'a str,
    width: f32,
    height: Option<f32>,
}

impl<'a> ListBox<'a> {
    /// By its name, with what stands in it, so wide: points.
    pub(crate) fn new(name: &'a str, shown: &'a str, width: f32) -> Self {
        Self { name, shown, width, height: None }
    }

    /// The list is as high as this before it scrolls: points.
    pub(crate) fn height(mut self, height: f32) -> Self {
        self.height = Some(height);
        self
    }

    /// Draws it; what was chosen of the lines, each a value, whether it is the
    /// one chosen now, and its words. `salt` tells it from other boxes of the
    /// page. Choosing and Esc close the list, and the box has the keyboard.
    pub(crate) fn show<T, W: Into<String>>(
        self,
        ui: &mut Ui,
        salt: impl Hash + Copy + std::fmt::Debug,
        lines: impl FnOnce() -> Vec<(T, bool, W)>,
    ) -> Option<T> {
        let mut combo = ComboBox::from_id_salt(salt).width(self.width).selected_text(self.shown);
        if let Some(height) = self.height {
            combo = combo.height(height);
        }
        let drawn = combo.show_ui(ui, |ui| {
            let mut chosen = None;
            for (value, now, words) in lines() {
                if ui.selectable_label(now, words.into()).clicked() {
                    chosen = Some(value);
                }
            }
            if chosen.is_some() {
                // The library closes it for the pointer alone.
                ui.close();
            }
            chosen
        });
        let escaped = drawn.inner.is_some() && ui.input(|input| input.key_pressed(Key::Escape));
        let chosen = drawn.inner.flatten();
        if chosen.is_some() || escaped {
            drawn.response.request_focus();
        }
        drawn.response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, ui.is_enabled(), self.name);
            info.current_text_value = Some(self.shown.to_owned());
            info
        });
        chosen
    }
}
