//! プーリングの窓: 画像のどこにあり、どの画像で画素があるか。

use crate::simd::Taps;

/// Where the windows of an image lie, and what a filter reads.
#[derive(Debug, Clone)]
pub(crate) struct Geometry {
    pub(crate) height: usize,
    /// Pool windows down and across.
    pub(crate) windows: (usize, usize),
    /// Pixels that a pool window reads, in each direction.
    reach: usize,
    width: usize,
    pub(crate) taps: Taps,
}

impl Geometry {
    /// For filters of size × size, stride 1, without padding, on images up to 64 pixels wide.
    pub(crate) fn new([channels, height, width]: [usize; 3], size: usize) -> Option<Geometry> {
        let fits = size >= 1 && height > size && width > size && width <= 64;
        let (rows, across) = (height.checked_sub(size)? + 1, width.checked_sub(size)? + 1);
        if !fits || rows % 2 != 0 || across % 2 != 0 {
            return None;
        }
        let at = |c: usize, y: usize, x: usize| ((c * height + y) * width + x) as u32;
        let taps =
            (0..channels * size * size).map(|t| at(t / (size * size), t / size % size, t % size)).collect();
        let positions = [at(0, 0, 0), at(0, 0, 1), at(0, 1, 0), at(0, 1, 1)];
        Some(Geometry {
            height,
            width,
            windows: (rows / 2, across / 2),
            reach: size + 1,
            taps: Taps { taps, positions },
        })
    }

    pub(crate) fn count(&self) -> usize {
        self.windows.0 * self.windows.1
    }

    /// In how many windows a pixel can lie.
    pub(crate) fn cover(&self) -> usize {
        self.reach.div_ceil(2) * self.reach.div_ceil(2)
    }

    /// The offset of a window's corner in an image.
    pub(crate) fn corner(&self, window: usize) -> usize {
        (window / self.windows.1 * 2) * self.width + window % self.windows.1 * 2
    }

    /// For each window, the images in which it has a pixel set, and those in which it has none.
    pub(crate) fn split(&self, marks: &[u64], seen: &mut Vec<Seen>) {
        let images = marks.len() / self.height;
        seen.resize_with(self.count(), Seen::default);
        for seen in seen.iter_mut() {
            seen.set.resize(images, 0);
            seen.blank.resize(images, 0);
        }
        let mut sets = vec![0; self.count()];
        let field = u64::MAX >> (64 - self.reach as u32);
        for (image, marks) in marks.chunks(self.height).enumerate() {
            for wy in 0..self.windows.0 {
                let rows = marks[2 * wy..][..self.reach].iter().fold(0, |bits, row| bits | row);
                for wx in 0..self.windows.1 {
                    let window = wy * self.windows.1 + wx;
                    // Written to both lists, and counted in one: no branch to guess.
                    let (seen, set) = (&mut seen[window], &mut sets[window]);
                    seen.set[*set] = image as u32;
                    seen.blank[image - *set] = image as u32;
                    *set += usize::from(rows >> (2 * wx) & field != 0);
                }
            }
        }
        for (seen, set) in seen.iter_mut().zip(sets) {
            seen.set.truncate(set);
            seen.blank.truncate(images - set);
        }
    }
}

/// The images of a batch, parted by whether one window has a pixel set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) set: Vec<u32>,
    pub(crate) blank: Vec<u32>,
}
