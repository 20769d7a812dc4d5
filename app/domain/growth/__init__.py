"""Growth on the ladder: assessments, evidence, promotion cases and calibration."""
