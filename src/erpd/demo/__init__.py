"""The data sets of the demo, in which a European node harvests a national one."""
