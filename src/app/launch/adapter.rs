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
    adapter.get_info().device_type == DeviceType::Cpu
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
