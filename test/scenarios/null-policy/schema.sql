CREATE TABLE people (id int PRIMARY KEY, nickname varchar(20), phone varchar(20));
