CREATE TABLE tags (name varchar(40) NOT NULL, scope varchar(40) NOT NULL, PRIMARY KEY (scope, name));
