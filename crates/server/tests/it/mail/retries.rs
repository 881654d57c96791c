//! What is tried again, and when it is given up.

use super::*;

#[tokio::test]
async fn what_fails_for_now_is_tried_again_until_it_is_taken() {
    let sink = MailSink::start().await;
    sink.fail_next(3);
    let post = Post::new(Some(&sink.url()), quick());
    let _delivery = post.mailer.deliver().unwrap();
    post.send("clara");
    sink.wait_for(1).await;
    post.until_empty().await;
    assert_eq!(sink.received().len(), 1);
    sink.wait_for_tries(4).await;
}

/// A recipient that is refused for good is given up, and holds nobody else up.
#[tokio::test]
async fn what_is_refused_for_good_is_tried_once() {
    let sink = MailSink::start().await;
    sink.refuse("nobody@example.com");
    let post = Post::new(Some(&sink.url()), quick());
    let delivery = post.mailer.deliver().unwrap();
    for name in ["nobody", "clara", "bert"] {
        post.send(name);
    }
    sink.wait_for(2).await;
    post.until_empty().await;
    delivery.stop().await;
    assert_eq!(sink.received().len(), 2);
}

#[tokio::test]
async fn a_relay_that_comes_up_late_gets_everything_once() {
    let first = MailSink::start().await;
    let url = first.url();
    let port = url.trim_start_matches("smtp://").parse().unwrap();
    drop(first);
    let post = Post::new(Some(&url), quick());
    let _delivery = post.mailer.deliver().unwrap();
    for n in 0..20 {
        post.send(&format!("user{n}"));
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(post.mailer.waiting(), 20, "nothing was given up");
    let sink = MailSink::start_at(port).await;
    sink.wait_for(20).await;
    post.until_empty().await;
    let mut to: Vec<_> = sink.received().into_iter().flat_map(|m| m.to).collect();
    to.sort();
    to.dedup();
    assert_eq!((to.len(), sink.received().len()), (20, 20));
}

/// The relay's own trouble is no reason to give a message up, whatever its code.
#[tokio::test]
async fn a_refused_login_holds_mail_until_it_is_mended() {
    let sink = MailSink::start().await;
    sink.refuse_logins(true);
    let url = sink.url().replace("://", "://me:pa%20ss@");
    let post = Post::new(Some(&url), quick());
    let _delivery = post.mailer.deliver().unwrap();
    post.send("clara");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!((sink.received().len(), post.mailer.waiting()), (0, 1));
    sink.refuse_logins(false);
    sink.wait_for(1).await;
    // "\0me\0pa ss" in base64.
    assert_eq!(sink.logins(), ["AG1lAHBhIHNz"]);
}

#[tokio::test]
async fn what_can_not_be_delivered_for_an_hour_is_given_up() {
    for (age, given_up) in [(Span::minutes(59), false), (Span::minutes(60), true)] {
        let sink = MailSink::start().await;
        sink.fail_next(usize::MAX);
        let post = Post::new(Some(&sink.url()), quick());
        let _delivery = post.mailer.deliver().unwrap();
        post.send("clara");
        sink.wait_for_tries(2).await;
        post.clock.advance(age);
        if given_up {
            post.until_empty().await;
        } else {
            sink.wait_for_tries(6).await;
            assert_eq!(post.mailer.waiting(), 1);
        }
    }
}

#[tokio::test]
async fn a_relay_that_is_away_for_an_hour_leaves_nothing_waiting() {
    let gone = MailSink::start().await.url();
    let post = Post::new(Some(&gone), quick());
    let _delivery = post.mailer.deliver().unwrap();
    for n in 0..20 {
        post.send(&format!("user{n}"));
    }
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(post.mailer.waiting(), 20);
    post.clock.advance(Span::hours(1));
    post.until_empty().await;
}

#[tokio::test]
async fn a_relay_that_hangs_costs_an_attempt_and_no_message() {
    let sink = MailSink::start().await;
    sink.stall(true);
    let options = Options {
        attempt: Duration::from_millis(50),
        ..quick()
    };
    let post = Post::new(Some(&sink.url()), options);
    let _delivery = post.mailer.deliver().unwrap();
    post.send("clara");
    sink.wait_for_tries(2).await;
    sink.stall(false);
    sink.wait_for(1).await;
}
