CREATE TABLE houses (id int PRIMARY KEY);
CREATE TABLE ghosts (
  id int PRIMARY KEY,
  house_id int NOT NULL,
  FOREIGN KEY (house_id) REFERENCES houses (id)
);
