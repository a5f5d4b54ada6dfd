# jq -c -f reduce.jq FULL.json > FILE.json: up to four vectors for each
# combination of result and flags, and of a key only what is verified with.
{ algorithm, schema,
  testGroups:
    ( [ .testGroups[] as $group | $group.tests[]
        | { tcId, comment, flags, msg, sig, result,
            group: ($group | { type, sha, sLen, publicKeyDer }) } ]
      | group_by([ .result, .flags ]) | map(.[0:4]) | add
      | group_by(.group)
      | map(.[0].group + { tests: map(del(.group)) }) ) }
