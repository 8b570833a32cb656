"""Exchange: the indicators as other statistical systems read them, in SDMX 3.0.

Owns: nothing. Takes: indicators, their figures, names of the registry. Gives: structure and data messages in
SDMX-ML 3.0, SDMX-JSON 2.0 and SDMX-CSV 2.0. Written rules: SDMX 3.0 (ISO 17369); MISSION row 3.11.
"""
