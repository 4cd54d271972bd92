//! The window. Draws and sends commands; decides nothing, opens nothing.

mod action;
mod aside;
mod caption;
mod change;
mod closing;
mod commands;
mod diagram;
mod field;
mod flow_view;
mod folders;
mod header;
mod host_key;
mod keys;
mod launch;
mod leaving;
mod mail_action;
mod messages;
mod moving;
mod news;
mod offers;
mod people_action;
mod people_view;
mod picker;
mod practice_panel;
mod preference_field;
mod rail;
mod redacted;
mod session;
mod shell;
mod spelling;
mod start_page;
mod state;
mod steps;
mod theme;
mod typing;
mod undoing;
mod widgets;

use std::path::PathBuf;

use eframe::egui;

pub use action::Action;
use caption::Caption;
use host_key::KeyAction;
pub use launch::{Options, run};
pub use leaving::Quit;
use leaving::hold;
pub use messages::{Message, Messages, Weight};
pub use picker::{Answer, Ask, Picker, Wanted};
pub use state::{State, Times};

use crate::engine::Worker;
use crate::net::{Clock as _, SystemClock};
use crate::profile::Preferences;

/// What is told of the start itself: it stays in sight when a profile opens.
const START: &str = "This start";

/// The window's program: polls the engine, draws the state, hands over what
/// the user did.
pub struct App {
    state: State,
    worker: Box<dyn Worker>,
    picker: Picker,
    clock: SystemClock,
    caption: Caption,
}

/// How the window begins.
#[derive(Debug, Clone, Default)]
pub struct Beginning {
    /// A profile to open.
    pub folder: Option<PathBuf>,
    /// Straight into a practice world.
    pub practice: bool,
    /// How times are shown.
    pub times: Times,
    /// Renderer and adapter, as far as known.
    pub drawn_by: String,
    /// Name and version of the operating system.
    pub system: String,
    /// The picture travels over a network, or the processor draws it.
    pub costly: bool,
    /// What the user prefers.
    pub preferences: Preferences,
    /// Sentences about the start: what could not be read, what was passed over.
    pub remarks: Vec<String>,
}

impl App {
    /// A window on this worker.
    pub fn new(
        ctx: &egui::Context,
        mut worker: Box<dyn Worker>,
        picker: Picker,
        beginning: Beginning,
    ) -> Self {
        theme::install(ctx);
        theme::prefer(ctx, &beginning.preferences);
        let mut state = State {
            times: beginning.times,
            costly: beginning.costly,
            drawn_by: beginning.drawn_by,
            system: beginning.system,
            preferences: beginning.preferences,
            now: SystemClock.now(),
            ..State::default()
        };
        for sentence in beginning.remarks {
            state.say(START, sentence, Weight::Remark);
        }
        state.times.prefer(&state.preferences.time_zone);
        let mut commands = Vec::new();
        // What is known already holds from the first picture on.
        let events: Vec<_> = std::iter::from_fn(|| worker.poll()).collect();
        news::take_in(&mut state, events, &mut commands);
        theme::follow(ctx, state.desktop);
        if let Some(folder) = beginning.folder {
            action::apply(&mut state, Action::Open(folder), &mut commands);
        } else if beginning.practice {
            action::apply(&mut state, Action::StartPractice, &mut commands);
        }
        commands.into_iter().for_each(|command| worker.send(command));
        Self { state, worker, picker, clock: SystemClock, caption: Caption::default() }
    }

    /// What is shown, for tests.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Does one thing, as if the user had done it.
    pub fn act(&mut self, ctx: &egui::Context, action: Action) {
        match &action {
            Action::Copy { text, .. } => ctx.copy_text(text.clone()),
            Action::Pick(wanted) => self.picker.start(wanted.clone(), ctx),
            Action::Show(path) => {
                if let Err(error) = open::that_detached(path) {
                    let sentence = format!(
                        "{} can't be opened from here: {error}. Open it in your file manager.",
                        path.display()
                    );
                    self.state.tell("Open", sentence);
                }
            }
            Action::Prefer(preferences) => theme::prefer(ctx, preferences),
            Action::Key(KeyAction::Use | KeyAction::Forget) | Action::CloseSession => {
                host_key::forget_typing(ctx);
            }
            _ => {}
        }
        let mut commands = Vec::new();
        action::apply(&mut self.state, action, &mut commands);
        commands.into_iter().for_each(|command| self.worker.send(command));
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        let events: Vec<_> = std::iter::from_fn(|| self.worker.poll()).collect();
        let news = !events.is_empty();
        self.state.now = self.clock.now();
        let mut commands = Vec::new();
        news::take_in(&mut self.state, events, &mut commands);
        theme::follow(ctx, self.state.desktop);
        hold(ctx, &mut self.state, &mut commands);
        commands.into_iter().for_each(|command| self.worker.send(command));
        let was_picking = self.state.picking.is_some();
        match self.picker.poll() {
            Some((wanted, Answer::Chosen(path))) => self.act(ctx, Action::Picked(wanted, path)),
            Some((wanted, Answer::NoDialog)) => {
                if let Wanted::SaveText { text, .. } = &wanted {
                    ctx.copy_text(String::clone(text));
                }
                folders::without_dialog(&mut self.state, &wanted);
            }
            Some((_, Answer::Cancelled)) | None => {}
        }
        if was_picking && !self.picker.is_open() {
            self.state.picking = None;
        }
        if let Some(left) = self.state.messages.pass(self.state.now) {
            ctx.request_repaint_after(left.unsigned_abs());
        }
        if let Some(left) = self.state.busy_left() {
            ctx.request_repaint_after(left);
        }
        if news {
            ctx.request_repaint();
        }
    }

    /// The page's ground: where the processor draws, to fill most of the window
    /// once more takes longer than all that stands on it.
    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let mut actions = Vec::new();
        if self.state.watching && ui.input(|input| input.events.iter().any(does_something)) {
            self.state.watching = false;
        }
        keys::read(ui.ctx(), &self.state, &mut actions);
        // What has the focus now is asked for no more after this frame.
        let asked = self.state.focus;
        let plan = self.state.session.as_ref().map(|session| &*session.plan);
        spelling::follow(ui.ctx(), plan);
        shell::window_ui(ui, &self.state, &mut actions);
        if self.state.focus == asked {
            self.state.focus = None;
        }
        // Made larger or smaller with Ctrl and + or -.
        let scale = theme::scale(ui.ctx());
        if scale != self.state.preferences.scale {
            let preferences = Preferences { scale, ..self.state.preferences.clone() };
            actions.push(Action::Prefer(Box::new(preferences)));
        }
        self.caption.follow(ui.ctx(), &self.state);
        self.state.entered = false;
        self.state.reveal = None;
        if !actions.is_empty() {
            let ctx = ui.ctx().clone();
            actions.into_iter().for_each(|action| self.act(&ctx, action));
            // Draw what came of it.
            ctx.request_repaint();
        }
    }
}

/// Whether somebody typed, pressed or scrolled: the page stays where they are then.
fn does_something(event: &egui::Event) -> bool {
    use egui::Event::{Key, MouseWheel, Paste, PointerButton, Text};
    match event {
        MouseWheel { .. } | Text(_) | Paste(_) => true,
        Key { pressed, .. } | PointerButton { pressed, .. } => *pressed,
        _ => false,
    }
}
