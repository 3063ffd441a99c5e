"""Programs in four dialects: what a tab of the book shows is a function of these modules."""
