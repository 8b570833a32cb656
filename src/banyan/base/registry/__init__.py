"""Who, what and where: regions, parks, industries, product classes, organisations, products, certificates.

Owns: the register of everything that records refer to, with histories of names, codes and places.
Takes: nothing from other rooms. Gives: keys, paths for rights, search, checked codes.
Written rules: GB 32100-2015, GB 11714-1997, GB/T 2260, GB/T 4754; MISSION rows 1.01, 9.01, 9.02.
"""
