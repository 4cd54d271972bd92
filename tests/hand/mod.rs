//! A hand at the window: finds things by role and name as a screen reader
//! does, clicks, types, waits for the engine.

// Each test file uses its own part of the hand.
#![allow(dead_code, unreachable_pub)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use eframe::egui::{
    Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, OutputCommand, TouchPhase,
    accesskit::Role, vec2,
};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, HarnessBuilder};
use sdr_wizard::app::{Answer, App, Beginning, Picker};
use sdr_wizard::engine::{Command, Engine, Folders, Setup, Worker as _};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where a heading stands that was scrolled to the top: points.
const BELOW_HEADER: f32 = 62.0;

pub struct Hand {
    pub harness: Harness<'static, App>,
}

/// A window on a real engine whose folders are below `home`; the world
/// outside of practice is out of reach.
pub fn window(home: &Path, beginning: Beginning) -> Hand {
    window_of(builder(), home, beginning)
}

pub fn builder() -> HarnessBuilder<App> {
    // People of the practice world have names in scripts that the built-in fonts lack.
    Harness::builder().with_size([1100.0, 760.0]).allow_missing_glyphs()
}

pub fn window_of(builder: HarnessBuilder<App>, home: &Path, beginning: Beginning) -> Hand {
    window_after(builder, home, beginning, Vec::new())
}

/// The same, where the engine was told something before, as the launcher does.
pub fn window_after(
    builder: HarnessBuilder<App>,
    home: &Path,
    beginning: Beginning,
    before: Vec<Command>,
) -> Hand {
    let home = home.to_owned();
    let harness = builder.build_eframe(move |cc| {
        let wake = cc.egui_ctx.clone();
        let mut engine = Engine::start(Setup {
            net: Err("There is no network in this test.".to_owned()),
            folders: Folders {
                profiles: Some(home.join("profiles")),
                settings: Some(home.join("settings")),
                state: Some(home.join("state")),
            },
            wake: Box::new(move || wake.request_repaint()),
        })
        .unwrap();
        before.into_iter().for_each(|command| engine.send(command));
        App::new(
            &cc.egui_ctx,
            Box::new(engine),
            Picker::with(Box::new(|_| Answer::NoDialog)),
            beginning,
        )
    });
    Hand { harness }
}

