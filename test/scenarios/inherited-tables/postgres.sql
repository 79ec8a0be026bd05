CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE staff (salary numeric(10, 2) NOT NULL, PRIMARY KEY (id)) INHERITS (people);
-- FROM people reads staff too, and no key of people holds over both.
CREATE VIEW only_people AS SELECT * FROM ONLY people;
