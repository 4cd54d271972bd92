//! What the user prefers, as it lies in the settings folder.

use std::fs;
use std::time::Duration;

use sdr_wizard::plan::HostName;
use sdr_wizard::profile::{Preferences, ReducedMotion, Renderer, Theme, Zone};

fn everything_else() -> Preferences {
    Preferences {
        renderer: Some(Renderer::Glow),
        theme: Theme::Dark,
        scale: 150,
        reduced_motion: ReducedMotion::On,
        time_zone: Zone::parse("Europe/Berlin").unwrap(),
        resolvers: vec!["192.0.2.53:53".parse().unwrap(), "[2001:db8::53]:5353".parse().unwrap()],
        helo: Some(HostName::parse("mail.example.com").unwrap()),
        reply_timeout: Duration::from_secs(61),
        dns_timeout: Duration::from_secs(7),
    }
}

#[test]
fn what_was_preferred_is_preferred_the_next_time() {
    let settings = tempfile::tempdir().unwrap();
    let settings = settings.path().join("new");
    let plain = Preferences::default();
    assert_eq!(Preferences::load(&settings), (plain.clone(), Vec::new()));
    assert_eq!(everything_else().save(&plain, &settings).unwrap(), None);
    assert_eq!(Preferences::load(&settings), (everything_else(), Vec::new()));
    plain.save(&everything_else(), &settings).unwrap();
    assert_eq!(Preferences::load(&settings), (plain, Vec::new()));
}

#[test]
fn every_key_of_a_new_file_has_its_remark_and_says_the_default() {
    let settings = tempfile::tempdir().unwrap();
    let before = Preferences::default();
    let now = Preferences { theme: Theme::Light, ..before.clone() };
    now.save(&before, settings.path()).unwrap();
    let text = fs::read_to_string(settings.path().join("preferences.toml")).unwrap();
    assert!(text.contains("# \"system\", \"light\" or \"dark\".\ntheme = \"light\"\n"), "{text}");
    for key in
        ["renderer", "scale", "reduced_motion", "time_zone", "resolvers", "helo", "reply_timeout"]
    {
        assert!(text.contains(&format!("\n{key} = ")), "{key}: {text}");
    }
    assert_eq!(Preferences::load(settings.path()), (now, Vec::new()));
}

#[test]
fn remarks_and_keys_of_a_hand_and_what_another_window_chose_stay() {
    let settings = tempfile::tempdir().unwrap();
    let file = settings.path().join("preferences.toml");
    let by_hand = "# Ann's machine\r\nscale = 125 # her eyes\r\nmine = [1]\r\ntheme = 'dark'\r\n";
    fs::write(&file, by_hand).unwrap();
    let (before, remarks) = Preferences::load(settings.path());
    assert_eq!((before.scale, before.theme, remarks), (125, Theme::Dark, Vec::new()));
    // Another window chooses a renderer meanwhile.
    fs::write(&file, by_hand.replace("mine", "renderer = \"wgpu\"\r\nmine")).unwrap();
    let now = Preferences { theme: Theme::Light, ..before.clone() };
    assert_eq!(now.save(&before, settings.path()).unwrap(), None);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        "# Ann's machine\r\nscale = 125 # her eyes\r\nrenderer = \"wgpu\"\r\nmine = [1]\r\ntheme = \"light\"\r\n"
    );
    assert_eq!(Preferences::load(settings.path()).0.renderer, Some(Renderer::Wgpu));
}

#[test]
fn a_value_that_can_not_be_read_is_told_and_stays_until_it_is_chosen_anew() {
    let settings = tempfile::tempdir().unwrap();
    let file = settings.path().join("preferences.toml");
    let text = "renderer = \"voodoo\"\ntheme = 7\nscale = 5000\nreduced_motion = \"ON\"\n\
                resolvers = [\"ns1.example.com\", \"192.0.2.1\"]\nhelo = \"a b\"\nreply_timeout = 0\n\
                dns_timeout = 2.5\n";
    fs::write(&file, text).unwrap();
    let (read, remarks) = Preferences::load(settings.path());
    let expected = Preferences {
        reduced_motion: ReducedMotion::On,
        resolvers: vec!["192.0.2.1:53".parse().unwrap()],
        ..Preferences::default()
    };
    assert_eq!(read, expected);
    for key in ["renderer", "theme", "scale", "resolvers", "helo", "reply_timeout", "dns_timeout"] {
        let of_key: Vec<_> =
            remarks.iter().filter(|said| said.contains(&format!(", {key}: "))).collect();
        assert_eq!(of_key.len(), 1, "{key}: {remarks:?}");
        assert!(of_key[0].ends_with('.') && !of_key[0].ends_with(".."), "{of_key:?}");
    }
    assert_eq!(remarks.len(), 7, "{remarks:?}");
    let now = Preferences { theme: Theme::Dark, ..read.clone() };
    now.save(&read, settings.path()).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), text.replace("theme = 7", "theme = \"dark\""));
}

#[test]
fn a_file_that_can_not_be_understood_is_told_and_never_overwritten() {
    for wreck in [&b"theme = \"dark\"\nscale = = 3\n"[..], b"\xff\xfe\x00\xd8", b"PK\x03\x04\0"] {
        let settings = tempfile::tempdir().unwrap();
        let file = settings.path().join("preferences.toml");
        fs::write(&file, wreck).unwrap();
        let (read, remarks) = Preferences::load(settings.path());
        assert_eq!(read, Preferences::default());
        assert!(remarks.len() == 1 && remarks[0].contains("preferences.toml can't be read"));
        assert_eq!(fs::read(&file).unwrap(), wreck, "reading changes nothing");
        let now = Preferences { scale: 200, ..read.clone() };
        let kept = now.save(&read, settings.path()).unwrap().unwrap();
        let aside = settings.path().join("preferences.toml.unreadable-1");
        assert!(kept.contains(&aside.display().to_string()), "{kept}");
        assert_eq!(fs::read(&aside).unwrap(), wreck);
        assert_eq!(Preferences::load(settings.path()), (now, Vec::new()));
    }
}

#[test]
fn a_folder_that_can_not_be_written_is_an_error_and_changes_nothing() {
    let settings = tempfile::tempdir().unwrap();
    fs::create_dir(settings.path().join("preferences.toml")).unwrap();
    let (read, remarks) = Preferences::load(settings.path());
    assert!(remarks.len() == 1 && remarks[0].contains("is a folder"), "{remarks:?}");
    let now = Preferences { scale: 200, ..read.clone() };
    assert!(now.save(&read, settings.path()).is_err());
    fs::write(settings.path().join("file"), "").unwrap();
    assert!(now.save(&read, &settings.path().join("file")).is_err());
}
