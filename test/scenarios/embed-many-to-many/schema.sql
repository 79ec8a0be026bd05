CREATE TABLE films (id int PRIMARY KEY, title varchar(40) NOT NULL);
CREATE TABLE genres (id int PRIMARY KEY, name varchar(40) NOT NULL);
CREATE TABLE film_genres (
  film_id int NOT NULL,
  genre_id int NOT NULL,
  PRIMARY KEY (film_id, genre_id),
  FOREIGN KEY (film_id) REFERENCES films (id),
  FOREIGN KEY (genre_id) REFERENCES genres (id)
);
