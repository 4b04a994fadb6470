"""What runs beside the window: background work, questions, the log of bugs."""
