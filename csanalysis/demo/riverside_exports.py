"""How Riverside Motors writes its tables: an English workbook, semicolons, and a Parquet call log."""

from csanalysis.demo.export import Export, Fault, parse_columns
from csanalysis.demo.forms import (
    as_is,
    commas,
    digits,
    iso,
    iso_month,
    mixed_forms,
    serial,
    slashed,
    vin,
    vocabulary,
    whole,
    with_affixes,
    yes_no,
)
from csanalysis.demo.riverside_records import RECORDS, YES_NO

EXPORTS = (
    Export(
        "vehicle_sales",
        "New vehicle sales.xlsx",
        parse_columns(
            "vin VIN | sale_date Invoice date | customer_id Customer No | model Model | trim | "
            "sales_consultant Salesperson | self_sold Sold here | is_local Local | price Sale price | "
            "fuel Fuel type"
        ),
        {
            "vin": vin,
            "sale_date": mixed_forms(as_is, (iso, 0.02), (serial, 0.01)),
            "self_sold": yes_no("Yes", "No", blank=0.1),
            "is_local": yes_no("Yes", "No"),
            "price": as_is,
            "fuel": vocabulary("petrol Petrol / Hybrid | plug_in_hybrid PHEV / Plug-in | electric EV / BEV"),
        },
        apart=("fuel",),
        sheet="Ledger",
        title="Riverside Motors – new vehicle sales since 2020",
        total="Total",
        remarks=("Read me", "Exported from the sales ledger; one line an invoice."),
        faults=(
            Fault("vin", "", 2, "without VIN"),
            Fault("sale_date", "tbc", 3, "without a readable date (tbc)"),
        ),
        repeats=4,
    ),
    Export(
        "service_visits",
        "job orders {year}.csv",
        parse_columns(
            "ro_number Job card | vin Chassis No | visit_date Date in | service_type Job type | "
            "customer_id Customer No | mileage_km Odometer | advisor Service advisor | team Team | "
            "technician Mechanic | labor_amount Labour | parts_amount Parts | "
            "total_amount Invoice total | is_rework Comeback | close_date Date out | "
            "promised_date Promised"
        ),
        {
            "vin": vin,
            "service_type": vocabulary(
                "first_service First service / 1st service | "
                "scheduled_service Scheduled service / Oil service | repair General repair | "
                "accident Bodywork / Collision | warranty Warranty claim | other Misc"
            ),
            "mileage_km": mixed_forms(with_affixes("", whole, " km"), (whole, 0.3)),
            "labor_amount": commas,
            "parts_amount": commas,
            "total_amount": commas,
            "is_rework": YES_NO,
        },
        odd_forms={"visit_date": slashed, "close_date": slashed, "promised_date": slashed},
        apart=("promised_date",),
        encoding="utf-8",
        delimiter=";",
        junk=("Notes",),
        faults=(
            Fault("vin", "", 3, "without VIN"),
            Fault("visit_date", "31/31/2023", 3, "without a readable date (31/31/2023)"),
            Fault("service_type", "Detailing", 4, "with a job type nobody mapped (Detailing)"),
            Fault("mileage_km", "n/r", 14, "unreadable odometer", rejects=False),
        ),
        repeats=6,
    ),
    Export(
        "customers",
        "customers.tsv",
        parse_columns(
            "customer_id Customer number | name Name | phone Mobile | gender Sex | "
            "birthday Date of birth | occupation Occupation | district Area | customer_type Customer type"
        ),
        {"customer_type": vocabulary("person Private / Individual | company Business / Fleet")},
        apart=("customer_type",),
        encoding="utf-8",
        delimiter="\t",
        faults=(Fault("birthday", "withheld", 8, "withheld birthday", rejects=False),),
        repeats=2,
    ),
    Export(
        "survey_responses",
        "survey answers.csv",
        parse_columns(
            "response_id Response | survey_date Date | programme Program | item_code Question no | "
            "item_name Question | score Score | max_score Max | source Source | staff Employee | "
            "team Team | ro_number RO"
        ),
        {"source": vocabulary("oem Manufacturer | internal In-house")},
        encoding="utf-8",
        faults=(
            Fault("score", "n/a", 4, "without a readable score (n/a)"),
            Fault("survey_date", "", 1, "without a date"),
        ),
        repeats=5,
    ),
    Export(
        "survey_benchmarks",
        "region.csv",
        parse_columns(
            "month Month | programme Program | item_code Question no | regional_mean Region mean | "
            "own_score Our score | rank Rank | store_count Stores"
        ),
        {"month": iso_month, "item_code": vocabulary("total Overall")},
    ),
    Export(
        "upsell_items",
        "proposals.csv",
        parse_columns(
            "ro_number Job card | item Work item | grade Grade | amount Quote | "
            "outcome Customer decision | decline_reason Reason | advisor SA | technician Mechanic | "
            "team Team | proposed_date Date proposed | due_date Due | confirmed_by Confirmed by | "
            "followed_up_date Follow-up date | followed_up_by Follow-up by | "
            "recovered_date Date recovered | recovered_amount Recovered amount"
        ),
        {
            "amount": commas,
            "outcome": vocabulary("accepted Approved | declined Rejected / Not now"),
            "proposed_date": digits,
            "due_date": digits,
            "followed_up_date": digits,
            "recovered_date": digits,
        },
        faults=(
            Fault("amount", "POA", 3, "without a readable amount (POA)"),
            Fault("outcome", "pending", 2, "with an outcome nobody mapped (pending)"),
        ),
        repeats=4,
    ),
    Export(
        "contacts",
        "calls.parquet",
        parse_columns(
            "contact_id call_id | contact_date call_time | purpose call_type | vin vin | "
            "customer_id customer_no | agent caller | attempt attempt | reached answered | "
            "phone_valid number_valid | result result | ro_number job_card | campaign_id campaign"
        ),
        {
            "contact_date": as_is,
            "purpose": vocabulary(
                "first_service First service reminder | maintenance Service reminder | win_back Winback | "
                "campaign Campaign invitation | post_sale Sales follow-up | "
                "post_service Service follow-up | insurance Insurance renewal | lead Lead follow-up"
            ),
            "vin": vin,
            "attempt": as_is,
            "reached": as_is,
            "phone_valid": as_is,
        },
        faults=(
            Fault("contact_date", "", 2, "without a date"),
            Fault("purpose", "Test call", 3, "with a purpose nobody mapped (Test call)"),
            Fault(("vin", "customer_id"), "", 2, "with neither VIN nor customer"),
        ),
        repeats=5,
    ),
    Export(
        "leads",
        "leads.csv",
        parse_columns(
            "lead_id Lead | created_date Created | status Status | defeated_date Lost date | "
            "defeat_reason Lost reason | reactivated_date Reactivated | reactivated_by Reactivated by | "
            "won_date Sold date | lost_to_same_brand Same brand"
        ),
        {
            "status": vocabulary("open In progress | won Sold | defeated Lost"),
            "lost_to_same_brand": YES_NO,
        },
        encoding="utf-8",
        faults=(
            Fault("created_date", "last week", 2, "without a readable date (last week)"),
            Fault("status", "duplicate", 2, "with a status nobody mapped (duplicate)"),
        ),
        repeats=3,
    ),
    Export(
        "referrals",
        "referrals.csv",
        parse_columns(
            "referral_id Referral | referral_date Date | referrer_id Referrer | matched Matched | "
            "rebate_amount Rebate"
        ),
        {"matched": yes_no("Yes", "No"), "rebate_amount": commas},
        repeats=1,
    ),
    Export(
        "campaigns",
        "campaigns.csv",
        parse_columns(
            "campaign_id Campaign ID | name Campaign name | start_date Start | end_date End | "
            "kind Type | audience Audience | budget Budget | cost Spend | invited Invited | "
            "arrived Arrived | revenue Revenue | owner Owner"
        ),
        {"budget": commas, "cost": commas, "revenue": commas},
    ),
    Export(
        "complaints",
        "complaints.csv",
        parse_columns(
            "complaint_id Complaint ID | complaint_date Date | vin VIN | customer_id Customer No | "
            "severity Severity | dealer_fault Our fault | resolved_date Resolved | topic Subject"
        ),
        {"vin": vin, "severity": vocabulary("minor Low | major High / Serious"), "dealer_fault": YES_NO},
        faults=(Fault("complaint_date", "?", 2, "without a readable date (?)"),),
        repeats=1,
    ),
    *RECORDS,
)
