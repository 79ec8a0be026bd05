CREATE TABLE people (id int PRIMARY KEY, name varchar(40) NOT NULL, secret_rank int INVISIBLE);
