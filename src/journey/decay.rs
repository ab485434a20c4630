//! How evidence grows old: whole numbers only, from a table by age in days. Must not know what it is evidence of.
