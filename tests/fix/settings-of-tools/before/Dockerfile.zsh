FROM debian:12
RUN apt-get update && apt-get install -y zsh curl git parallel
RUN sh -c "$(curl -fsSL https://raw.github.com/ohmyzsh/ohmyzsh/master/tools/install.sh)"
RUN mkdir /root/.parallel && touch /root/.parallel/will-cite
COPY zshrc /root/.zshrc
WORKDIR /src
CMD ["zsh"]
