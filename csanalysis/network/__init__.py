"""The dealerships of a group side by side, from the reports and clean tables that their own runs left."""

from csanalysis.network.members import Member, members
from csanalysis.network.session import Network, open_network

__all__ = ["Member", "Network", "members", "open_network"]
