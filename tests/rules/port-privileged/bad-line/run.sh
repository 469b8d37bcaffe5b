docker run -p 443:8443 -p 8080:80 debian:12 true
