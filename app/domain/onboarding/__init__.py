"""A hire's first year: dates, goals, check-ins and readings, as pencil and paper would have them."""
