"""What-ifs on a log: run, and told as text, Markdown and JSON."""
