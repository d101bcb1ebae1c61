"""How Riverside Motors writes its appointments, what runs out, and what it notes of itself."""

from csanalysis.demo.export import Export, Fault, parse_columns
from csanalysis.demo.forms import (
    iso_month,
    iso_time,
    percent,
    slashed,
    vin,
    vocabulary,
    yes_no,
)

YES_NO = yes_no("Y", "N")
_ROLES = vocabulary(
    "service_advisor Service advisor | technician Mechanic | sales_consultant Salesperson | agent Call agent"
)

RECORDS = (
    Export(
        "appointments",
        "bookings.csv",
        parse_columns(
            "appointment_id Booking ref | created_date Booked on | appointment_date Booked for | "
            "vin Chassis No | customer_id Customer No | advisor Service advisor | shown Arrived"
        ),
        {"appointment_date": iso_time, "vin": vin, "shown": yes_no("Yes", "No-show", blank=0.01)},
        encoding="utf-8",
        faults=(
            Fault("appointment_date", "tba", 2, "without a readable date (tba)"),
            Fault(("vin", "customer_id"), "", 2, "with neither VIN nor customer"),
        ),
        repeats=4,
    ),
    Export(
        "policies",
        "cover and plans.csv",
        parse_columns("vin VIN | kind Product | start_date Valid from | end_date Valid until"),
        {
            "vin": vin,
            "kind": vocabulary(
                "warranty Warranty / Extended warranty | package Service plan | insurance Motor insurance"
            ),
            "start_date": slashed,
            "end_date": slashed,
        },
        faults=(
            Fault("end_date", "open", 3, "without a readable date (open)"),
            Fault("kind", "Roadside", 3, "with a kind nobody mapped (Roadside)"),
        ),
        repeats=2,
    ),
    Export(
        "record_checks",
        "record checks.csv",
        parse_columns(
            "check_date Date | record_type Record | correct Correct | staff Employee | field Field | "
            "hours_to_entry Hours to enter"
        ),
        {"correct": YES_NO},
        repeats=2,
    ),
    Export(
        "process_checks",
        "process checks.csv",
        parse_columns(
            "check_date Date | staff Employee | role Role | process Process | items_checked Checked | "
            "items_passed Passed"
        ),
        {"role": _ROLES},
        repeats=2,
    ),
    Export(
        "sales_targets",
        "targets.csv",
        parse_columns("month Month | units Target units"),
        {"month": iso_month},
    ),
    Export(
        "staff",
        "staff.csv",
        parse_columns("staff Employee | role Role | team Team | weight Share"),
        {"role": _ROLES, "weight": percent},
    ),
    Export(
        "team_requests",
        "team requests.csv",
        parse_columns("vin VIN | team Team | request_date Requested"),
    ),
    Export(
        "actions",
        "actions.csv",
        parse_columns(
            "action_id Action | item_code Question no | measure Measure | owner Owner | "
            "start_date Start | due_date Due | done_date Done"
        ),
    ),
)
