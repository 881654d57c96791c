use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts connections, in all and by network.
#[derive(Debug, Clone)]
pub(super) struct Admission(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    most: usize,
    most_of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    // As many entries as connections at most.
    networks: HashMap<IpAddr, usize>,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Full {
    #[error("all connections are taken (MAX_CONNECTIONS)")]
    Everywhere,
    #[error("a client network has as many as it may (MAX_CONNECTIONS_PER_ADDRESS)")]
    ForOne,
}

impl Full {
    /// A word for counting.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Everywhere => "total",
            Self::ForOne => "address",
        }
    }
}

impl Admission {
    pub(super) fn new(most: usize, most_of_one: usize) -> Self {
        Self(Arc::new(Counts {
            most,
            most_of_one,
            taken: Mutex::default(),
        }))
    }

    /// A place, which nobody's network is counted for yet.
    pub(super) fn place(&self) -> Result<Place, Full> {
        let mut taken = self.0.taken();
        if taken.total >= self.0.most {
            return Err(Full::Everywhere);
        }
        taken.total += 1;
        Ok(Place {
            counts: self.0.clone(),
            network: None,
        })
    }
}

impl Counts {
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one connection, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    counts: Arc<Counts>,
    network: Option<IpAddr>,
}

impl Place {
    /// Counts it for the network of a client.
    pub(super) fn of(mut self, network: IpAddr) -> Result<Self, Full> {
        let mut taken = self.counts.taken();
        let count = taken.networks.entry(network).or_default();
        if *count >= self.counts.most_of_one {
            drop(taken);
            return Err(Full::ForOne);
        }
        *count += 1;
        drop(taken);
        self.network = Some(network);
        Ok(self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.counts.taken();
        taken.total -= 1;
        let Some(network) = self.network else {
            return;
        };
        if let Entry::Occupied(mut count) = taken.networks.entry(network) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use musicgen_security::client_ip::ClientIp;

    /// HTTP-14: below, at and above both caps; places come back.
    #[test]
    fn places() {
        let admission = Admission::new(4, 2);
        let place = |text: &str| {
            admission
                .place()?
                .of(ClientIp::of_peer(text.parse().unwrap()).network())
        };
        let mut kept = vec![
            place("192.0.2.1").unwrap(),
            place("::ffff:192.0.2.1").unwrap(),
        ];
        assert_eq!(place("192.0.2.1").unwrap_err(), Full::ForOne);
        kept.push(place("2001:db8::1").unwrap());
        kept.push(place("2001:db8::2:1").unwrap());
        assert_eq!(place("192.0.2.2").unwrap_err(), Full::Everywhere);
        kept.pop();
        assert_eq!(place("192.0.2.1").unwrap_err(), Full::ForOne);
        kept.push(place("2001:db8::3").unwrap());
        kept.remove(0);
        kept.push(place("192.0.2.1").unwrap());
        drop(kept);
        let taken = admission.0.taken();
        assert!(taken.total == 0 && taken.networks.is_empty(), "{taken:?}");
    }
}
