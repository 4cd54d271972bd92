//! The operating system that the window runs on.

use sysinfo::System;

/// Name, version, kernel and processor: "Debian GNU/Linux 12, kernel 6.1.0-25-amd64,
/// x86_64".
pub(super) fn system() -> String {
    let long = System::long_os_version().unwrap_or_default();
    // "Linux (Debian GNU/Linux 12)": what stands in brackets says it all.
    let inner = long.strip_prefix("Linux (").and_then(|inner| inner.strip_suffix(')'));
    let name = match inner.unwrap_or(&long) {
        "" => std::env::consts::OS,
        name => name,
    };
    let kernel = System::kernel_version().map(|kernel| format!(", {KERNEL} {kernel}"));
    format!("{name}{}, {}", kernel.unwrap_or_default(), std::env::consts::ARCH)
}

/// What the number of the kernel is called there.
const KERNEL: &str = if cfg!(windows) { "build" } else { "kernel" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_version_of_this_machine() {
        let system = system();
        assert!(system.ends_with(std::env::consts::ARCH), "{system}");
        #[cfg(target_os = "linux")]
        {
            let running = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
            assert!(system.contains(&format!("kernel {}", running.trim())), "{system}");
            let release = std::fs::read_to_string("/etc/os-release").unwrap();
            let name = release.lines().find_map(|line| line.strip_prefix("NAME=")).unwrap();
            assert!(system.starts_with(name.trim_matches('"')), "{system}");
        }
    }
}
