//! Which address is asked next, after what wait, and when it is enough: a machine without clock, chance or socket.

use super::settings::{Limits, Patience};
use std::time::{Duration, Instant};

/// One question's way along the addresses.
///
/// A round asks each address, from the one that answered last. Where an address cannot be reached the next one is asked at
/// once; one that is busy is asked again after a wait, until its tries are used, unless it says for how long it wants to be
/// left alone and there are others: then those are asked meanwhile. Only where nobody could be reached, or was left so, a
/// further round begins, after a wait. Everything the client sends is a question or a registration, which gives the same
/// id however often it is sent: all may be repeated.
#[derive(Debug)]
pub(super) struct Attempts {
    addresses: usize,
    at: usize,
    left_in_round: usize,
    tries_here: u32,
    rounds: u32,
    waits: u32,
    is_worth_a_round: bool,
    /// How long one that was left for the others wants to be left alone.
    asked_for: Option<Duration>,
    until: Instant,
    rules: Rules,
}

/// What bounds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    tries: u32,
    pause: Duration,
    pause_max: Duration,
    request: Duration,
}

/// Why the last request gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No connection, or one that broke.
    Gone,
    /// Something that will be the same in a moment: no trust, no answer in time, or something else than a registry.
    Hopeless,
    /// The registry says that it cannot now (429, 5xx), and perhaps when it can.
    Busy(Option<Duration>),
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Ask [`Attempts::address`] after a wait.
    Ask(Duration),
    /// Leave it at the last failure.
    GiveUp,
}

impl Rules {
    pub(super) fn new(limits: &Limits, patience: &Patience) -> Self {
        let (pause, request) = (limits.pause, limits.request);
        Self { tries: patience.tries, pause, pause_max: patience.pause_max, request }
    }
}

impl Attempts {
    /// For a question that is to be answered until `until`, first by the address at `first`.
    pub(super) fn new(addresses: usize, first: usize, rules: Rules, until: Instant) -> Self {
        Self {
            addresses,
            at: first % addresses,
            left_in_round: addresses,
            tries_here: 0,
            rounds: 1,
            waits: 0,
            is_worth_a_round: false,
            asked_for: None,
            until,
            rules,
        }
    }

    /// Which address is to be asked.
    pub(super) fn address(&self) -> usize {
        self.at
    }

    /// How long the next request may take; `None` when the time is over. What is left is shared among the addresses that
    /// have not been asked in this round: one that never answers must not take it all.
    pub(super) fn within(&self, now: Instant) -> Option<Duration> {
        let left = self.until.saturating_duration_since(now);
        let share = left / u32::try_from(self.left_in_round).unwrap_or(u32::MAX).max(1);
        (!left.is_zero()).then(|| share.max(Duration::from_millis(1)).min(self.rules.request))
    }

    /// What to do after a failure. `chance` is drawn from 0 to 1 and spreads the waits of many clients.
    pub(super) fn after(&mut self, failure: Failure, chance: f64, now: Instant) -> Next {
        self.tries_here += 1;
        let is_left_alone = matches!(failure, Failure::Busy(Some(_))) && self.left_in_round > 1;
        if let Failure::Busy(asked_for) = failure {
            // Longer than anybody waits: the others are not left for that.
            self.asked_for = self.asked_for.max(asked_for.filter(|wait| *wait <= self.rules.pause_max));
        }
        if let Failure::Busy(asked_for) = failure
            && !is_left_alone
            && self.tries_here < self.rules.tries
            && let Some(wait) = self.wait(asked_for, chance, now)
        {
            return Next::Ask(wait);
        }
        self.is_worth_a_round |= failure == Failure::Gone || is_left_alone;
        self.left_in_round -= 1;
        if self.left_in_round > 0 {
            self.go_on();
            return Next::Ask(Duration::ZERO);
        }
        if !self.is_worth_a_round || self.rounds >= self.rules.tries {
            return Next::GiveUp;
        }
        let asked_for = self.asked_for.take();
        let Some(wait) = self.wait(asked_for, chance, now) else { return Next::GiveUp };
        self.rounds += 1;
        self.left_in_round = self.addresses;
        self.is_worth_a_round = false;
        self.go_on();
        Next::Ask(wait)
    }

    fn go_on(&mut self) {
        self.at = (self.at + 1) % self.addresses;
        self.tries_here = 0;
    }

