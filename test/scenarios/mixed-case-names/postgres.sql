CREATE TABLE "User" ("Id" int PRIMARY KEY, "Full Name" varchar(40) NOT NULL);
CREATE TABLE "Order" (
  "OrderId" int PRIMARY KEY,
  "BuyerId" int NOT NULL REFERENCES "User",
  "select" varchar(40) NOT NULL,
  "HTMLBody" varchar(40) NOT NULL
);
