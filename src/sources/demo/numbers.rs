//! Numbers of threads in the order in which they were opened, without keeping the threads: a first pass counts those
//! of each day, a second one takes them. Must not know what threads are about.

use super::plan::{HISTORY, Plan};

const DAYS: usize = HISTORY as usize;
const FIRST: u32 = 101;

/// How many threads each day opens.
#[derive(Debug, Clone)]
pub(super) struct Counts([u32; DAYS]);

/// The next free number of each day.
#[derive(Debug, Clone)]
pub(super) struct Numbers([u32; DAYS]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; DAYS])
    }
}

impl Counts {
    pub(super) fn day(&mut self, day: u16) {
        self.0[usize::from(day) % DAYS] += 1;
    }

    pub(super) fn plan(&mut self, plan: &Plan) {
        for day in &plan.threads {
            self.day(*day);
        }
    }

    pub(super) fn numbers(&self) -> Numbers {
        let mut next = FIRST;
        Numbers(self.0.map(|count| {
            let first = next;
            next += count;
            first
        }))
    }
}

impl Numbers {
    pub(super) fn take(&mut self, day: u16) -> u32 {
        let next = &mut self.0[usize::from(day) % DAYS];
        *next += 1;
        *next - 1
    }

    /// The numbers of all threads of a plan.
    pub(super) fn plan(&mut self, plan: &Plan) -> Vec<u32> {
        plan.threads.iter().map(|day| self.take(*day)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_with_the_day_and_none_is_given_twice() {
        let mut counts = Counts::default();
        let days = [3, 0, 3, 729, 1];
        for day in days {
            counts.day(day);
        }
        let mut numbers = counts.numbers();
        assert_eq!(days.map(|day| numbers.take(day)), [103, 101, 104, 105, 102]);
    }
}
