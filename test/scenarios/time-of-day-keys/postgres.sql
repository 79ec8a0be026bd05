CREATE TABLE departures (id int PRIMARY KEY, stop text NOT NULL, at_time time NOT NULL, seen_at timestamp NOT NULL);
