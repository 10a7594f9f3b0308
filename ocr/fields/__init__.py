"""Fields cut from an aligned page: ink against the blank, marks, pictures to read."""
