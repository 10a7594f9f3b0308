"""One run of 滞納確認: what its papers show, that nothing is lost, what leaves the section.

Runs are kept, and what changed between two of them is explained.
"""
