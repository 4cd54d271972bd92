//! What lies over the window until it is answered: one frame, one way to
//! measure it.

use eframe::egui::{
    self, Align2, Area, Context, Frame, Id, Margin, Modal, ModalResponse, Ui, Vec2,
};

use crate::app::theme;

/// A dialog by its name.
pub(crate) struct Dialog {
    name: &'static str,
    width: f32,
    hangs: bool,
}

impl Dialog {
    /// In the middle, so wide where the window is: points.
    pub(crate) fn new(name: &'static str, width: f32) -> Self {
        Self { name, width, hangs: false }
    }

    /// Hanging from the top: its head stays where it is, however high it becomes.
    pub(crate) fn hanging(mut self) -> Self {
        self.hangs = true;
        self
    }

    /// Draws it.
    pub(crate) fn show<R>(
        self,
        ctx: &Context,
        content: impl FnOnce(&mut Ui) -> R,
    ) -> ModalResponse<R> {
        let (id, room) = (Id::unique(self.name), ctx.content_rect().size());
        let area: Area = match self.hangs {
            true => {
                let from_top = Vec2::new(0.0, room.y * 0.08);
                Modal::default_area(id).anchor(Align2::CENTER_TOP, from_top)
            }
            false => Modal::default_area(id),
        };
        let frame =
            Frame::popup(&ctx.global_style()).inner_margin(Margin::same(theme::SPACE as i8));
        let width = self.width.min(room.x - 3.0 * theme::SPACE);
        Modal::new(id).area(area).frame(frame).show(ctx, |ui: &mut egui::Ui| {
            ui.set_width(width);
            content(ui)
        })
    }
}
