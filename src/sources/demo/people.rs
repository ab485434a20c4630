//! Archetypes of people, as data: what somebody does, from which day of their own on, how often. Must not know
//! where they work.

use super::{
    plan::{DAY, Plan, Thread, Who},
    random::Random,
    scene::{
        Scene::{
            self, Answer, AnsweredLate, Any, Ask, Bring, Bug, Call, Case, Champion, Change, Chat, Contact,
            Course, Fork, GoneStale, Granted, Ignored, Join, Mail, Meeting, Meetup, MoveAway, OpenCall, Page,
            Peers, Pricing, Publish, React, Removed, Reply, Review, Security, Share, SignUp, Speak, Star,
            Trial, TurnedDown, Waiting, Wish, Workshop,
        },
        Script,
    },
};

/// An archetype.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Like {
    pub(super) name: &'static str,
    /// How many days before the end of the history they appeared: from, to.
    pub(super) began: (i64, i64),
    pub(super) beats: &'static [Beat],
}

/// A scene, and when it is played.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Beat {
    scene: Scene,
    /// Days after they appeared; below zero: days before the end of the history.
    from: i64,
    times: u16,
    /// Days between two times, give or take a few.
    every: i64,
}

const fn once(scene: Scene, from: i64) -> Beat {
    Beat { scene, from, times: 1, every: 1 }
}

const fn times(times: u16, scene: Scene, from: i64, every: i64) -> Beat {
    Beat { scene, from, times, every }
}

/// To the end of the history.
const fn on(scene: Scene, from: i64, every: i64) -> Beat {
    Beat { scene, from, times: u16::MAX, every }
}

const fn like(name: &'static str, began: (i64, i64), beats: &'static [Beat]) -> Like {
    Like { name, began, beats }
}

const FIRST: Scene = Any(&[Ask, Ask, Bug, GoneStale, Change, Wish, Waiting, Chat, Page]);

// ----------------------------------------------------------------------------------------------- in passing, upstream
pub(super) static DRIVE_BY: Like = like("drive-by", (4, 725), &[once(FIRST, 0)]);
pub(super) static LONG_AGO: Like = like("drive-by", (200, 729), &[once(FIRST, 0)]);
pub(super) static WATCHER: Like = like("watcher", (4, 725), &[once(Star, 0), once(Any(&[Fork, React]), 3)]);
pub(super) static SKEPTIC: Like =
    like("skeptic", (150, 640), &[once(Ask, 0), on(Any(&[Ask, Ask, Ask, Chat, Wish]), 30, 48)]);
pub(super) static NEWCOMER: Like =
    like("skeptic", (12, 100), &[once(Ask, 0), on(Any(&[Ask, Chat, Waiting]), 9, 14)]);
pub(super) static WISHER: Like = like("wisher", (60, 400), &[times(2, Wish, 0, 30), on(Chat, 50, 60)]);
pub(super) static FRIEND: Like =
    like("friend", (220, 600), &[on(React, 0, 24), on(Any(&[Meetup, OpenCall]), 20, 60)]);

// -------------------------------------------------------------------------------------------------------- in trouble
pub(super) static BLOCKED: Like =
    like("blocked", (150, 250), &[once(Ask, 0), once(Bug, 14), times(4, Ignored, 60, 7), once(Chat, 125)]);
pub(super) static TURNED_AWAY: Like =
    like("turned-down", (80, 170), &[once(Ask, 0), times(2, TurnedDown, 15, 18), once(Chat, 60)]);
pub(super) static BROKEN: Like = like(
    "broken-by-release",
    (200, 600),
    &[once(Ask, 0), times(3, Change, 20, 30), once(Scene::Broken, -72)],
);
pub(super) static LEAVER: Like = like(
    "leaver",
    (250, 500),
    &[once(Ask, 0), times(3, Change, 15, 20), once(MoveAway(Thread::Own(0)), -50)],
);
pub(super) static LEAVER_BY_RELEASE: Like = like(
    "leaver",
    (250, 500),
    &[once(Ask, 0), times(3, Change, 15, 20), once(MoveAway(Thread::Release), -58)],
);
pub(super) static MENDED: Like = like(
    "mended",
    (300, 500),
    &[once(Ask, 0), times(4, AnsweredLate, 40, 7), on(Any(&[Ask, Chat]), 190, 50)],
);
pub(super) static WENT_ON: Like =
    like("went-on", (400, 600), &[once(Ask, 0), times(4, Ignored, 40, 7), on(Change, 150, 22)]);

