FROM debian:12
RUN apt-get update && apt-get install -y zsh curl git parallel
RUN sh -c "$(curl -fsSL https://raw.github.com/ohmyzsh/ohmyzsh/master/tools/install.sh)"
RUN mkdir /root/.parallel && touch /root/.parallel/will-cite
COPY zshrc /root/.zshrc
WORKDIR /src

RUN groupadd --gid 1777 app \
    && useradd --uid 1777 --gid app --create-home --shell /usr/sbin/nologin app \
    && install -d -o app -g app -m 0750 /src \
    && cp -a /root/.zshrc /root/.parallel /root/.oh-my-zsh /home/app/ \
    && chown -R app:app /home/app/.zshrc /home/app/.parallel /home/app/.oh-my-zsh
ENV HOME=/home/app
USER 1777:1777
CMD ["zsh"]
