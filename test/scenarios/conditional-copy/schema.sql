CREATE TABLE jobs (id int PRIMARY KEY, state varchar(10) NOT NULL, due date, tries int NOT NULL);
