CREATE TABLE agents (id int PRIMARY KEY, name varchar(40) NOT NULL);
CREATE TABLE tickets (
  id int PRIMARY KEY,
  agent_id int,
  subject varchar(80) NOT NULL,
  FOREIGN KEY (agent_id) REFERENCES agents (id)
);
