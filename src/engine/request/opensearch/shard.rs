//! Which shard a document goes to: murmur3 of the routing (the id when none is given), as the engine
//! hashes it (UTF-16, little endian).

/// The shard of a document in an index with `shards` primaries (no custom routing partitions, default
/// number of routing shards).
pub(super) fn shard_of(routing: &str, shards: u32) -> u32 {
    if shards <= 1 {
        return 0;
    }
    let bytes: Vec<u8> = routing.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hash = murmur3(&bytes);
    let routing_shards = routing_shards(shards);
    let factor = (routing_shards / shards).max(1);
    hash.rem_euclid(i32::try_from(routing_shards).unwrap_or(i32::MAX)).unsigned_abs() / factor
}

/// `number_of_routing_shards` by default: the largest `shards * 2^n` up to 1024, at least doubled once.
fn routing_shards(shards: u32) -> u32 {
    let log2_max = 10;
    let log2_shards = 32 - (shards - 1).leading_zeros();
    let splits = if log2_max > log2_shards { log2_max - log2_shards } else { 1 };
    shards.saturating_mul(1 << splits.max(1))
}

fn murmur3(bytes: &[u8]) -> i32 {
    const C1: u32 = 0xcc9e_2d51;
    const C2: u32 = 0x1b87_3593;
    let mut hash = 0u32;
    let mut chunks = bytes.chunks_exact(4);
    for chunk in &mut chunks {
        let word = chunk.iter().rev().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        hash ^= word.wrapping_mul(C1).rotate_left(15).wrapping_mul(C2);
        hash = hash.rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        let word = rest.iter().rev().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        hash ^= word.wrapping_mul(C1).rotate_left(15).wrapping_mul(C2);
    }
    hash ^= u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^= hash >> 16;
    i32::from_ne_bytes(hash.to_ne_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_engine() {
        // Murmur3HashFunctionTests of OpenSearch
        let hash = |text: &str| murmur3(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        assert_eq!(hash("hell"), 0x5a0c_b7c3);
        assert_eq!(hash("hello"), 0xd7c3_1989_u32 as i32);
        assert_eq!(hash("hello w"), 0x22ab_2984);
        assert_eq!(hash("hello wor"), 0xe774_4d61_u32 as i32);
        assert_eq!(hash("The quick brown fox jumps over the lazy dog"), 0xe07d_b09c_u32 as i32);
    }
}
