CREATE TABLE accounts (id int PRIMARY KEY, balance decimal(10,2) NOT NULL);
