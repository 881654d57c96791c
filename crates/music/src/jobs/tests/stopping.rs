use super::*;

#[tokio::test]
async fn stopping_puts_running_jobs_back_and_the_next_start_finishes_them() {
    let stage = Stage::new();
    let workers = stage.start(1);
    let (running, mut events) = stage.order("work for ever").await;
    let (waiting, mut later) = stage.queue_new(BOB, stage.job("a tune")).await;
    until_rendering(&mut events).await;
    tokio::time::timeout(Duration::from_secs(2), workers.stop())
        .await
        .unwrap();
    let job = stage.stored(running).await;
    assert_eq!((job.status, job.attempts, job.run), (Status::Queued, 0, 1));
    let queued = follow(&mut events, |event| event.status == Status::Queued).await;
    assert_eq!(queued.last().unwrap().progress, 0.0);
    assert_eq!(
        stage.queue.store().position(waiting).await.unwrap(),
        Some(2)
    );
    assert!(stage.file_names().is_empty());

    let workers = stage.start(2);
    assert_eq!(end(&mut later).await, Status::Completed);
    // Its events go on where they were.
    until_rendering(&mut events).await;
    workers.stop().await;
}

#[tokio::test]
async fn an_engine_that_does_not_listen_is_left_behind_and_its_file_with_it() {
    let stage = Stage::new();
    let workers = stage.start(1);
    let (id, mut events) = stage.order("be deaf").await;
    follow(&mut events, |event| {
        event.stage.as_deref() == Some("composing")
    })
    .await;
    tokio::time::timeout(Duration::from_secs(1), workers.stop())
        .await
        .unwrap();
    assert_eq!(stage.stored(id).await.status, Status::Queued);
    let workers = stage.start(1);
    assert_eq!(end(&mut events).await, Status::Completed);
    workers.stop().await;
    assert_eq!(stage.file_names(), [format!("{id}.wav")]);
}

#[tokio::test]
async fn the_job_of_a_dead_worker_is_finished_by_another() {
    let stage = Stage::new();
    let (id, mut events) = stage.order("a tune").await;
    let lease = time::Duration::seconds(15);
    let dead = stage
        .queue
        .store()
        .claim("dead", lease, at(0))
        .await
        .unwrap()
        .unwrap();
    drop(
        stage
            .queue
            .files()
            .start(id, dead.run, Format::Wav)
            .unwrap(),
    );
    let left = stage.folder.path().join(format!("tracks/{id}.1.part"));
    std::fs::write(left, b"half a file").unwrap();
    let workers = stage.start(1);
    stage.seconds.store(14, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(stage.stored(id).await.lease.unwrap().worker, "dead");
    stage.seconds.store(15, Ordering::SeqCst);
    assert_eq!(end(&mut events).await, Status::Completed);
    assert_eq!(stage.stored(id).await.attempts, 2);
    assert_eq!(stage.file_names(), [format!("{id}.wav")]);
    workers.stop().await;
}

#[tokio::test]
async fn a_store_that_is_away_for_a_while_loses_no_track() {
    let stage = Stage::new();
    let workers = stage.start(1);
    let (id, mut events) = stage.order("be deaf").await;
    follow(&mut events, |event| {
        event.stage.as_deref() == Some("composing")
    })
    .await;
    // Enough for the heartbeats of the second and a half it takes, and for completing.
    stage.queue.store().be_away_for(6);
    assert_eq!(end(&mut events).await, Status::Completed);
    let job = stage.stored(id).await;
    assert_eq!((job.status, job.run), (Status::Completed, 1));
    assert_eq!(stage.file_names(), [format!("{id}.wav")]);
    workers.stop().await;
}

#[tokio::test]
async fn dropped_workers_stop_their_engines() {
    let stage = Stage::new();
    let workers = stage.start(1);
    let (id, mut events) = stage.order("work for ever").await;
    until_rendering(&mut events).await;
    drop(workers);
    until_idle(&stage, Duration::from_secs(2)).await;
    assert_eq!(stage.stored(id).await.status, Status::Processing);
}

#[tokio::test]
async fn only_old_files_of_ours_without_a_row_are_swept() {
    let stage = Stage::new();
    let workers = stage.start(1);
    let (known, mut events) = stage.order("a tune").await;
    assert_eq!(end(&mut events).await, Status::Completed);
    workers.stop().await;
    let unknown = Uuid::from_u128(404);
    let others = [
        format!("{unknown}.txt"),
        "README.wav".to_owned(),
        "notes.txt".to_owned(),
    ];
    let swept = [
        format!("{known}.3.part"),
        format!("{unknown}.flac"),
        format!("{unknown}.1.part"),
    ];
    let folder = stage.folder.path().join("tracks");
    for name in others.iter().chain(&swept) {
        std::fs::write(folder.join(name), b"x").unwrap();
    }
    let modified = std::fs::metadata(folder.join("notes.txt"))
        .unwrap()
        .modified();
    let written = OffsetDateTime::from(modified.unwrap());
    let hour = time::Duration::HOUR;
    let sweep = |now| stage.queue.sweep_files(hour, now);
    assert_eq!(sweep(written + time::Duration::MINUTE).await.unwrap(), 0);
    assert_eq!(sweep(written + hour * 2).await.unwrap(), swept.len() as u64);
    let mut kept = others.to_vec();
    kept.insert(0, format!("{known}.wav"));
    assert_eq!(stage.file_names(), kept);
}
