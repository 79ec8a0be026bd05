CREATE TABLE rooms (
  building varchar(10) NOT NULL,
  room_no int NOT NULL,
  name varchar(40) NOT NULL,
  PRIMARY KEY (building, room_no)
);
CREATE TABLE visits (
  id int PRIMARY KEY,
  building varchar(10),
  room_no int,
  FOREIGN KEY (building, room_no) REFERENCES rooms (building, room_no)
);