// ------------------------------------------------------------------------------------------------ for whom it works
pub(super) static BUILDER: Like = like(
    "builder",
    (250, 700),
    &[once(Ask, 0), times(10, Change, 12, 14), on(Any(&[Change, Change, Ask]), 160, 40)],
);
pub(super) static WRITER: Like =
    like("writer", (160, 600), &[once(Ask, 0), times(5, Page, 10, 20), on(Any(&[Page, Reply]), 115, 50)]);
pub(super) static ANSWERER: Like = like(
    "answerer",
    (180, 650),
    &[once(Ask, 0), times(9, Answer, 20, 12), on(Any(&[Answer, Reply]), 140, 30)],
);
pub(super) static REVIEWER: Like =
    like("reviewer", (300, 700), &[times(3, Change, 0, 12), times(9, Review, 40, 13), on(Review, 170, 35)]);
pub(super) static STEWARD: Like = like(
    "role-holder",
    (500, 729),
    &[times(8, Change, 0, 14), times(8, Review, 60, 12), once(Granted, 160), on(Review, 170, 35)],
);
pub(super) static STEPPED_DOWN: Like = like(
    "stepped-down",
    (560, 729),
    &[
        times(3, Change, 0, 20),
        once(Granted, 90),
        times(4, Review, 100, 30),
        once(Removed, 300),
        on(Chat, 310, 80),
    ],
);
pub(super) static LAPSED: Like = like(
    "lapsed-maintainer",
    (560, 729),
    &[times(10, Change, 0, 12), once(Granted, 130), times(9, Review, 140, 14)],
);

// --------------------------------------------------------------------------------------------- who carry it to others
pub(super) static GUIDE: Like = like(
    "guide",
    (330, 700),
    &[
        once(Ask, 0),
        times(10, Change, 10, 13),
        once(Speak, 175),
        once(Publish, 215),
        once(Share, 235),
        on(Change, 160, 45),
        on(Any(&[Publish, Share, Speak]), 300, 110),
    ],
);
pub(super) static BRINGER: Like = like(
    "bringer",
    (350, 680),
    &[
        once(Ask, 0),
        times(9, Answer, 10, 13),
        once(Publish, 165),
        times(2, Bring, 190, 40),
        on(Answer, 150, 32),
    ],
);
/// Asks for terms, but nothing is known from inside: stays a guide.
pub(super) static GATED: Like = like(
    "gated",
    (380, 640),
    &[
        once(Ask, 0),
        times(10, Change, 10, 13),
        once(Speak, 175),
        once(Publish, 205),
        once(Trial, 230),
        once(Pricing, 265),
        once(Security, 280),
        on(Change, 160, 45),
    ],
);
pub(super) static CHAMPION: Like = like(
    "champion",
    (430, 700),
    &[
        once(Ask, 0),
        times(10, Change, 10, 13),
        once(Speak, 175),
        once(Publish, 210),
        once(Workshop, 220),
        once(Trial, 250),
        once(Champion, 285),
        once(Security, 300),
        once(Pricing, 320),
        on(Change, 160, 40),
        on(Case, 300, 60),
        on(Publish, 330, 150),
    ],
);

