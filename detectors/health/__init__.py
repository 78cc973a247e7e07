"""Health of loops, judged online from their own readings, the lanes beside and the stations up and down."""
