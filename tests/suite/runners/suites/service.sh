service() {
  state=$(cat state)
  if [ "$state" = hanging ]; then
    touch waiting
    sleep 60
  fi
  echo "the service is $state"
  [ "$state" = up ]
}
