CREATE TABLE departures (
  id int PRIMARY KEY,
  stop varchar(10) NOT NULL,
  at_time time(6) NOT NULL,
  seen_at datetime(6) NOT NULL
);
