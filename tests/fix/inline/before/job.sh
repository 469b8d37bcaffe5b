date > /app/started
date > /out/done
