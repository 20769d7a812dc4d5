"""What is true of evaluation, whatever the technology: no input or output, no clock, no chance."""
