//! What the invented project is called and what people write about it. "Tarnmill" is a workflow engine that does
//! not exist. Must not know who writes.

/// The site that all links lead to.
pub(super) const SITE: &str = "https://demo.example";

/// Where work happens, most of it in the first.
pub(super) const REPOS: [&str; 7] = [
    "repo:tarnmill/engine",
    "repo:tarnmill/engine",
    "repo:tarnmill/engine",
    "repo:tarnmill/scheduler",
    "repo:tarnmill/connectors",
    "repo:tarnmill/charts",
    "repo:tarnmill/sdk-python",
];
pub(super) const DOCS: &str = "repo:tarnmill/docs";
pub(super) const FORUM: [&str; 4] =
    ["category:Using Tarnmill", "category:Operations", "category:Connectors", "category:Show your flow"];
pub(super) const CHAT: [&str; 3] = ["channel:help", "channel:general", "channel:dev"];
pub(super) const GUILD: [&str; 3] =
    ["category:Guild/Architecture", "category:Guild/Migration", "category:Guild/Peers"];
pub(super) const WORKSHOPS: [&str; 4] = [
    "Workshop: flows that survive a restart",
    "Workshop: from cron to Tarnmill in a day",
    "Workshop: scaling the scheduler",
    "Office hours with the engine team",
];
pub(super) const COURSES: [&str; 3] = ["Tarnmill fundamentals", "Operating Tarnmill", "Writing connectors"];
pub(super) const MEETUPS: [&str; 4] =
    ["Flow Night North", "Flow Night South", "Tarnmill community call", "Tarnmill Days"];

/// A part of the project, the label it has, and what can go wrong there: `part: what`.
pub(super) struct Area {
    pub(super) label: &'static str,
    pub(super) part: &'static str,
    pub(super) faults: &'static [&'static str],
}

pub(super) const AREAS: [Area; 6] = [
    Area {
        label: "area/security",
        part: "gateway",
        faults: &[
            "tokens of removed users stay valid until restart",
            "rotating the signing secret drops running flows",
            "mutual TLS fails when the chain has an intermediate",
            "roles of a team are not applied to sub-flows",
        ],
    },
    Area {
        label: "area/performance",
        part: "scheduler",
        faults: &[
            "memory grows by 2 GB a day with 40k flows",
            "latency of triggers above 9 s at 500 workers",
            "throughput halves when history is on",
            "queue never drains after a burst of retries",
        ],
    },
    Area {
        label: "area/upgrade",
        part: "engine",
        faults: &[
            "migration of the history table stops half way",
            "deprecated step syntax fails without a message",
            "rolling back a minor version loses timers",
            "flows of the old format are skipped silently",
        ],
    },
    Area {
        label: "area/integration",
        part: "connectors",
        faults: &[
            "the queue connector loses its last message",
            "pagination of the table API repeats a page",
            "plugin discovery ignores symbolic links",
            "webhook client retries on 4xx",
        ],
    },
    Area {
        label: "area/hosting",
        part: "charts",
        faults: &[
            "chart cannot set the pod's service account",
            "workers on arm64 exit at start",
            "ingress of the console has no host rule",
            "install behind a proxy needs a patched image",
        ],
    },
    Area {
        label: "area/licensing",
        part: "sdk",
        faults: &[
            "licence of a bundled parser is not named",
            "legal notice is missing in the wheel",
            "connector samples carry two licences",
            "licence header check fails on generated code",
        ],
    },
];

/// What 4.0 broke.
pub(super) const BROKEN: [&str; 6] = [
    "cron entries are lost after the upgrade",
    "sub-flows no longer inherit secrets",
    "history API answers 500",
    "workers of 3.x are refused without a warning",
    "timers fire twice after fail-over",
    "console shows all flows as paused",
];
pub(super) const QUESTIONS: [&str; 12] = [
    "How do you retry only the failed branch?",
    "Can two flows share one timer?",
    "Best way to test a flow locally?",
    "How to pass large files between steps?",
    "Which database for 10 million runs?",
    "Running without a console?",
    "How do I cancel all children of a flow?",
    "Back-pressure between steps?",
    "How to version flows in git?",
    "Is exactly-once possible with the queue connector?",
    "Worker pools per team?",
    "How do you alert on stuck flows?",
];
pub(super) const WISHES: [&str; 6] = [
    "Dark theme for the console",
    "Flows as TOML",
    "Pause a flow from the command line",
    "Diff of two runs",
    "Wild cards in trigger names",
    "Export a run as a test case",
];
pub(super) const TURNED_DOWN: [&str; 4] = [
    "Keep the synchronous step API",
    "Support the embedded database in clusters",
    "Run steps inside the scheduler",
    "Let flows call the gateway without a token",
];
pub(super) const CHANGES: [&str; 14] = [
    "Retry with jitter",
    "Close idle connections of workers",
    "Speed up history queries",
    "Name the step in errors",
    "Let timers survive a leader change",
    "Add a connector for object storage",
    "Reduce allocations in the planner",
    "Fix off-by-one in cron ranges",
    "Cache compiled flows",
    "Expose queue depth as a metric",
    "Validate flow names early",
    "Split the worker's main loop",
    "Support labels on runs",
    "Drain workers on stop",
];
pub(super) const PAGES: [&str; 8] = [
    "Explain back-pressure",
    "Add a guide to fail-over",
    "Correct the cron table",
    "Document worker pools",
    "A page on secrets",
    "Mend broken links of the tutorial",
    "Show how to test flows",
    "Upgrade notes for 3.4",
];
pub(super) const TALKS: [&str; 6] = [
    "A year of Tarnmill in production",
    "From cron to flows",
    "What we learned from 3 million runs",
    "Flows that heal themselves",
    "Scheduling without tears",
    "Our platform, one engine",
];
pub(super) const CASES: [&str; 6] = [
    "Console sign-on returns to the login page",
    "Worker pool does not scale down",
    "Restore of a backup is slow",
    "Audit log lacks the actor",
    "Private link cannot be reached",
    "Invoice shows last month's runs",
];
pub(super) const VERSIONS: [&str; 11] =
    ["3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "4.0"];
