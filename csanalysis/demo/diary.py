"""What a workshop and its call centre write down while the years pass."""

from dataclasses import dataclass, field
from random import Random

from csanalysis.demo.plan import FIRST_DAY, LAST_DAY, Person, Plan, day_number

_REACHED = 0.6
_TRIES = {"first_service": 3, "maintenance": 3, "win_back": 2, "campaign": 1, "lead": 2, "insurance": 2}


@dataclass(slots=True)
class Visit:
    """A vehicle in the workshop; ``trouble`` is what the customer remembers of it, 0 for nothing."""

    day: int
    vehicle: int
    service_type: str
    advisor: str
    technician: str
    trouble: float
    is_rework: bool = False


@dataclass(slots=True)
class Call:
    """One attempt to reach a customer; ``visit`` is the place in the diary of the visit it led to."""

    day: int
    minute: int
    vehicle: int
    purpose: str
    agent: str
    attempt: int
    reached: bool
    phone_valid: bool
    result: str
    visit: int = -1
    campaign: str = ""
    prospect: str = ""


@dataclass
class Diary:
    """Visits and calls in the order in which they were thought of, not yet in that of time."""

    plan: Plan
    random: Random
    visits: list[Visit] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.calls_since = day_number(self.plan.calls_since)
        self.advisors = self.plan.role("service_advisor")
        self.agents = self.plan.role("agent")
        self._agent_weights = [agent.weight for agent in self.agents]
        technicians = self.plan.role("technician")
        self._technicians = {
            team: [person for person in technicians if person.team == team] for team in self.plan.teams
        }

    def record_visit(self, day: int, vehicle: int, service_type: str, advisor: str | None = None) -> Visit:
        """Write a visit down; a customer mostly asks for the advisor of last time."""
        day = self.open_day(day)
        person = self._advisor(day, advisor)
        technician = self.random.choice(self._technicians[person.team])
        trouble = self._trouble(person, technician)
        visit = Visit(day, vehicle, service_type, person.name, technician.name, trouble)
        self.visits.append(visit)
        if day <= LAST_DAY:
            self._ask_afterwards(visit)
        if trouble >= 1:
            back = self.open_day(day + self.random.randint(2, 14))
            again = self._advisor(back, person.name)
            self.visits.append(
                Visit(back, vehicle, "repair", again.name, technician.name, 0.2, is_rework=True)
            )
        return visit

    def open_day(self, day: int) -> int:
        """The day on which the customer really comes: rather on a Saturday, never on a closing day."""
        weekday = (day + 3) % 7  # 1970-01-01 was a Thursday
        if weekday < 5 and self.random.random() < 0.12:
            day, weekday = day + 5 - weekday, 5
        return day + self.random.randint(1, 3) if weekday == 6 and self.plan.closed_on_sunday else day

    def call_until_answered(
        self, day: int, vehicle: int, purpose: str, phone_valid: bool, campaign: str = ""
    ) -> tuple[Call | None, float]:
        """Call until somebody answers: the call that did, or None, and how able its agent is."""
        agent = self.random.choices(self.agents, self._agent_weights)[0]
        for attempt in range(1, _TRIES.get(purpose, 2) + 1):
            reached = phone_valid and self.random.random() < _REACHED + 0.12 * agent.skill
            result = "later" if reached else "missed" if phone_valid else "invalid"
            minute = self.random.randint(9 * 60, 17 * 60 + 40)
            call = Call(
                day, minute, vehicle, purpose, agent.name, attempt, reached, phone_valid, result, -1, campaign
            )
            if self.calls_since <= day <= LAST_DAY:
                self.calls.append(call)
            if reached or not phone_valid:
                return (call if reached else None), agent.skill
            day += self.random.randint(1, 4)
        return None, 0.0

    def has_callers(self, day: int) -> bool:
        """Whether anybody made calls then."""
        return self.calls_since <= day <= LAST_DAY

    def _advisor(self, day: int, wanted: str | None) -> Person:
        weekday = (day + 3) % 7
        present = [person for place, person in enumerate(self.advisors) if weekday != (1 + 2 * place) % 5]
        if wanted and self.random.random() < 0.6:
            for person in present:
                if person.name == wanted:
                    return person
        return self.random.choice(present or list(self.advisors))

    def _trouble(self, advisor: Person, technician: Person) -> float:
        draw = self.random.random()
        rework = 0.030 - 0.022 * technician.skill
        if draw < rework:
            return 1.0
        return 0.5 if draw < rework + 0.07 - 0.04 * advisor.skill else 0.0

    def _ask_afterwards(self, visit: Visit) -> None:
        """The call after a service: not after every visit, and sometimes late."""
        if visit.day < max(FIRST_DAY, self.calls_since) or self.random.random() > 0.66:
            return
        late = self.random.random() < 0.1
        day = visit.day + (self.random.randint(4, 8) if late else self.random.randint(1, 3))
        call, _ = self.call_until_answered(day, visit.vehicle, "post_service", self.random.random() > 0.035)
        if call:
            unhappy = self.random.random() < 0.03 + 0.5 * visit.trouble
            call.result = "displeased" if unhappy else "pleased"
