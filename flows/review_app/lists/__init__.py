"""What is open, done and held; the trail of a field; workbooks out and in."""
