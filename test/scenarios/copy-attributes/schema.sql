CREATE TABLE authors (id integer PRIMARY KEY, name varchar(40) NOT NULL);
CREATE TABLE books (
  id integer PRIMARY KEY,
  title varchar(40) NOT NULL,
  price decimal(8, 2),
  author_id integer NOT NULL,
  FOREIGN KEY (author_id) REFERENCES authors (id)
);
