resource "aws_dynamodb_table" "app_shop_v2" {
  name                        = "app-shop.v2"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  table_class                 = "STANDARD_INFREQUENT_ACCESS"
  deletion_protection_enabled = true
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"

  warm_throughput {
    read_units_per_second  = 12000
    write_units_per_second = 20000
  }

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

    warm_throughput {
      read_units_per_second  = 12000
      write_units_per_second = 20000
    }
  }

  global_secondary_index {
    name            = "byKey"
    hash_key        = "sk"
    projection_type = "KEYS_ONLY"

    warm_throughput {
      read_units_per_second  = 12000
      write_units_per_second = 20000
    }
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

    warm_throughput {
      read_units_per_second  = 12000
      write_units_per_second = 20000
    }
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

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  tags = {
    "team"        = "orders"
    "cost center" = "$${a}"
  }

  lifecycle {
    prevent_destroy = true
  }
}
