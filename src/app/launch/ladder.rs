//! Which renderers to try, in order, and which to pass over.

use crate::profile::Renderer;

/// One rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rung {
    /// To be tried.
    Try(Renderer),
    /// Passed over, because a start with it died.
    Skip(Tried),
}

/// A renderer that did not draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tried {
    /// Which.
    pub(super) renderer: Renderer,
    /// Why, to follow a colon.
    pub(super) reason: String,
}

/// Best first. On Windows the native one draws over Remote Desktop and in
/// virtual machines, where OpenGL has no driver: DirectX 12 has one that needs
/// no graphics card (WARP).
const BEST_FIRST: [Renderer; 3] = [Renderer::Native, Renderer::Wgpu, Renderer::Glow];

/// The ladder: `first` before all others, without those that a process before
/// this one tried, and those of which `died` knows to be passed over.
pub(super) fn ladder(
    first: Option<Renderer>,
    tried: &[Tried],
    died: impl Fn(Renderer) -> bool,
) -> Vec<Rung> {
    let others = BEST_FIRST.into_iter().filter(|renderer| Some(*renderer) != first);
    first
        .into_iter()
        .chain(others)
        .filter(|renderer| !tried.iter().any(|tried| tried.renderer == *renderer))
        .map(
            |renderer| {
                if died(renderer) { Rung::Skip(passed_over(renderer)) } else { Rung::Try(renderer) }
            },
        )
        .collect()
}

fn passed_over(renderer: Renderer) -> Tried {
    let reason = format!(
        "passed over, because an earlier start with it ended before its first picture. To try it again: sdr-wizard --renderer {}",
        word(renderer)
    );
    Tried { renderer, reason }
}

impl Tried {
    /// A sentence for whoever looks at what another renderer drew.
    pub(super) fn told(&self) -> String {
        format!("{}: {}.", name(self.renderer), self.reason)
    }
}

/// A renderer as people know it.
pub(super) fn name(renderer: Renderer) -> &'static str {
    match renderer {
        Renderer::Native if cfg!(windows) => "native (DirectX 12)",
        Renderer::Native if cfg!(target_os = "macos") => "native (Metal)",
        Renderer::Native => "native (Vulkan)",
        Renderer::Wgpu => "wgpu (any graphics driver)",
        Renderer::Glow => "glow (OpenGL)",
    }
}

/// A renderer as options have it.
pub(super) fn word(renderer: Renderer) -> &'static str {
    match renderer {
        Renderer::Native => "native",
        Renderer::Wgpu => "wgpu",
        Renderer::Glow => "glow",
    }
}

/// Reads `--renderer`.
pub(super) fn renderer_named(text: &str) -> Result<Renderer, String> {
    BEST_FIRST
        .into_iter()
        .find(|renderer| word(*renderer) == text)
        .ok_or_else(|| "write native, wgpu or glow".to_owned())
}

/// Reads `--tried`.
pub(super) fn tried_before(text: &str) -> Result<Tried, String> {
    let (name, reason) = text.split_once('=').ok_or("write RENDERER=REASON")?;
    Ok(Tried { renderer: renderer_named(name)?, reason: crate::shown::shown(reason, 300) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(renderer: Renderer) -> Tried {
        Tried { renderer, reason: "no driver".to_owned() }
    }

    #[test]
    fn what_was_chosen_comes_first_and_the_others_after_it() {
        use Renderer::{Glow, Native, Wgpu};
        let never = |_| false;
        let all = |rungs: [Renderer; 3]| rungs.map(Rung::Try).to_vec();
        assert_eq!(ladder(None, &[], never), all([Native, Wgpu, Glow]));
        assert_eq!(ladder(Some(Glow), &[], never), all([Glow, Native, Wgpu]));
        let left = ladder(Some(Glow), &[tried(Native), tried(Glow)], never);
        assert_eq!(left, [Rung::Try(Wgpu)]);
        assert_eq!(ladder(None, &[Native, Wgpu, Glow].map(tried), never), []);
    }

    #[test]
    fn what_died_is_passed_over_even_when_it_is_preferred_and_the_way_back_is_said() {
        let rungs = ladder(Some(Renderer::Wgpu), &[], |renderer| renderer == Renderer::Wgpu);
        let Rung::Skip(skipped) = &rungs[0] else { panic!("{rungs:?}") };
        assert_eq!(skipped.renderer, Renderer::Wgpu);
        assert!(skipped.told().ends_with("To try it again: sdr-wizard --renderer wgpu."));
        assert_eq!(rungs[1..], [Rung::Try(Renderer::Native), Rung::Try(Renderer::Glow)]);
    }

    #[test]
    fn what_a_process_hands_on_is_read_by_the_next() {
        assert_eq!(tried_before("glow=no = driver").unwrap().reason, "no = driver");
        assert!(tried_before("glow").is_err() && tried_before("x=y").is_err());
        assert!(renderer_named("wgpu").is_ok() && renderer_named("").is_err());
    }
}
