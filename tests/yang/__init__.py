"""Proofs that the device subset modules are sound and agree with the genuine ones."""
