//! Findings that are made once and deflated once, for all reports of a process.

use std::sync::LazyLock;

use fastrand::Rng;

use super::items;
use crate::tenable_sc::zip::Block;

/// How many there are: a prime, see [`Report`](super::Report).
const COUNT: u32 = 41;
/// How large one is at least, in bytes: as far back as deflate can refer.
const SIZE: usize = 32 * 1024;

/// 1.3 MiB of findings, and what they deflate to.
pub(super) static BLOCKS: LazyLock<Vec<Block>> = LazyLock::new(|| (0..COUNT).map(block).collect());

fn block(number: u32) -> Block {
    let mut random = Rng::with_seed(u64::from(number));
    let mut text = String::with_capacity(SIZE + 4096);
    let mut item = number * items::PER_BLOCK;
    while text.len() < SIZE {
        items::shared(&mut text, &mut random, item);
        item += 1;
    }
    Block::new(text.into_bytes())
}
