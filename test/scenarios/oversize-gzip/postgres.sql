CREATE TABLE reports (
  id int PRIMARY KEY,
  title text NOT NULL,
  word text NOT NULL,
  words int NOT NULL,
  body text GENERATED ALWAYS AS (repeat(word, words)) STORED
);
