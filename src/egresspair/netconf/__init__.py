"""NETCONF: operations, replies, capabilities, and sessions over SSH (RFC 6241, RFC 6242)."""
