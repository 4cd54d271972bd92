//! Which graphics driver wgpu draws with.

use std::sync::Arc;

use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetupCreateNew};
use eframe::wgpu::{Adapter, AdapterInfo, Backend, Backends, DeviceType, Surface};

use crate::profile::Renderer;

/// What the window system itself is drawn with.
const NATIVE: Backends = if cfg!(windows) {
    Backends::DX12
} else if cfg!(target_os = "macos") {
    Backends::METAL
} else {
    Backends::VULKAN
};

/// How wgpu is set up for a rung; `WGPU_BACKEND` in the environment narrows it.
///
/// # Errors
/// When the environment leaves nothing of it.
pub(super) fn configuration(renderer: Renderer) -> Result<WgpuConfiguration, String> {
    let every = Backends::PRIMARY | Backends::GL;
    let wanted = if renderer == Renderer::Native { NATIVE } else { every };
    let backends = wanted & Backends::from_env().unwrap_or(every);
    if backends.is_empty() {
        return Err("WGPU_BACKEND in the environment rules it out".to_owned());
    }
    let mut setup = WgpuSetupCreateNew::without_display_handle();
    setup.instance_descriptor.backends = backends;
    setup.native_adapter_selector = Some(Arc::new(choose));
    Ok(WgpuConfiguration { wgpu_setup: setup.into(), ..WgpuConfiguration::default() })
}

/// Whether the processor draws: no frame is for nothing then.
pub(super) fn is_software(adapter: &Adapter) -> bool {
    let info = adapter.get_info();
    info.device_type == DeviceType::Cpu || draws_without_card(&info.name)
}

/// Renderers that need no graphics card, by parts of their names.
const SOFTWARE: [&str; 7] = [
    "llvmpipe",
    "softpipe",
    "swrast",
    "software rasterizer",
    "software renderer",
    "swiftshader",
    "basic render driver",
];

/// The same by the driver's name: OpenGL says nothing else of it.
pub(super) fn draws_without_card(name: &str) -> bool {
    let name = name.to_lowercase();
    SOFTWARE.iter().any(|software| name.contains(software))
}

/// The best driver that can draw into this window: some are there and know no
/// format of it.
fn choose(adapters: &[Adapter], surface: Option<&Surface<'_>>) -> Result<Adapter, String> {
    let draws = |adapter: &&Adapter| {
        surface.is_none_or(|surface| !surface.get_capabilities(adapter).formats.is_empty())
    };
    let best = adapters.iter().filter(draws).min_by_key(|adapter| rank(&adapter.get_info()));
    best.cloned().ok_or_else(|| match adapters {
        [] => "there is no graphics driver for it".to_owned(),
        some => {
            let names: Vec<String> = some.iter().map(|adapter| adapter.get_info().name).collect();
            format!("none of its drivers can draw into a window ({})", names.join(", "))
        }
    })
}

/// The smaller, the better. What the window system is drawn with comes last,
/// because the rung for it was tried before; then a graphics card comes before
/// the processor, and the one that needs least power before others.
fn rank(info: &AdapterInfo) -> (bool, bool, u8, u8) {
    let backend = match info.backend {
        Backend::Vulkan | Backend::Metal => 0,
        Backend::Gl => 1,
        _ => 2,
    };
    let kind = match info.device_type {
        DeviceType::IntegratedGpu => 0,
        DeviceType::DiscreteGpu => 1,
        DeviceType::VirtualGpu => 2,
        _ => 3,
    };
    let native = NATIVE.contains(Backends::from(info.backend));
    (native, info.device_type == DeviceType::Cpu, backend, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_known_by_the_names_of_its_renderers() {
        for name in [
            "llvmpipe (LLVM 15.0.6, 256 bits)",
            "Google SwiftShader",
            "Apple Software Renderer",
            "D3D12 (Microsoft Basic Render Driver)",
        ] {
            assert!(draws_without_card(name), "{name}");
        }
        assert!(!draws_without_card("Mesa Intel(R) UHD Graphics 620 (KBL GT2)"));
    }
}
