CREATE TABLE events (id int PRIMARY KEY, said text);
CREATE TABLE logins (host text) INHERITS (events);
