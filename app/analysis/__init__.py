"""Questions asked of many people and raters at once, as arrays: pure functions over numpy, no files, clock or tables.

Chance enters only through a ``seed`` argument. Where data cannot answer, a result says why, in words, in place of a
number.
"""
