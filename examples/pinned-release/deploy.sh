#!/bin/sh
# Makes the release run that is pinned in release.txt, and ends when it runs: deploy.sh FOLDER
# Here it is a process. With Kubernetes or Compose the last lines are one of these instead:
#   kubectl set image deployment/shop shop="registry.example.com/shop:$release" && kubectl rollout status deployment/shop
#   RELEASE="$release" docker compose up --detach --wait
set -eu
cd "$1"
release=$(cat release.txt)
if [ -f ../shop.pid ]; then kill "$(cat ../shop.pid)" 2>/dev/null || true; fi
RELEASE="$release" nohup node service.mjs >../shop.log 2>&1 &
echo $! >../shop.pid
echo "$release runs"
