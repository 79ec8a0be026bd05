CREATE TABLE players (id int PRIMARY KEY);
CREATE TABLE scores (
  id int PRIMARY KEY,
  player_id int NOT NULL,
  points int,
  played date,
  FOREIGN KEY (player_id) REFERENCES players (id)
);
