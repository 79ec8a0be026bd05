CREATE TABLE tasks (id int PRIMARY KEY, assignee varchar(20), priority smallint);
