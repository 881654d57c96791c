//! The served application as the testkit offers it.

use musicgen_testkit::TestApp;

/// HTTP-14: what is under way when the service stops gets its answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_served_application_answers_and_stops() {
    let served = TestApp::start().await.serve();
    let request = "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = served.raw(request).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let address = served.address();
    served.stop().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
