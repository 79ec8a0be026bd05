resource "aws_dynamodb_table" "app_shop_v2" {
  name           = "app-shop.v2"
  billing_mode   = "PROVISIONED"
  hash_key       = "pk"
  range_key      = "sk"
  read_capacity  = 5
  write_capacity = 70

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  attribute {
    name = "gsi1pk"
    type = "S"
  }

  attribute {
    name = "gsi1sk"
    type = "S"
  }

  attribute {
    name = "tenant"
    type = "N"
  }

  attribute {
    name = "region"
    type = "S"
  }

  attribute {
    name = "status"
    type = "S"
  }

  attribute {
    name = "createdAt"
    type = "S"
  }

  attribute {
    name = "lsi1sk"
    type = "S"
  }

  global_secondary_index {
    name            = "gsi1"
    hash_key        = "gsi1pk"
    range_key       = "gsi1sk"
    projection_type = "ALL"
    read_capacity   = 5
    write_capacity  = 70
  }

  global_secondary_index {
    name            = "byKey"
    hash_key        = "sk"
    projection_type = "KEYS_ONLY"
    read_capacity   = 5
    write_capacity  = 70
  }

  global_secondary_index {
    name               = "byRegion"

    key_schema {
      attribute_name = "tenant"
      key_type       = "HASH"
    }

    key_schema {
      attribute_name = "region"
      key_type       = "HASH"
    }

    key_schema {
      attribute_name = "status"
      key_type       = "RANGE"
    }

    key_schema {
      attribute_name = "createdAt"
      key_type       = "RANGE"
    }

    projection_type    = "INCLUDE"
    non_key_attributes = ["total", "it's $${a} \"name\" %%{b}"]
    read_capacity      = 5
    write_capacity     = 70
  }

  local_secondary_index {
    name            = "lsi1"
    range_key       = "lsi1sk"
    projection_type = "ALL"
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }

  server_side_encryption {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }
}
