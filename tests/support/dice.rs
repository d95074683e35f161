//! Numbers that only look random: the same from the same seed, everywhere.

use rolesmith::source::Located;

/// The generator splitmix64.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `n`, of which there is at least one.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 33) as usize % n
    }

    pub fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// So many at the most and at least one; the same may come twice.
    pub fn some(&mut self, from: &[&str], most: usize) -> Vec<Located<String>> {
        (0..1 + self.below(most)).map(|_| Located::from(self.pick(from))).collect()
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}
