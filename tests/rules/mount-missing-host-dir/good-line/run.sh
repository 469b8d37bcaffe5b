docker run -v data:/data -v "$DIR":/x debian:12 true
