"""Connected shops in DynamoDB: installations, tokens, keys, marks and states of syncs."""
