"""What people see of a record: on a terminal, as a page, as a table of a class. Each a pure function of the record."""