    /// The wait before another try, if there is time for it. At least as long as the registry asked for.
    fn wait(&mut self, asked_for: Option<Duration>, chance: f64, now: Instant) -> Option<Duration> {
        let longest = self.rules.pause.saturating_mul(1 << self.waits.min(20)).min(self.rules.pause_max);
        self.waits += 1;
        let drawn = longest.mul_f64(chance.clamp(0.0, 1.0));
        let wait = match asked_for {
            // The draw comes on top: all clients were told the same.
            Some(asked_for) if asked_for > self.rules.pause_max => return None,
            Some(asked_for) => asked_for + drawn,
            None => drawn,
        };
        (wait < self.until.saturating_duration_since(now)).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::{Attempts, Failure, Next, Rules};
    use std::time::{Duration, Instant};

    const SECOND: Duration = Duration::from_secs(1);

    fn attempts(addresses: usize, first: usize, tries: u32) -> (Attempts, Instant) {
        let rules = Rules { tries, pause: SECOND, pause_max: 5 * SECOND, request: 30 * SECOND };
        let now = Instant::now();
        (Attempts::new(addresses, first, rules, now + 60 * SECOND), now)
    }

    #[test]
    fn an_address_that_cannot_be_reached_is_left_at_once_and_all_of_them_after_their_rounds() {
        let (mut attempts, now) = attempts(3, 2, 2);
        let mut seen = vec![(attempts.address(), Duration::ZERO)];
        while let Next::Ask(wait) = attempts.after(Failure::Gone, 1.0, now) {
            seen.push((attempts.address(), wait));
        }
        let zero = Duration::ZERO;
        assert_eq!(seen, [(2, zero), (0, zero), (1, zero), (2, SECOND), (0, zero), (1, zero)]);
    }

    #[test]
    fn a_busy_address_is_asked_again_after_waits_that_double_up_to_a_limit() {
        let (mut attempts, now) = attempts(2, 0, 6);
        let mut waits = Vec::new();
        while attempts.address() == 0 {
            let Next::Ask(wait) = attempts.after(Failure::Busy(None), 1.0, now) else { break };
            waits.push(wait.as_secs());
        }
        assert_eq!(waits, [1, 2, 4, 5, 5, 0], "the last goes to the other address");
        assert_eq!(attempts.after(Failure::Hopeless, 1.0, now), Next::GiveUp);
    }

    #[test]
    fn a_wait_is_drawn_between_nothing_and_its_limit() {
        for (chance, wait) in [(0.0, Duration::ZERO), (0.5, SECOND / 2), (1.0, SECOND)] {
            let (mut attempts, now) = attempts(1, 0, 2);
            assert_eq!(attempts.after(Failure::Busy(None), chance, now), Next::Ask(wait));
        }
    }

    #[test]
    fn a_registry_that_says_when_is_asked_then_or_not_again() {
        let asked_for = |seconds: u32| {
            let (mut attempts, now) = attempts(1, 0, 4);
            attempts.after(Failure::Busy(Some(seconds * SECOND)), 0.0, now)
        };
        assert_eq!(asked_for(3), Next::Ask(3 * SECOND));
        assert_eq!(asked_for(6), Next::GiveUp, "longer than anybody waits");
    }

    #[test]
    fn one_that_says_when_is_left_for_the_others_until_then() {
        let (mut attempts, now) = attempts(2, 0, 2);
        assert_eq!(attempts.after(Failure::Busy(Some(4 * SECOND)), 1.0, now), Next::Ask(Duration::ZERO));
        assert_eq!(attempts.address(), 1);
        assert_eq!(attempts.after(Failure::Gone, 0.0, now), Next::Ask(4 * SECOND), "nobody else is there");
        assert_eq!(attempts.address(), 0);
    }

    #[test]
    fn no_wait_reaches_beyond_the_deadline() {
        let (mut attempts, now) = attempts(1, 0, 9);
        let late = now + 58 * SECOND;
        assert_eq!(attempts.within(now), Some(30 * SECOND));
        assert_eq!(attempts.within(late), Some(2 * SECOND));
        assert_eq!(attempts.after(Failure::Busy(Some(3 * SECOND)), 0.0, late), Next::GiveUp);
        assert_eq!(attempts.within(now + 61 * SECOND), None);
    }

    #[test]
    fn what_will_not_get_better_is_asked_of_each_address_once() {
        let (mut attempts, now) = attempts(2, 0, 9);
        assert_eq!(attempts.after(Failure::Hopeless, 1.0, now), Next::Ask(Duration::ZERO));
        assert_eq!(attempts.after(Failure::Hopeless, 1.0, now), Next::GiveUp);
    }
}
