CREATE TABLE reports (
  id int PRIMARY KEY,
  title text NOT NULL,
  word varchar(10) NOT NULL,
  words int NOT NULL,
  body longtext GENERATED ALWAYS AS (repeat(word, words)) STORED
);
