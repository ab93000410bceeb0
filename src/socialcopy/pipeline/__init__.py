"""The steps of the data walk as plain functions: what tasks decorate and the command calls.

Each one may be repeated: it reads the job's journal first, and does what is not done yet.
"""
