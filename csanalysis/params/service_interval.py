"""How often a vehicle is to be serviced, and when it is still in time."""

from pydantic import BaseModel

from csanalysis.params.strict import STRICT, Months, Positive


class ServiceInterval(BaseModel):
    """When the next service is due: whichever comes first."""

    model_config = STRICT

    months: Months = 6
    km: Positive = 7500

    @property
    def allowed_months(self) -> int:
        """Months within which the next maintenance is in time: half as many again, rounded up.

        The interval itself would call half of all punctual customers late; twice as much is a maintenance
        left out.
        """
        return -(-self.months * 3 // 2)
