CREATE TABLE accounts (id int PRIMARY KEY, email varchar(50) NOT NULL, plan varchar(10) NOT NULL, seen_at datetime);
