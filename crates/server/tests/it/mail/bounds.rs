//! How many messages may wait, how many somebody gets, and what the stop does.

use super::*;

#[tokio::test]
async fn a_full_queue_drops_and_never_waits() {
    let options = Options {
        queue: 3,
        ..quick()
    };
    let post = Post::new(None, options);
    let handed: Vec<_> = (0..5).map(|n| post.send(&format!("user{n}"))).collect();
    use Handed::{Full, Queued};
    assert_eq!(handed, [Queued, Queued, Queued, Full, Full]);
    let delivery = post.mailer.deliver().unwrap();
    post.until_empty().await;
    assert_eq!(post.send("user3"), Queued, "there is room again");
    delivery.stop().await;
    assert_eq!(Received::outbox(&post.data_dir()).len(), 4);
    assert_eq!(post.send("late"), Handed::Stopped);
    assert_eq!(post.mailer.waiting(), 0);
}

/// A place is held while a message waits to be tried again too.
#[tokio::test]
async fn what_waits_for_another_attempt_counts_in_the_queue() {
    let sink = MailSink::start().await;
    sink.fail_next(usize::MAX);
    let options = Options {
        queue: 2,
        ..quick()
    };
    let post = Post::new(Some(&sink.url()), options);
    let _delivery = post.mailer.deliver().unwrap();
    post.send("anna");
    post.send("bert");
    sink.wait_for_tries(6).await;
    assert_eq!(post.send("clara"), Handed::Full);
}

#[tokio::test]
async fn hundreds_of_overlapping_messages_arrive_once_each() {
    for _ in 0..3 {
        let sink = MailSink::start().await;
        sink.fail_next(40);
        let post = Arc::new(Post::new(Some(&sink.url()), quick()));
        let delivery = post.mailer.deliver().unwrap();
        let calls = (0..200).map(|n| {
            let post = post.clone();
            tokio::spawn(async move { post.send(&format!("user{n}")) })
        });
        for call in calls.collect::<Vec<_>>() {
            assert_eq!(call.await.unwrap(), Handed::Queued);
        }
        sink.wait_for(200).await;
        post.until_empty().await;
        delivery.stop().await;
        let mut to: Vec<_> = sink.received().into_iter().flat_map(|m| m.to).collect();
        to.sort();
        to.dedup();
        assert_eq!((to.len(), sink.received().len()), (200, 200));
    }
}

#[tokio::test]
async fn nobody_gets_more_than_five_of_a_kind_an_hour() {
    let post = Post::new(None, quick());
    let clara = address("clara");
    let handed: Vec<_> = (0..7)
        .map(|_| post.mailer.send(&clara, reset("t")))
        .collect();
    assert_eq!(handed[..5], [Handed::Queued; 5]);
    assert_eq!(handed[5..], [Handed::Limited; 2]);
    assert_eq!(post.send("clara"), Handed::Queued, "another kind");
    assert_eq!(post.mailer.waiting(), 6, "what is refused takes no place");
    post.clock.advance(Span::hours(1));
    assert_eq!(post.mailer.send(&clara, reset("t")), Handed::Queued);
}

#[tokio::test]
async fn the_stop_delivers_what_waits() {
    let sink = MailSink::start().await;
    let options = Options {
        first_delay: Duration::from_hours(1),
        longest_delay: Duration::from_hours(1),
        ..quick()
    };
    let post = Post::new(Some(&sink.url()), options);
    let delivery = post.mailer.deliver().unwrap();
    sink.fail_next(2);
    post.send("anna");
    post.send("bert");
    sink.wait_for_tries(2).await;
    // The answer to the second is on its way.
    tokio::time::sleep(Duration::from_millis(100)).await;
    for n in 0..50 {
        post.send(&format!("user{n}"));
    }
    delivery.stop().await;
    assert_eq!(sink.received().len(), 52, "those in their delay too");
    assert_eq!(post.mailer.waiting(), 0);
    assert!(post.mailer.deliver().is_none(), "it can't be started twice");
}

#[tokio::test]
async fn the_stop_does_not_wait_for_a_relay_that_hangs() {
    let sink = MailSink::start().await;
    sink.stall(true);
    let options = Options {
        attempt: Duration::from_mins(1),
        flush: Duration::from_millis(100),
        ..quick()
    };
    let post = Post::new(Some(&sink.url()), options);
    let delivery = post.mailer.deliver().unwrap();
    for n in 0..10 {
        post.send(&format!("user{n}"));
    }
    sink.wait_for_tries(4).await;
    let stopped = tokio::time::timeout(Duration::from_secs(5), delivery.stop()).await;
    assert!(stopped.is_ok());
    assert_eq!(post.mailer.waiting(), 0);
}
