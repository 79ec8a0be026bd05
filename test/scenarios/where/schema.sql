CREATE TABLE posts (id int PRIMARY KEY, state varchar(10) NOT NULL, pinned int NOT NULL);
CREATE TABLE comments (
  id int PRIMARY KEY,
  post_id int NOT NULL,
  spam int NOT NULL,
  FOREIGN KEY (post_id) REFERENCES posts (id)
);
