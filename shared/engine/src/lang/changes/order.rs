//! Which steps an edit has moved: as few as explain the new order.

use std::collections::{BTreeMap, BTreeSet};

use super::placed::Placed;

/// The ids of the steps that stand in another list of steps, or out of the order that the others of their list keep.
pub(super) fn moved<'n>(old: &[Placed<'_>], new: &[Placed<'n>]) -> BTreeSet<&'n str> {
    let mut moved = BTreeSet::new();
    let was: BTreeMap<&str, (usize, &str)> =
        old.iter().enumerate().map(|(place, step)| (step.id, (place, step.list.as_str()))).collect();
    let mut lists: BTreeMap<&str, Vec<(usize, &'n str)>> = BTreeMap::new();
    for step in new {
        match was.get(step.id) {
            Some((place, list)) if *list == step.list => lists.entry(list).or_default().push((*place, step.id)),
            Some(_) => drop(moved.insert(step.id)),
            None => {}
        }
    }
    for steps in lists.values() {
        let places: Vec<usize> = steps.iter().map(|(place, _)| *place).collect();
        let kept = longest_rising(&places);
        moved.extend(steps.iter().filter(|(place, _)| !kept.contains(place)).map(|(_, id)| *id));
    }
    moved
}

/// A longest rising part of different numbers (patience sorting).
fn longest_rising(numbers: &[usize]) -> BTreeSet<usize> {
    // For each length the smallest number that such a part can end with, and before each number the one it follows.
    let mut ends: Vec<usize> = Vec::new();
    let mut follows: BTreeMap<usize, Option<usize>> = BTreeMap::new();
    for number in numbers {
        let length = ends.partition_point(|end| end < number);
        follows.insert(*number, length.checked_sub(1).and_then(|before| ends.get(before).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = *number,
            None => ends.push(*number),
        }
    }
    let last = ends.last().copied();
    std::iter::successors(last, |number| follows.get(number).copied().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_few_as_possible_are_out_of_order() {
        let kept = |numbers: &[usize]| longest_rising(numbers).into_iter().collect::<Vec<_>>();
        assert_eq!(kept(&[0, 1, 2]), [0, 1, 2]);
        assert_eq!(kept(&[3, 0, 1, 2]), [0, 1, 2]);
        assert_eq!(kept(&[1, 2, 0, 3]), [1, 2, 3]);
        assert_eq!(kept(&[]), [0_usize; 0]);
    }
}
