CREATE TABLE users (id int PRIMARY KEY, name varchar(40) NOT NULL, active int NOT NULL);
CREATE VIEW active_users AS SELECT id, name FROM users WHERE active = 1;
