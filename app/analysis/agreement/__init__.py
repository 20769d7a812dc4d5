"""How far raters agree, how sure that is, and what more raters would change."""
