CREATE TABLE settings (scope int NOT NULL, name int NOT NULL, content varchar(20), UNIQUE (scope, name));
