CREATE TABLE sessions (id int PRIMARY KEY, ends_at timestamp NULL);
