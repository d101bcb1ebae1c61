"""The life of each vehicle with the workshop: first service, then interval by interval until it lapses."""

from typing import Any

import pandas as pd

from csanalysis.demo.diary import Call, Diary
from csanalysis.demo.plan import LAST_DAY, Plan, day_number

_OTHER_WORK = (("repair", 0.30), ("accident", 0.14), ("warranty", 0.10), ("other", 0.09))


def simulate_lives(plan: Plan, vehicles: pd.DataFrame) -> Diary:
    """Every visit and call of every vehicle, from before the exports begin until they are made."""
    diary = Diary(plan, plan.scalar_rng("lives"))
    for number, vehicle in enumerate(vehicles.itertuples(index=False)):
        _Life(diary, number, vehicle).run()
    return diary


class _Life:
    """One vehicle. ``grudge`` grows with every trouble and fades with every visit."""

    def __init__(self, diary: Diary, number: int, vehicle: Any) -> None:
        self.diary, self.plan, self.random = diary, diary.plan, diary.random
        self.number, self.vehicle = number, vehicle
        self.grudge = 0.0
        self.days: list[int] = []
        self.advisor: str | None = None

    def run(self) -> None:
        if self.vehicle.origin == "elsewhere":
            kind = self.random.choices(
                ("scheduled_service", "repair", "accident", "warranty"), (50, 27, 16, 7)
            )[0]
            self.come(self.vehicle.start, kind)
        else:
            self.delivery_call()
            if not self.first_service() and not self.late_arrival():
                return
        while self.days and self.days[-1] <= LAST_DAY:
            if not self.next_service():
                return

    def come(self, day: int, service_type: str, call: Call | None = None) -> None:
        place = len(self.diary.visits)
        visit = self.diary.record_visit(day, self.number, service_type, self.advisor)
        self.days.append(visit.day)
        self.grudge = 0.6 * self.grudge + visit.trouble
        self.advisor = visit.advisor
        if call and visit.day <= LAST_DAY:
            call.visit, call.result = place, "arrived"

    def delivery_call(self) -> None:
        sold = self.vehicle.sold
        if not self.diary.has_callers(sold) or not self.vehicle.self_sold or self.random.random() > 0.88:
            return
        late = self.random.random() < 0.08
        day = sold + (self.random.randint(4, 9) if late else self.random.randint(1, 3))
        call, _ = self.diary.call_until_answered(day, self.number, "post_sale", self.vehicle.phone_valid)
        if call:
            call.result = "pleased" if self.random.random() < 0.95 else "displeased"

    def first_service(self) -> bool:
        """Whether the owner comes; a capable consultant, a short way and a call all help."""
        consultant = self.plan.skill[self.vehicle.sales_consultant]
        chance = 0.69 + 0.10 * consultant + (0.0 if self.vehicle.is_local else -0.27)
        chance -= 0.0 if self.vehicle.self_sold else 0.25
        wait = min(max(int(self.random.lognormvariate(4.45, 0.36)), 18), 330)
        call = None
        if self.diary.has_callers(self.vehicle.sold + 55) and self.random.random() < 0.78:
            day = self.vehicle.sold + self.random.randint(50, 75)
            if day < self.vehicle.sold + wait:
                call, skill = self.diary.call_until_answered(
                    day, self.number, "first_service", self.vehicle.phone_valid
                )
                if call:
                    chance += 0.15 + 0.10 * skill
                    wait = max(wait, call.day - self.vehicle.sold + 2)
        comes = self.random.random() < chance
        if comes:
            self.come(self.vehicle.sold + wait, "first_service", call)
        elif call:
            call.result = "refused" if self.random.random() < 0.6 else "later"
        return comes

    def late_arrival(self) -> bool:
        """Some who left out the first service come for something else later."""
        if self.random.random() > 0.2:
            return False
        day = self.vehicle.sold + self.random.randint(200, 800)
        self.come(day, self.random.choices(("repair", "accident", "warranty"), (40, 35, 25))[0])
        return True

    def hazard(self) -> float:
        """Chance to lapse before the next service: by age, visits of late, distance and grudge."""
        last = self.days[-1]
        years = (last - self.vehicle.sold) / 365.25
        base = 0.13 if years < 1 else 0.17 if years < 3 else 0.24 if years < 5 else 0.30
        recent = sum(day > last - 365 for day in self.days)
        base *= 0.75 if recent >= 4 else 0.95 if recent >= 2 else 1.25
        base *= 1.0 if self.vehicle.is_local else 1.35
        return float(base * (1 + 1.3 * self.grudge) * self.plan.lapse * self.vehicle.loyalty)

    def next_service(self) -> bool:
        """One interval on: the service and whatever breaks before it, or the vehicle lapses."""
        last = self.days[-1]
        interval = min(self.plan.interval_days, self.plan.interval_km / self.vehicle.km_per_day)
        due = last + max(int(interval), 45)
        chance, spread, call = self.hazard(), 24.0, None
        if self.diary.has_callers(due - 10) and self.random.random() < 0.5:
            call, skill = self.diary.call_until_answered(
                due - 10, self.number, "maintenance", self.vehicle.phone_valid
            )
            if call:
                chance, spread = chance * (0.72 - 0.2 * skill), 9.0
        if self.random.random() < chance + self.turned(last):
            if call:
                call.result = "refused" if self.random.random() < 0.5 else "later"
            return self.lapse()
        day = max(last + 25, due + int(self.random.gauss(6, spread)), call.day + 1 if call else 0)
        self.renewal_call(last, day)
        self.other_work(last, day)
        self.come(day, "scheduled_service", call)
        return True

    def turned(self, last: int) -> float:
        """What the planted turn adds to the chance to lapse after a visit on the day ``last``."""
        turn = self.plan.turn
        if turn is None or turn.team not in ("", self.plan.team_of.get(self.advisor or "")):
            return 0.0
        return turn.more if day_number(turn.first) <= last <= day_number(turn.last) else 0.0

    def other_work(self, begin: int, end: int) -> None:
        """Repairs, accidents and claims between two services; repairs grow with age, claims end."""
        years = (end - self.vehicle.sold) / 365.25
        for kind, rate in _OTHER_WORK:
            if kind == "repair":
                rate *= 0.5 + 0.2 * years
            elif kind == "warranty" and years > 3:
                continue
            if end - begin > 12 and self.random.random() < rate * (end - begin) / 365.25:
                self.come(self.random.randint(begin + 6, end - 6), kind)

    def renewal_call(self, begin: int, end: int) -> None:
        """A call a month before the insurance ends, which is on the day of sale."""
        for day in range(self.vehicle.sold + 335, end, 365):
            if begin < day <= end and self.diary.has_callers(day) and self.random.random() < 0.3:
                call, skill = self.diary.call_until_answered(
                    day, self.number, "insurance", self.vehicle.phone_valid
                )
                if call:
                    call.result = "renewed" if self.random.random() < 0.45 + 0.15 * skill else "later"

    def lapse(self) -> bool:
        """Away for a year or for good; some are won back by a call and some return by themselves."""
        last = self.days[-1]
        for months in (12, 18, 23):
            day = last + int(months * 30.5) + self.random.randint(0, 25)
            if not self.diary.has_callers(day) or self.random.random() > 0.55:
                continue
            call, skill = self.diary.call_until_answered(
                day, self.number, "win_back", self.vehicle.phone_valid
            )
            if call and self.random.random() < 0.13 + 0.07 * skill:
                kind = "scheduled_service" if self.random.random() < 0.7 else "repair"
                self.come(call.day + self.random.randint(2, 26), kind, call)
                return True
            if call:
                call.result = "refused" if self.random.random() < 0.4 else "later"
        if self.random.random() < 0.16 / (1 + self.grudge):
            day = last + self.random.randint(270, 900)
            self.come(day, self.random.choices(("repair", "accident", "scheduled_service"), (40, 35, 25))[0])
            return True
        return False
