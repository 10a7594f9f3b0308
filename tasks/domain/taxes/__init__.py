"""滞納, 延滞金 and the answer for one applicant, by the ordinance.

Whose taxes are looked at, and up to which day payments are posted.
"""
