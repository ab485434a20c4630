//! The words of the developer buying journey: stages, signals, phases, states of a group. Must not know how
//! anybody comes to stand where.

use super::account::words;

words! {
    /// Where a developer stands. The ladder is skeptic, blocker, teacher, guide, go-getter.
    Stage {
        /// No rule has placed them yet.
        Unplaced = "unplaced",
        Skeptic = "skeptic", Blocker = "blocker", Teacher = "teacher", Guide = "guide", GoGetter = "go-getter",
        /// Reacts and attends, and has never tried anything.
        Friend = "friend",
        /// In it for themself: by decision only.
        Climber = "climber",
    }
}

words! {
    /// CEB's kinds of stakeholders.
    Category { Mobilizer = "mobilizer", Talker = "talker", Blocker = "blocker" }
}

words! {
    /// What an activity is evidence of.
    Signal {
        Tests = "tests", Succeeds = "succeeds", Teaches = "teaches", Evangelises = "evangelises",
        Advocates = "advocates", Objects = "objects",
    }
}

words! {
    /// What a cause is about.
    Theme {
        Security = "security", Scale = "scale", Maintenance = "maintenance", Integration = "integration",
        Hosting = "hosting", Licence = "licence", Declined = "declined", Other = "other",
    }
}

words! {
    /// How far an account has come, nearest first.
    Phase {
        Quiet = "quiet", Upstream = "upstream", Program = "program", Downstream = "downstream", Buying = "buying",
    }
}

words! {
    /// Where the consensus of a buy-in group stands.
    GroupState {
        /// Fewer than two placed members.
        None = "none",
        /// Too many active members for one verdict.
        Wide = "wide",
        Contested = "contested", Consensus = "consensus", Forming = "forming",
    }
}

words! {
    /// Distinct active members of the last weeks against the account's own past and the community's trend.
    MomentumState { New = "new", Steady = "steady", Rising = "rising", Falling = "falling" }
}

impl Stage {
    /// The ladder, lowest first.
    pub const LADDER: [Self; 5] = [Self::Skeptic, Self::Blocker, Self::Teacher, Self::Guide, Self::GoGetter];

    /// Whether it counts as placed in a group.
    pub const fn is_placed(self) -> bool {
        matches!(self, Self::Skeptic | Self::Blocker | Self::Teacher | Self::Guide | Self::GoGetter)
    }

    /// Whether it counts for the consensus.
    pub const fn is_for(self) -> bool {
        matches!(self, Self::Teacher | Self::Guide | Self::GoGetter)
    }

    /// The one letter of lists: never colour alone.
    pub const fn letter(self) -> char {
        match self {
            Self::Unplaced => '·',
            Self::Skeptic => 'S',
            Self::Blocker => '!',
            Self::Teacher => 'T',
            Self::Guide => 'G',
            Self::GoGetter => '*',
            Self::Friend => 'f',
            Self::Climber => 'c',
        }
    }

    pub const fn category(self) -> Option<Category> {
        match self {
            Self::Unplaced => None,
            Self::Skeptic | Self::Teacher | Self::GoGetter => Some(Category::Mobilizer),
            Self::Guide | Self::Friend | Self::Climber => Some(Category::Talker),
            Self::Blocker => Some(Category::Blocker),
        }
    }
}
