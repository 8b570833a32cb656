"""Vouching: what a buyer, lender or insurer takes away of many firms' status, or a firm of its own, as evidence.

Owns: screenings of many codes with their frozen results; credentials of status and their places in status lists.
Takes: register, grades, public listings, purposes, consents. Gives: result files with receipts, and credentials that
are verified without us. Written rules: packs/house/access, packs/house/vouching; MISSION 9.13, 12.05.
"""
