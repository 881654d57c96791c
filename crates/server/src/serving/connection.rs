use super::activity::Activity;
use super::admission::Place;
use super::figures::{Notes, Open};
use super::options::ServeLimits;
use super::proxied;
use super::requests::Requests;
use super::stream_task::StreamTasks;
use super::watched::Watched;
use crate::app::{Refusals, Service};
use crate::config::{Beginning, ProxyProtocol};
use bytes::BytesMut;
use http::HeaderMap;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::Builder;
use musicgen_security::client_ip::{ClientIpRules, Connection};
use socket2::SockRef;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// What all connections of a listener share.
pub(super) struct Shared {
    pub(super) service: Service,
    pub(super) refusals: Refusals,
    pub(super) protocol: Builder<StreamTasks>,
    pub(super) limits: Arc<ServeLimits>,
    pub(super) rules: ClientIpRules,
    pub(super) proxy_protocol: ProxyProtocol,
    pub(super) notes: Notes,
}

impl Shared {
    /// What a connection is to begin with.
    pub(super) fn beginning(&self, connection: &Connection) -> Beginning {
        let is_trusted = self.rules.trusted().contains(connection.peer);
        self.proxy_protocol.beginning(is_trusted)
    }

    /// Whom a connection counts for, before it has sent a header.
    pub(super) fn network(&self, connection: &Connection) -> IpAddr {
        let caller = self.rules.judge(connection, &HeaderMap::new());
        caller.client.network()
    }
}

/// One connection from its acceptance to its end.
pub(super) async fn run(
    shared: Arc<Shared>,
    mut stream: TcpStream,
    connection: Connection,
    place: Place,
    stopping: watch::Receiver<bool>,
) {
    let _open = Open::count();
    prepare(&stream, &shared.limits);
    let Some((connection, read, _place)) = admit(&shared, &mut stream, connection, place).await
    else {
        return;
    };
    let activity = Activity::new();
    let watched = Watched::new(stream, read, shared.limits.clone(), activity.clone());
    serve(&shared, watched, connection, activity, stopping).await;
}

fn prepare(stream: &TcpStream, limits: &ServeLimits) {
    let socket = SockRef::from(stream);
    // What fails here fails again when the connection is used.
    let _ = socket.set_tcp_nodelay(true);
    // What the kernel has taken over from us, it must get rid of too: a client that never reads would
    // keep it for a quarter of an hour.
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(limits.write_window));
    #[cfg(not(target_os = "linux"))]
    let _ = limits;
}

/// Whom the connection is from; `None` when it is to be closed.
async fn admit(
    shared: &Shared,
    stream: &mut TcpStream,
    mut connection: Connection,
    place: Place,
) -> Option<(Connection, BytesMut, Place)> {
    let is_required = match shared.beginning(&connection) {
        Beginning::Request => return Some((connection, BytesMut::new(), place)),
        Beginning::Either => false,
        Beginning::Header => true,
        Beginning::Refused => return None,
    };
    let header = proxied::read(stream, is_required, shared.limits.proxy_header).await;
    let (header, read) = header
        .map_err(|why| shared.notes.refused("proxy_protocol", || why.to_string()))
        .ok()?;
    let Some(header) = header else {
        return Some((connection, read, place));
    };
    connection.source = header.source;
    connection.tls = header.tls;
    // A trusted source is another proxy.
    let sender = shared.rules.sender(&connection);
    if shared.rules.trusted().contains(sender) {
        return Some((connection, read, place));
    }
    let place = place
        .of(shared.network(&connection))
        .map_err(|full| shared.notes.refused(full.id(), || full.to_string()))
        .ok()?;
    Some((connection, read, place))
}

/// Serves its requests, and closes it when nothing happens on it or the service stops.
async fn serve(
    shared: &Arc<Shared>,
    watched: Watched<TcpStream>,
    connection: Connection,
    activity: Arc<Activity>,
    mut stopping: watch::Receiver<bool>,
) {
    let limits = &shared.limits;
    let requests = Requests {
        shared: shared.clone(),
        connection,
        activity: activity.clone(),
    };
    let served = shared
        .protocol
        .serve_connection(TokioIo::new(watched), requests);
    let mut served = pin!(served);
    let mut look = pin!(sleep(limits.first_request));
    let (mut is_closing, mut is_stopping) = (false, false);
    loop {
        tokio::select! {
            ended = served.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            () = look.as_mut() => {
                let now = Instant::now();
                match activity.idle_end(limits) {
                    None => look.as_mut().reset(now + limits.first_request.min(limits.idle)),
                    Some(end) if end > now => look.as_mut().reset(end),
                    Some(_) if is_closing => return,
                    Some(_) => {
                        is_closing = true;
                        served.as_mut().graceful_shutdown();
                        look.as_mut().reset(now + limits.linger);
                    }
                }
            }
            _ = stopping.wait_for(|stop| *stop), if !is_stopping => {
                is_stopping = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}
