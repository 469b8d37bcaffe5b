umask 027
exec sleep 60
