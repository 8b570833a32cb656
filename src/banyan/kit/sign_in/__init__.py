"""Signing in: password, second factors, providers, sessions, proofs of identity, by the rules of the packs."""
