CREATE TABLE odd (id int PRIMARY KEY, upper varchar(20) NOT NULL, month date NOT NULL, shard varchar(20) NOT NULL,
  items varchar(20), value varchar(20), count int);
