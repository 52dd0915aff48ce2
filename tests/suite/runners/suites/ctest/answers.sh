. ./service.sh
service