impl Hand {
    /// Waits until the window shows what is asked for.
    pub fn until(&mut self, what: &str, mut there: impl FnMut(&Self) -> bool) {
        let start = Instant::now();
        loop {
            self.harness.step();
            if there(self) {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "waited in vain for {what}; on screen:\n{}",
                self.words()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for a text.
    pub fn sees(&mut self, words: &str) {
        self.until(words, |hand| hand.has(words));
    }

    /// Whether a text is there, as a label or part of one.
    pub fn has(&self, words: &str) -> bool {
        self.harness.query_all_by_label_contains(words).next().is_some()
    }

    /// Everything that has a name, for messages.
    pub fn words(&self) -> String {
        self.harness
            .root()
            .children_recursive()
            .filter_map(|node| node.accesskit_node().label().or_else(|| node.value()))
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Scrolls to a widget and clicks it with the pointer.
    pub fn click(&mut self, role: Role, name: &str) {
        self.until(name, |hand| {
            hand.harness.query_all_by_role_and_label(role, name).next().is_some()
        });
        let node = |hand: &Self, act: fn(&egui_kittest::Node<'_>)| {
            let node = hand.harness.query_all_by_role_and_label(role, name).next();
            act(&node.expect("it was there a moment ago"));
        };
        node(self, |node| node.scroll_to_me());
        self.harness.run_steps(3);
        node(self, |node| node.click());
        self.harness.run_steps(2);
    }

    /// Opens or closes what is folded.
    pub fn unfold(&mut self, name: &str) {
        self.click(Role::DisclosureTriangle, name);
    }

    pub fn press(&mut self, name: &str) {
        self.click(Role::Button, name);
    }

    /// Presses a copy button; what went to the clipboard.
    pub fn copies(&mut self, name: &str) -> String {
        self.harness.get_by_role_and_label(Role::Button, name).scroll_to_me();
        self.harness.run_steps(3);
        self.harness.get_by_role_and_label(Role::Button, name).click();
        let mut copied = None;
        // It is there in one frame alone.
        for _ in 0..3 {
            self.harness.step();
            let commands = &self.harness.output().platform_output.commands;
            copied = copied.or(commands.iter().find_map(|command| match command {
                OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            }));
        }
        copied.unwrap_or_else(|| panic!("“{name}” copied nothing"))
    }

    /// Puts `text` in place of what stands in a field.
    pub fn fill(&mut self, label: &str, text: &str) {
        self.put(Role::TextInput, label, text);
    }

    /// The same in a field of several lines.
    pub fn paste(&mut self, label: &str, text: &str) {
        self.put(Role::MultilineTextInput, label, text);
    }

    fn put(&mut self, role: Role, label: &str, text: &str) {
        self.click(role, label);
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.harness.key_press(Key::Delete);
        self.harness.run_steps(2);
        self.harness.get_by_role_and_label(role, label).type_text(text);
        self.harness.run_steps(2);
    }

    /// Types into a field that shows dots.
    pub fn type_hidden(&mut self, label: &str, text: &str) {
        self.click(Role::PasswordInput, label);
        self.harness.get_by_role_and_label(Role::PasswordInput, label).type_text(text);
        self.harness.run_steps(2);
    }

    /// Leaves the field by the keyboard.
    pub fn tab(&mut self) {
        self.harness.key_press(Key::Tab);
        self.harness.run_steps(2);
    }

    pub fn enter(&mut self) {
        self.harness.key_press(Key::Enter);
        self.harness.run_steps(2);
    }

    pub fn keys(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(2);
    }

    /// What stands in a field.
    pub fn value(&self, label: &str) -> String {
        self.harness.get_by_role_and_label(Role::TextInput, label).value().unwrap_or_default()
    }

    /// Back to the top of the page.
    pub fn top(&mut self) {
        self.harness.get_by_label_contains(" of 8, ").scroll_to_me();
        self.harness.run_steps(3);
    }

    /// Scrolls a heading to the top of the page, by the wheel at last: asked to
    /// show it, the window puts it in the middle.
    pub fn scroll_to_top(&mut self, heading: &str) {
        self.until(heading, |hand| hand.harness.query_by_label(heading).is_some());
        self.harness.get_by_label(heading).scroll_to_me();
        self.harness.run_steps(3);
        let at = self.harness.get_by_label(heading).rect().left_top();
        self.harness.hover_at(at + vec2(8.0, 8.0));
        self.harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            source: MouseWheelSource::Wheel,
            delta: vec2(0.0, BELOW_HEADER - at.y),
            phase: TouchPhase::Move,
            modifiers: Modifiers::NONE,
        });
        self.harness.run_steps(3);
    }

    /// Runs the checks of the step on screen to their end.
    pub fn check(&mut self) {
        self.press("Check now");
        self.until("the end of the check", |hand| hand.has("Check now"));
        self.quiet();
    }

    /// Waits until nothing is under way any more: the picture is the last one.
    pub fn quiet(&mut self) {
        self.until("a quiet window", |hand| {
            let session = hand.harness.state().state().session.as_ref();
            session.is_none_or(|session| session.running.is_empty())
                && !hand.has("Following every address")
                && !hand.has("Judging the order")
        });
        self.harness.run_steps(3);
    }
}

pub fn pictures_folder() -> Option<PathBuf> {
    std::env::var_os("SDR_PICTURES").map(PathBuf::from)
}

pub fn still() -> Beginning {
    Beginning { times: sdr_wizard::app::Times::Still, ..Beginning::default() }
}
