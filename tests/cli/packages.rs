//! What packages ship.

use super::{Folder, expect, out};

#[test]
fn packages_get_manual_pages_and_completions() {
    let folder = Folder::new();
    let page = out(&expect(0, folder.path(), &["generate", "man"]));
    assert!(page.contains(".TH sdrctl 1"), "{page}");
    assert!(page.contains("practice"), "{page}");
    expect(0, folder.path(), &["generate", "man", "--out", "man"]);
    assert!(folder.path().join("man/sdrctl-practice.1").is_file());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = out(&expect(0, folder.path(), &["generate", "completions", shell]));
        assert!(script.contains("sdrctl") && script.contains("fault"), "{shell}");
    }
    let version = out(&expect(0, folder.path(), &["--version"]));
    assert_eq!(version, concat!("sdrctl ", env!("CARGO_PKG_VERSION"), "\n"));
}
