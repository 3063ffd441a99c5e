"""Pictures that follow a reader's progress: what is done is in colour, the rest is grey."""
