use super::reader::Reader;
use super::sections::processors;
use super::variables as v;

/// Connections of one processor; each is idle most of the time.
const FOR_EACH_PROCESSOR: u64 = 1024;

/// Who may connect.
#[derive(Debug, Clone)]
pub struct Connections {
    /// Connections at once.
    pub total: usize,
    /// The same of one client network.
    pub per_address: usize,
}

impl Connections {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let total = reader.whole(&v::MAX_CONNECTIONS, processors() * FOR_EACH_PROCESSOR);
        let per_address = reader.whole(&v::MAX_CONNECTIONS_PER_ADDRESS, 0);
        Self {
            total: total as usize,
            per_address: per_address as usize,
        }
    }
}
