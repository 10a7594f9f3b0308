"""What clerks said: decisions about people, findings, receipts, and a second clerk's word.

Each holds only while what the clerk saw is unchanged.
"""
