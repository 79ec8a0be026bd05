CREATE TABLE documents (id int PRIMARY KEY, body json, raw varbinary(100));
