"""Hours saved: baselines, the account of minutes, what they are worth, the forecast.

And the inventory (業務一覧) of the jobs still to do, with their manuals.
"""
