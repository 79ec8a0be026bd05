CREATE TABLE tags (
  name varchar(40) COLLATE utf8mb4_bin NOT NULL,
  scope varchar(40) COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (scope, name)
);
