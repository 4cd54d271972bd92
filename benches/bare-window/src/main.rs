//! A window with one label: `bare-window glow|native|wgpu`.

use eframe::egui;
use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetupCreateNew};
use eframe::wgpu::Backends;

fn main() -> eframe::Result {
    let mut options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size([1120.0, 780.0]),
        renderer: eframe::Renderer::Glow,
        ..Default::default()
    };
    let renderer = std::env::args().nth(1).unwrap_or_default();
    if renderer != "glow" {
        let mut setup = WgpuSetupCreateNew::without_display_handle();
        if renderer == "native" {
            setup.instance_descriptor.backends = Backends::VULKAN;
        }
        options.renderer = eframe::Renderer::Wgpu;
        options.wgpu_options =
            WgpuConfiguration { wgpu_setup: setup.into(), ..WgpuConfiguration::default() };
    }
    eframe::run_ui_native("bare window", options, |ui, _frame| {
        egui::CentralPanel::default().show(ui, |ui| ui.label("Nothing else."));
    })
}
