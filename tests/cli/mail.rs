//! Bounces explained, results of another machine taken over, messages sent
//! on request.

use super::*;

#[test]
fn a_bounce_is_explained_from_a_file() {
    let folder = Folder::new();
    let text = "<ann@example.com>: host mx1.emailsrvr.com[198.51.100.1] said: 550 5.1.1\n    <ann@example.com>: User unknown in relay recipient table (G8)\n";
    folder.write("bounce.txt", text);
    let told = out(&expect(0, folder.path(), &["bounce", "bounce.txt"]));
    for part in
        ["Split Domain Routing", "4, Split Domain Routing", "550 5.1.1 G8", "mx1.emailsrvr.com"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    let notices = json(&expect(0, folder.path(), &["bounce", "bounce.txt", "--json"]));
    assert_eq!(notices.len(), 1);
    assert_eq!(
        (&notices[0]["cause"], &notices[0]["step"]),
        (&"neither-side".into(), &"sdr".into())
    );
    folder.write("letter.txt", "Dear all, no refusal in here.");
    let said = err(&expect(3, folder.path(), &["bounce", "letter.txt"]));
    assert!(said.contains("No refusal was found"), "{said}");
    refused(folder.path(), &["bounce", "none.txt"], "is not there");
    folder.write("evil.txt", b"550 5.1.1 \x1b[31m\xff\xfe no such user");
    let told = out(&expect(0, folder.path(), &["bounce", "evil.txt"]));
    assert!(!told.contains('\u{1b}'), "{told:?}");
}
