"""The dealerships of a group side by side, from the reports and clean tables that their own runs left."""

from csanalysis.network.members import Member, members
from csanalysis.network.session import Network, Region, open_network, open_region

__all__ = ["Member", "Network", "Region", "members", "open_network", "open_region"]
