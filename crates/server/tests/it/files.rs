//! Files are private to the service.

use musicgen_testkit::TestApp;
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
async fn what_lies_in_the_data_folder_is_for_the_owner_alone() {
    let app = TestApp::start().await;
    app.user("clara").await;
    let mut looked_at = 0;
    for entry in std::fs::read_dir(app.data_dir()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(
            mode & 0o077,
            0,
            "{} has mode {mode:o}",
            entry.path().display()
        );
        looked_at += 1;
    }
    assert!(looked_at >= 2, "the database and the folder of tracks");
}
