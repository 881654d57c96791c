use super::{HashFault, MAX_MEMORY, MAX_SALT, MAX_WORK, Scheme, decimal, unpadded};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use scrypt::Params;

/// A scrypt hash.
pub(super) struct Hash {
    params: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Hash {
    /// Reads what follows `$scrypt$`: `ln=17,r=8,p=1$salt$hash`.
    pub(super) fn parse(rest: &str) -> Result<Self, HashFault> {
        let damaged = HashFault::Damaged(Scheme::Scrypt);
        let (costs, salt, output) = Self::split(rest).ok_or(damaged)?;
        let params = affordable(costs)?;
        Ok(Self {
            params: params.ok_or(damaged)?,
            salt,
            output,
        })
    }

    fn split(rest: &str) -> Option<([u32; 3], Vec<u8>, Vec<u8>)> {
        let mut parts = rest.split('$');
        let mut costs = parts.next()?.split(',');
        let mut cost = |name: &str| decimal(costs.next()?.strip_prefix(name)?);
        let three = [cost("ln=")?, cost("r=")?, cost("p=")?];
        let salt = unpadded(parts.next()?, 1, MAX_SALT)?;
        let output = unpadded(parts.next()?, 32, 64).filter(|output| output.len() % 32 == 0)?;
        (costs.next().is_none() && parts.next().is_none()).then_some((three, salt, output))
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut found = vec![0; self.output.len()];
        scrypt::scrypt(password, &self.salt, &self.params, &mut found)
            .is_ok_and(|()| verify_slices_are_equal(&found, &self.output).is_ok())
    }
}

/// `None` within when they make no sense. Memory is 128 · 2^ln · r bytes, filled p times.
fn affordable([log_n, r, p]: [u32; 3]) -> Result<Option<Params>, HashFault> {
    let too_costly = HashFault::TooCostly(Scheme::Scrypt);
    let Some(log_n) = u8::try_from(log_n).ok().filter(|log_n| *log_n < 32) else {
        return Err(too_costly);
    };
    if log_n == 0 || r == 0 || p == 0 {
        return Ok(None);
    }
    let kib = (u64::from(r) << log_n).div_ceil(8);
    if kib > MAX_MEMORY || kib.saturating_mul(u64::from(p)) > MAX_WORK || p > 1024 {
        return Err(too_costly);
    }
    Ok(Params::new(log_n, r, p).ok())
}
