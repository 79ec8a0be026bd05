CREATE TABLE events (id int PRIMARY KEY, day date NOT NULL, at timestamp NOT NULL);
