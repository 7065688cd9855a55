"""Words on variances: which lines need them, what they are bound to, and who may do what with them.

lines     the lines of a statement with what they differ by, and which of them need words
words     what is written: text, cause, timing or permanent; and what refuses it
rights    who writes, accepts and takes part
problems  what is reported as wrong with a figure, and who is asked
reversal  timing differences whose month has passed and that have not come back
needs     over many units: what is required, missing, submitted and accepted
"""
