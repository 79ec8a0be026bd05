CREATE TABLE bigs (id bigint PRIMARY KEY, amount decimal(39,0) NOT NULL);
