//! Deterministic pseudo-random numbers for the sample data. Not for secrets.

use uuid::{Builder, Uuid};

/// Returns an evenly distributed number for each pair of stream and index (last step of SplitMix64).
pub(super) fn hash(stream: u64, index: u64) -> u64 {
    let mut z = index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(stream << 56);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Returns a UUID for the index, in the form of a random UUID.
pub(super) fn uuid(stream: u64, index: u64) -> Uuid {
    let (high, low) = (hash(stream, index * 2), hash(stream, index * 2 + 1));
    let bits = Uuid::from_u64_pair(high, low);
    Builder::from_random_bytes(bits.into_bytes()).into_uuid()
}

/// Picks an element.
pub(super) fn pick<T: Copy>(items: &[T], stream: u64, index: u64) -> T {
    items[hash(stream, index) as usize % items.len()]
}
