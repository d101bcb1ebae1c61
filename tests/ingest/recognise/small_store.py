"""A small invented store as clean tables, for exports of it in many forms."""

from datetime import date, timedelta
from random import Random

import pandas as pd

FIRST, LAST = date(2023, 1, 3), date(2025, 12, 28)
TYPES = ("first_service", "scheduled_service", "repair", "accident", "warranty", "other")
ITEMS = ("接待态度", "等待时间", "维修质量")
PEOPLE = ("王芳", "李强", "张伟", "刘洋")
LATIN_PEOPLE = ("Anna Wolf", "Ben Hart", "Carl Moss", "Dora Lane")


def small_store(*, latin: bool = False, seed: int = 11) -> dict[str, pd.DataFrame]:
    """``vehicle_sales``, ``service_visits``, ``customers`` and ``survey_responses`` of 60 vehicles."""
    random = Random(seed)
    staff = LATIN_PEOPLE if latin else PEOPLE
    days = (LAST - FIRST).days
    sales, visits, customers, answers = [], [], [], []
    for number in range(60):
        vin = f"LSVA{random.choice('ABCD')}4NE{random.randrange(10)}P2{100100 + number * 7}"
        sold = FIRST + timedelta(days=random.randrange(int(days * 0.7)))
        customer = f"KH{20001 + number}"
        sales.append((vin, sold, customer, random.choice(("朗逸", "途观L", "帕萨特")) if not latin else "Lavida",
                      random.choice(staff), float(random.randrange(9, 25) * 10_000 + 900)))  # fmt: skip
        customers.append((customer, random.choice("赵钱孙周吴") + random.choice("敏杰艳刚") if not latin
                          else f"{random.choice(('Eva', 'Tom', 'Ida'))} {random.choice(('Berg', 'Lund', 'Falk'))}",
                          f"1{random.choice('3578')}{random.randrange(10**9):09d}",
                          random.choice("男女"), random.choice(("历下区", "市中区"))))  # fmt: skip
        day, km, kind = sold, 0, "first_service"
        while (day := day + timedelta(days=random.randrange(90, 200))) < LAST:
            km += random.randrange(4000, 9000)
            labor, parts = random.randrange(50, 400) + 0.5, random.randrange(80, 900) + 0.25
            visits.append(
                [day, vin, kind, float(km), random.choice(staff), random.choice(staff), labor, parts]
            )
            kind = random.choice(TYPES[1:])
    visits.sort(key=lambda row: (row[0], row[1]))
    orders = [
        (f"WO{day:%y%m}{place:05d}", vin, day, kind, km, advisor, technician, labor, parts, labor + parts,
         day + timedelta(days=place % 3))
        for place, (day, vin, kind, km, advisor, technician, labor, parts) in enumerate(visits, 1)
    ]  # fmt: skip
    for place, order in enumerate(orders):
        if place % 2 == 0:
            answers += [
                (
                    f"Q{place:04d}",
                    order[2] + timedelta(days=2),
                    "售后回访",
                    item,
                    float(random.randrange(6, 11)),
                    order[5],
                )
                for item in ITEMS
            ]
    return {
        "vehicle_sales": _frame(sales, "vin sale_date customer_id model sales_consultant price"),
        "service_visits": _frame(
            orders,
            "ro_number vin visit_date service_type mileage_km advisor technician labor_amount parts_amount "
            "total_amount close_date",
        ),
        "customers": _frame(customers, "customer_id name phone gender district"),
        "survey_responses": _frame(answers, "response_id survey_date programme item_code score staff"),
    }


def _frame(rows: list[tuple[object, ...]], columns: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns.split())
    for name in frame:
        if name.endswith("_date"):
            frame[name] = pd.to_datetime(frame[name])
    return frame
