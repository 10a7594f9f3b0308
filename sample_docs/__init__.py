"""Invented people, real-looking paper, answer keys, and the program that makes them."""
