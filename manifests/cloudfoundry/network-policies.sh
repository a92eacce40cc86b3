#!/usr/bin/env bash
# Lets the services call each other over their internal routes: each caller may reach each service that it calls, and nothing
# else. Apps must have been pushed; a policy that there is already stays as it is, so run it as often as you like. Policies
# outlive restarts and pushes, and go with their apps.
set -euo pipefail

# The port that Cloud Foundry has apps listen on.
PORT=8080

# Caller and callee.
PAIRS="
quipu-collector quipu-meter
quipu-collector quipu-accumulator
quipu-meter quipu-accumulator
quipu-accumulator quipu-aggregator
quipu-reporting quipu-aggregator
quipu-reporting quipu-accumulator
quipu-reporting quipu-collector
"

fail() { echo "network-policies.sh: $*" >&2; exit 1; }

command -v cf >/dev/null 2>&1 || fail "needs the command line of Cloud Foundry, cf, version 7 or newer"
cf target >/dev/null 2>&1 || fail "log in and choose a space first: cf login, cf target -o ORG -s SPACE"

for app in $(printf '%s\n' "$PAIRS" | tr ' ' '\n' | sort -u); do
  cf app "$app" --guid >/dev/null 2>&1 || fail "there is no app $app in this space; push it first"
done

printf '%s\n' "$PAIRS" | while read -r caller callee; do
  [ -n "$caller" ] || continue
  cf add-network-policy "$caller" "$callee" --protocol tcp --port "$PORT" >/dev/null </dev/null \
    || fail "$caller may not call $callee: cf add-network-policy failed; its message stands above"
  echo "$caller may call $callee"
done
