"""Tidewater: the company of the demo, and its five weeks up to Thursday 29 October 2026 as a list of what happened.

Times are UTC. Lisbon and London leave summer time on 25 October 2026, New York on 1 November.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from bot.demo.events import (
    AddsItem,
    Answers,
    Approves,
    Event,
    Keeps,
    Logs,
    Meets,
    PlanMeeting,
    PlanStandup,
    Reverses,
    Says,
    SaysWhoDecides,
    SetUp,
)
from bot.domain.decisions import DecisionStatus, Detail, Door
from bot.domain.rights import CTO, Approver, ApproverKind, Party, Tier
from bot.domain.rights_checked import RightDraft
from bot.domain.workspaces import Role

OPENS_AT = datetime(2026, 10, 29, 9, 10, tzinfo=UTC)  # Thursday, 09:10 in Lisbon
TEAM_ID = "T0TIDEWATER"
TEAM_NAME = "Tidewater"
DANA, SAM, PRIYA, KENJI = "U0DANA", "U0SAM", "U0PRIYA", "U0KENJI"
GENERAL, PLATFORM, PRODUCT, LEADERSHIP, RANDOM = "C0GENERAL", "C0PLATFORM", "C0PRODUCT", "G0LEADERSHIP", "C0RANDOM"


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    name: str
    real_name: str
    zone: str
    title: str
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    id: str
    name: str
    topic: str
    members: tuple[str, ...]
    is_private: bool = False
    has_backbeat: bool = True


PEOPLE = (
    Member(DANA, "Dana", "Dana Reyes", "Europe/Lisbon", "Fractional CTO, here Tuesdays and Thursdays", is_admin=True),
    Member(SAM, "Sam", "Sam Okafor", "America/New_York", "CEO", is_admin=True),
    Member(PRIYA, "Priya", "Priya Raman", "Asia/Kolkata", "Engineering manager, Dana's deputy"),
    Member(KENJI, "Kenji", "Kenji Mori", "Asia/Tokyo", "Backend"),
)
EVERYBODY = (DANA, SAM, PRIYA, KENJI)
ROOMS = (
    Room(GENERAL, "general", "Everyone at Tidewater", EVERYBODY),
    Room(PLATFORM, "platform", "Infrastructure, data, on-call", EVERYBODY),
    Room(PRODUCT, "product", "What we build, and for whom", EVERYBODY),
    Room(LEADERSHIP, "leadership", "Dana, Sam and Priya", (DANA, SAM, PRIYA), is_private=True),
    Room(RANDOM, "random", "Tea, trains, tides", EVERYBODY, has_backbeat=False),
)
CTO_DAYS = frozenset({1, 3})
STANDUP_DAYS = frozenset({1, 4})
STANDUP_AT = time(9, 30)
STANDUP_DEADLINE = time(16, 0)
MEETING_RULE = "Tuesdays at 13:00"
MEETING_ZONE = "Europe/Lisbon"
RIGHTS = (
    RightDraft("Architecture", decides=DANA, performs=Party((KENJI,))),
    RightDraft("Vendors", decides=DANA),
    RightDraft("People and resourcing", decides=SAM, input=Party((DANA,))),
    RightDraft("Security exceptions", decides=SAM, risk_days=90),
    RightDraft("Roadmap", decides=SAM),
)
CURRENCY = "EUR"
TIERS = (
    Tier(Decimal(10_000), (CTO,)),
    Tier(Decimal(50_000), (CTO, Approver(ApproverKind.ROLE, Role.SPONSOR.value))),
    Tier(None, (Approver(ApproverKind.OUTSIDE, "the board"),)),
)


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


FIRST_WEEKS: Sequence[Event] = (
    SetUp(_at(9, 24, 8, 30)),
    SaysWhoDecides(_at(9, 24, 8, 35)),
    PlanStandup(_at(9, 24, 8, 40)),
    Says(
        _at(9, 24, 9, 0),
        DANA,
        GENERAL,
        "Hello all. From today our decisions go where we can find them again: `/decide`.",
    ),
    Logs(
        _at(9, 24, 9, 5),
        DANA,
        GENERAL,
        "Ship every Tuesday, never on a Friday",
        "Small releases are easy to undo, and nobody is around at the weekend",
        PRIYA,
        date(2026, 10, 13),
    ),
    Answers(_at(9, 25, 2, 10), KENJI, ("Moved the job workers to their own dyno", "Alert tuning", "")),
    Answers(_at(9, 25, 5, 0), PRIYA, ("Interviewed two backend candidates", "Release checklist", "")),
    Logs(
        _at(9, 25, 6, 0),
        PRIYA,
        PLATFORM,
        "One on-call rota for all services, a week at a time",
        "Two rotas meant the same two people, twice as tired",
        KENJI,
        date(2026, 10, 30),
        not_doing="A rota per team",
    ),
    Answers(_at(9, 29, 1, 0), KENJI, ("Alerts down from 40 to 6 a day", "Backups", "")),
    Answers(_at(9, 29, 8, 45), DANA, ("Read the last five incidents", "Roadmap with Sam", "")),
    Logs(
        _at(9, 29, 10, 0),
        SAM,
        PRODUCT,
        "Price per shipment, not per seat",
        "Customers add people without shipping more",
        SAM,
        date(2027, 1, 12),
        detail=Detail(area="Roadmap"),
    ),
    PlanMeeting(_at(10, 1, 9, 0)),
    AddsItem(_at(10, 1, 9, 20), SAM, PLATFORM, "Heroku or AWS before the December peak?", 20),
    AddsItem(_at(10, 1, 9, 25), PRIYA, PLATFORM, "On-call handover", 10),
    Answers(_at(10, 2, 1, 30), KENJI, ("Nightly backup job", "Restore script", "")),
    Meets(
        _at(10, 6, 12, 0),
        DANA,
        (
            ("Heroku or AWS before the December peak?", "Stay on Heroku, see D-5"),
            ("On-call handover", "Mondays at 09:00, in writing"),
        ),
    ),
    Logs(
        _at(10, 6, 12, 20),
        DANA,
        PLATFORM,
        "Keep RabbitMQ for jobs, no Kafka this quarter",
        "RabbitMQ carries ten times today's load; Kafka needs a hire",
        KENJI,
        date(2027, 1, 12),
        not_doing="Kafka, or an event store, before the first quarter",
        detail=Detail(area="Architecture"),
    ),
    Logs(
        _at(10, 6, 12, 30),
        DANA,
        PLATFORM,
        "Stay on Heroku until 50 customers",
        "Moving costs a month that we don't have before the peak",
        SAM,
        date(2026, 11, 3),
        not_doing="AWS this year",
        detail=Detail(
            area="Architecture",
            goal="No outage in December",
            constraint="Two engineers",
            door=Door.TWO_WAY,
            options="Stay on Heroku\n+ Nothing moves before the peak\n- Twice the price of AWS at 50 customers\n"
            "Move to AWS\n+ Room to grow\n- A month of two engineers' work",
        ),
    ),
    Logs(
        _at(10, 8, 9, 30),
        DANA,
        PRODUCT,
        "Rewrite the driver app in Flutter",
        "One team can keep both platforms",
        PRIYA,
        date(2027, 1, 7),
        detail=Detail(area="Architecture", smallest_test="One screen, with the scanner, in a week"),
    ),
    Keeps(
        _at(10, 9, 4, 5), PRIYA, 1, date(2027, 1, 12), "Two Tuesdays, no rollback, and nobody was called at a weekend"
    ),
    Logs(
        _at(10, 9, 5, 30),
        PRIYA,
        PLATFORM,
        "A preview environment for every pull request",
        "Reviews happen without a call",
        KENJI,
        date(2027, 1, 8),
    ),
)

LAST_WEEKS: Sequence[Event] = (
    AddsItem(_at(10, 8, 15, 0), SAM, PLATFORM, "How many engineers in the first quarter?", 20),
    Meets(_at(10, 13, 12, 0), DANA, (("How many engineers in the first quarter?", "One, see #leadership"),)),
    Logs(
        _at(10, 13, 12, 40),
        SAM,
        LEADERSHIP,
        "Hire one senior backend engineer in the first quarter, not two",
        "Runway of 14 months with one, 11 with two",
        SAM,
        date(2027, 1, 14),
        detail=Detail(area="People and resourcing"),
    ),
    Logs(
        _at(10, 13, 13, 0),
        KENJI,
        PLATFORM,
        "Restore the production backup every night, and fail loudly",
        "A backup that nobody has restored is a hope",
        KENJI,
        date(2027, 1, 13),
    ),
    Logs(
        _at(10, 16, 5, 0),
        PRIYA,
        PLATFORM,
        "Preview environments on request only",
        "Idle ones cost 900 euros a month",
        KENJI,
        date(2027, 1, 15),
        replaces=7,
    ),
    AddsItem(_at(10, 15, 9, 0), PRIYA, PLATFORM, "Shared staging credentials", 15),
    AddsItem(_at(10, 15, 9, 5), KENJI, PLATFORM, "Android offline mode", 15),
    Answers(_at(10, 20, 1, 0), KENJI, ("Nightly restores are green", "Event store spike", "Staging DB is out of disk")),
    Answers(_at(10, 20, 9, 0), DANA, ("Interview loop agreed", "Event store options", "")),
    Meets(_at(10, 20, 12, 0), DANA, (("Shared staging credentials", "Accepted until the end of October, see D-11"),)),
    Logs(
        _at(10, 20, 12, 30),
        SAM,
        PLATFORM,
        "Accept shared staging credentials until SSO lands",
        "SSO is three weeks away and staging holds no customer data",
        SAM,
        date(2026, 10, 29),
        detail=Detail(
            area="Security exceptions",
            accepted_by=SAM,
            risk_until=date(2026, 10, 31),
            controls="No customer data in staging; credentials change every Monday",
        ),
    ),
    Reverses(
        _at(10, 22, 9, 15), DANA, 6, "The scanner's SDK is native only: the one-screen test showed it in four days"
    ),
    Logs(
        _at(10, 22, 9, 40),
        DANA,
        PRODUCT,
        "SOC 2 Type I by March, Type II after it",
        "Three deals ask for a report, none of them asks which type",
        PRIYA,
        date(2027, 1, 20),
        not_doing="ISO 27001 this year",
        related=(11,),
    ),
    Answers(
        _at(10, 23, 1, 15),
        KENJI,
        ("Compared Kafka and Postgres for events", "Write it up", "Staging DB is out of disk"),
    ),
    Answers(_at(10, 23, 5, 0), PRIYA, ("SOC 2 vendor chosen", "Evidence list", "")),
    Meets(_at(10, 27, 13, 0), DANA, ()),
    Answers(_at(10, 27, 1, 0), KENJI, ("Event store write-up", "Decide it", "Staging DB is out of disk")),
    Answers(_at(10, 27, 10, 0), DANA, ("Sponsor update", "Event store", "")),
    Logs(
        _at(10, 28, 6, 0),
        PRIYA,
        PLATFORM,
        "Datadog for logs and traces",
        "Keeping Grafana alive takes Kenji a day a week",
        PRIYA,
        date(2027, 1, 26),
        status=DecisionStatus.PROPOSED,
        detail=Detail(
            area="Vendors",
            cost=Decimal(22800),
            currency="EUR",
            total_cost="22,800 a year, and three days to move the dashboards",
            maintenance="None of ours; today it is a day a week",
            security="Logs hold no customer data",
        ),
    ),
    AddsItem(_at(10, 28, 6, 20), PRIYA, PLATFORM, "SOC 2 evidence: who collects it?", 15),
)

THIS_MORNING: Sequence[Event] = (
    Says(
        _at(10, 29, 7, 30),
        KENJI,
        PLATFORM,
        "Event store: Kafka or Postgres? I need to know before I build on 3 Nov.",
        name="store",
    ),
    Says(
        _at(10, 29, 7, 41), PRIYA, PLATFORM, "Kafka gives us replay, and everybody we hire has seen it.", under="store"
    ),
    Says(
        _at(10, 29, 7, 52),
        KENJI,
        PLATFORM,
        "Replay is a query if the events are rows. We write 40 a second at peak.",
        under="store",
    ),
    Says(_at(10, 29, 8, 5), DANA, PLATFORM, "What would make us regret Postgres? Ten times the load?", under="store"),
    Says(
        _at(10, 29, 8, 12),
        KENJI,
        PLATFORM,
        "I tested 2,000 a second on our smallest plan. Partitions by month, that's all.",
        under="store",
    ),
    Says(_at(10, 29, 8, 20), PRIYA, PLATFORM, "Then I'm fine. I'll write the retention job.", under="store"),
    Says(
        _at(10, 29, 8, 31),
        KENJI,
        PLATFORM,
        "Use Postgres for the event store, not Kafka: we run it already, and Kafka needs a hire.",
        name="choice",
        under="store",
    ),
    Says(_at(10, 29, 9, 2), SAM, PRODUCT, "SSO for Acme by Friday!! They sign if we have it.", name="sso"),
)


# What happens by itself once the demo is open: see `bot.demo.others`. Kenji is off on 3 November (Culture Day).
TO_COME: Sequence[Answers | Approves] = (
    Answers(
        _at(10, 30, 0, 50),
        KENJI,
        ("Events land in Postgres, 2,000 a second", "Partitions by month", "Staging DB is out of disk"),
    ),
    Answers(_at(10, 30, 4, 25), PRIYA, ("Retention job, half of it", "SOC 2 evidence list", "")),
    Approves(_at(10, 30, 13, 40), SAM, 13),  # after his reminder, if nobody has done it as him
    Answers(_at(11, 3, 4, 20), PRIYA, ("Retention job runs on staging", "SSO estimate for Acme", "")),
)


def story() -> list[Event]:
    """Everything that happened, in the order of the clock."""
    return sorted([*FIRST_WEEKS, *LAST_WEEKS, *THIS_MORNING], key=lambda event: event.at)
