"""Can I get it? What the record of a data set says to somebody who wants the data, by rule only."""
