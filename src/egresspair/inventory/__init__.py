"""The inventory: the devices, how to reach each and how to log in. Secrets stand in it by reference only."""

from .load import load_inventory, parse_inventory
from .model import DeviceEntry, Inventory
from .secret import SecretRef

__all__ = ["DeviceEntry", "Inventory", "SecretRef", "load_inventory", "parse_inventory"]
