CREATE TABLE events (id int PRIMARY KEY, day date NOT NULL, at datetime(6) NOT NULL);
