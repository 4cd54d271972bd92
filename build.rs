//! Icon, manifest and version of the programs for Windows. What is built for
//! decides, not what it is built on.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=assets/windows");
    println!("cargo::rerun-if-changed=assets/icon/sdr-wizard.ico");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("windows") {
        return;
    }
    for (program, what) in [
        ("sdr-wizard", "Split Domain Routing wizard"),
        ("sdrctl", "Split Domain Routing in a terminal"),
    ] {
        let script = PathBuf::from(told("OUT_DIR")).join(format!("{program}.rc"));
        fs::write(&script, resources(program, what)).expect("the build's own folder is writable");
        embed_resource::compile_for(&script, [program], embed_resource::NONE)
            .manifest_required()
            .expect("a resource compiler for Windows: windres of mingw, or rc.exe");
    }
}

/// The resource script of one program.
fn resources(program: &str, what: &str) -> String {
    let version = told("CARGO_PKG_VERSION");
    let numbers =
        ["MAJOR", "MINOR", "PATCH"].map(|part| told(&format!("CARGO_PKG_VERSION_{part}")));
    let numbers = format!("{},0", numbers.join(","));
    let file = |name: &str| {
        let path = Path::new(&told("CARGO_MANIFEST_DIR")).join("assets").join(name);
        path.display().to_string().replace('\\', "\\\\")
    };
    format!(
        r#"#pragma code_page(65001)
1 ICON "{icon}"
1 24 "{manifest}"
1 VERSIONINFO
FILEVERSION {numbers}
PRODUCTVERSION {numbers}
FILEOS 0x40004
FILETYPE 1
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904b0"
    BEGIN
      VALUE "FileDescription", "{what}"
      VALUE "FileVersion", "{version}"
      VALUE "InternalName", "{program}"
      VALUE "LegalCopyright", "MIT or Apache-2.0"
      VALUE "OriginalFilename", "{program}.exe"
      VALUE "ProductName", "Split Domain Routing wizard"
      VALUE "ProductVersion", "{version}"
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x409, 1200
  END
END
"#,
        icon = file("icon/sdr-wizard.ico"),
        manifest = file("windows/sdr-wizard.manifest"),
    )
}

fn told(name: &str) -> String {
    env::var(name).expect("cargo tells it")
}