// ------------------------------------------------------------------------------------------- program, product and CRM
pub(super) static WORKSHOP_GOER: Like = like(
    "workshop-goer",
    (40, 300),
    &[
        once(Ask, 0),
        once(Join, 6),
        once(Workshop, 10),
        once(Peers, 28),
        on(Any(&[Peers, Workshop, Course]), 50, 55),
    ],
);
pub(super) static BADGE: Like = like("badge-scan", (10, 600), &[once(Scene::Badge, 0)]);
pub(super) static SILENT: Like = like("silent-contact", (10, 700), &[once(Contact("Head of platform"), 0)]);
pub(super) static TRIER: Like = like(
    "trier",
    (25, 150),
    &[once(Ask, 0), once(Any(&[Workshop, Peers]), 8), once(SignUp, 15), once(Trial, 16), on(Case, 22, 30)],
);
pub(super) static SKIPPER: Like =
    like("skipper", (40, 170), &[once(Ask, 0), once(SignUp, 10), once(Trial, 11), on(Case, 20, 30)]);
pub(super) static BACKWARD: Like = like(
    "backward",
    (120, 400),
    &[once(Trial, 0), once(Case, 12), once(Peers, 40), once(Ask, 70), on(Change, 90, 30)],
);
pub(super) static USER: Like = like(
    "user",
    (220, 650),
    &[once(SignUp, 0), once(Trial, 1), once(Ask, 20), on(Any(&[Case, Case, Ask]), 40, 38)],
);
pub(super) static FORMER_USER: Like =
    like("former-user", (500, 700), &[once(SignUp, 0), once(Trial, 1), times(6, Case, 40, 30)]);
pub(super) static BUYER: Like = like(
    "buyer",
    (380, 420),
    &[
        once(Contact("VP Engineering"), 0),
        once(Mail, 9),
        once(Meeting, 30),
        on(Any(&[Mail, Call, Meeting]), 50, 45),
    ],
);
pub(super) static WENT_QUIET: Like = like(
    "contact-gone-quiet",
    (330, 420),
    &[once(Contact("Director of engineering"), 0), once(Mail, 9), once(Meeting, 30), times(3, Call, 50, 30)],
);

// -------------------------------------------------------------------------------------------------------- in waves
pub(super) static REGULAR: Like =
    like("surge", (31, 36), &[once(Ask, 0), on(Any(&[Chat, Ask, Waiting, Chat]), 3, 4)]);
pub(super) static FADING: Like =
    like("fading", (262, 270), &[times(30, Any(&[Chat, Chat, Chat, Ask]), 0, 7)]);

/// All of them, for whoever wants to count.
#[cfg(test)]
pub(super) static ALL: [&Like; 37] = [
    &DRIVE_BY,
    &LONG_AGO,
    &WATCHER,
    &SKEPTIC,
    &NEWCOMER,
    &WISHER,
    &FRIEND,
    &BLOCKED,
    &TURNED_AWAY,
    &BROKEN,
    &LEAVER,
    &LEAVER_BY_RELEASE,
    &MENDED,
    &WENT_ON,
    &BUILDER,
    &WRITER,
    &ANSWERER,
    &REVIEWER,
    &STEWARD,
    &STEPPED_DOWN,
    &LAPSED,
    &GUIDE,
    &BRINGER,
    &GATED,
    &CHAMPION,
    &WORKSHOP_GOER,
    &BADGE,
    &SILENT,
    &TRIER,
    &SKIPPER,
    &BACKWARD,
    &USER,
    &FORMER_USER,
    &BUYER,
    &WENT_QUIET,
    &REGULAR,
    &FADING,
];

/// Plays all that somebody does into the plan.
pub(super) fn live(plan: &mut Plan, random: &mut Random, me: Who, like: &Like) {
    let (low, high) = like.began;
    let began = plan.days_ago(random.between(low, high));
    for beat in like.beats {
        let from = if beat.from < 0 { plan.days_ago(-beat.from) } else { began + beat.from * DAY };
        let mut day = from;
        for _ in 0..beat.times {
            if day >= plan.end {
                break;
            }
            let at = day + random.between(7 * 3_600, 21 * 3_600);
            Script { plan, random, me, at }.play(beat.scene);
            let spread = beat.every / 4;
            day += (beat.every + random.between(-spread, spread)).max(1) * DAY;
        }
    }
}
