#include "effect_bed.h"

#include "base/buf.h"

/*
 * What commands do to the accounts. Every row of debian was run in a Debian 12 root
 * (passwd 4.13, adduser 3.134), every row of busybox in a busybox 1.35 one, and the
 * expectation was read from the files that came out.
 */
struct row {
	const char *base, *text, *expected;
};

static const struct row useradd_rows[] = {
	{"debian", "useradd app", "app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "/usr/sbin/useradd app",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "useradd -m -s /bin/bash app",
		"app:1000:1000:/home/app:/bin/bash %app:1000"},
	{"debian", "useradd -ms /bin/bash app",
		"app:1000:1000:/home/app:/bin/bash %app:1000"},
	{"debian", "useradd --create-home --shell=/bin/bash app",
		"app:1000:1000:/home/app:/bin/bash %app:1000"},
	{"debian", "useradd -u 1234 app", "app:1234:1234:/home/app:/bin/sh %app:1234"},
	{"debian", "useradd --uid=1234 app",
		"app:1234:1234:/home/app:/bin/sh %app:1234"},
	{"debian", "useradd app -u 1234", "app:1234:1234:/home/app:/bin/sh %app:1234"},
	{"debian", "useradd -u1234 app", "app:1234:1234:/home/app:/bin/sh %app:1234"},
	{"debian", "useradd -m -u 99999 app",
		"app:99999:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "useradd -u 500 app", "app:500:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "useradd -r app", "app:999:999:/home/app:/bin/sh %app:999"},
	{"debian", "useradd --system app", "app:999:999:/home/app:/bin/sh %app:999"},
	{"debian", "useradd -r -u 1500 app", "app:1500:999:/home/app:/bin/sh %app:999"},
	{"debian", "useradd -N app", "app:1000:100:/home/app:/bin/sh"},
	{"debian", "useradd -u 0 -o toor", "toor:0:1000:/home/toor:/bin/sh %toor:1000"},
	{"debian", "useradd -r a; useradd -r b; groupadd -r c; groupadd -r d",
		"a:999:999:/home/a:/bin/sh b:998:998:/home/b:/bin/sh "
		"%a:999 %b:998 %c:997 %d:996"},
	{"debian", "useradd -r -u 150 a; useradd -r b; groupadd -r c",
		"a:150:150:/home/a:/bin/sh b:149:149:/home/b:/bin/sh "
		"%a:150 %b:149 %c:148"},
	{"debian", "groupadd -g 1000 x; useradd app",
		"app:1000:1001:/home/app:/bin/sh %x:1000 %app:1001"},
	{"debian", "groupadd -g 1005 x; groupadd y; useradd z",
		"z:1000:1000:/home/z:/bin/sh %x:1005 %y:1006 %z:1000"},
	{"debian", "useradd -g root -G sudo,users app",
		"app:1000:0:/home/app:/bin/sh app@sudo app@users"},
	{"debian",
		"useradd --system --no-create-home --shell /usr/sbin/nologin "
		"--gid nogroup app",
		"app:999:65534:/home/app:/usr/sbin/nologin"},
	{"debian", "useradd -d /srv/x -s /bin/bash -c hi -M -K UID_MIN=5000 a",
		"a:5000:5000:/srv/x:/bin/bash %a:5000"},
	{"debian", "useradd -b /x b", "b:1000:1000:/x/b:/bin/sh %b:1000"},
	{"debian", "useradd -m -d /app -k /dev/null a",
		"a:1000:1000:/app:/bin/sh %a:1000"},
	{"debian", "useradd -u 1000 a; useradd -u 1000 b; useradd -o -u 1000 c",
		"a:1000:1000:/home/a:/bin/sh c:1000:1001:/home/c:/bin/sh "
		"%a:1000 %c:1001"},
	{"debian", "useradd a && useradd b && useradd c",
		"a:1000:1000:/home/a:/bin/sh b:1001:1001:/home/b:/bin/sh "
		"c:1002:1002:/home/c:/bin/sh %a:1000 %b:1001 %c:1002"},
	{"debian", "useradd -g 1234 app; true", ""},
	{"debian", "useradd -G nope app; true", ""},
	{"debian", "groupadd app; useradd app; true", "%app:1000"},
	{"debian", "useradd -D -s /bin/bash", ""},
	{"debian", "useradd --root /mnt app", ""},
	{"rhel", "useradd app", "app:1000:1000:/home/app:/bin/bash %app:1000"},
	{"rhel", "useradd -r app", "app:999:999:/home/app:/bin/bash %app:999"},
	{"rhel", "adduser -u 1001 app", "app:1001:1001:/home/app:/bin/bash %app:1001"},
	{"rhel", "adduser app -g 0", "app:1000:0:/home/app:/bin/bash"},
	/* what is not known stays so */
	{"unknown", "useradd app", "app:?:?:/home/app: %app:?"},
	{"unknown", "useradd -u 1001 app", "app:1001:?:/home/app: %app:?"},
	{"unknown", "useradd -u 1001 -g 0 app", "app:1001:0:/home/app:"},
	{"unknown", "apt-get update && useradd app", "app:?:?:/home/app: %app:?"},
	{"debian", "useradd $FLAGS app", "app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "useradd -u $(cat /uid) app", "app:?:?:/home/app:/bin/sh %app:?"},
	{"debian", "useradd \"$(cat /name)\"", "!"},
};

static const struct row shadow_rows[] = {
	{"debian", "groupadd app", "%app:1000"},
	{"debian", "groupadd -r app", "%app:999"},
	{"debian", "groupadd --gid 1234 app", "%app:1234"},
	{"debian", "groupadd -f app; groupadd -f app", "%app:1000"},
	{"debian", "groupadd -f -g 4 yy", "%yy:1000"},
	{"debian", "groupadd -g 4 x; true", ""},
	{"debian", "groupadd -o -g 4 x", "%x:4"},
	{"debian", "groupadd -g 1000 app && useradd -u 1000 -g app -m app",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian",
		"groupadd -r mysql && useradd -r -g mysql mysql --home-dir "
		"/var/lib/mysql",
		"mysql:999:999:/var/lib/mysql:/bin/sh %mysql:999"},
	{"debian", "useradd a; userdel a", ""},
	{"debian", "userdel games", "-games -%games"},
	{"debian", "useradd a; userdel $(id -un 1000)",
		"?a:1000:1000:/home/a:/bin/sh ?%users:100 ?%a:1000"},
	{"debian", "userdel -r www-data", "-www-data -%www-data"},
	{"debian", "useradd a; useradd -g a b; userdel a",
		"b:1001:1000:/home/b:/bin/sh %a:1000"},
	{"debian", "useradd -m a; useradd b; usermod -aG a b; userdel -r a",
		"b:1001:1001:/home/b:/bin/sh %a:1000 %b:1001 b@a"},
	{"debian", "useradd a; groupdel a; true",
		"a:1000:1000:/home/a:/bin/sh %a:1000"},
	{"debian", "groupadd a; groupdel a", ""},
	{"debian", "groupdel staff", "-%staff"},
	{"debian", "useradd a; groupmod -n b a", "a:1000:1000:/home/a:/bin/sh %b:1000"},
	{"debian", "useradd a; groupmod -g 2000 a",
		"a:1000:2000:/home/a:/bin/sh %a:2000"},
	{"debian", "useradd a; usermod -l b a", "b:1000:1000:/home/a:/bin/sh %a:1000"},
	{"debian", "useradd a; usermod -l b -d /home/b -m a",
		"b:1000:1000:/home/b:/bin/sh %a:1000"},
	{"debian", "useradd a; usermod -u 2000 a",
		"a:2000:1000:/home/a:/bin/sh %a:1000"},
	{"debian", "useradd a; usermod -g 0 a", "a:1000:0:/home/a:/bin/sh %a:1000"},
	{"debian", "useradd a; usermod -G sudo a",
		"a:1000:1000:/home/a:/bin/sh %a:1000 a@sudo"},
	{"debian", "useradd -G sudo,users a; usermod -G users a",
		"a:1000:1000:/home/a:/bin/sh %a:1000 a@users"},
	{"debian", "useradd a; usermod -a -G users a; usermod -aG sudo a",
		"a:1000:1000:/home/a:/bin/sh %a:1000 a@users a@sudo"},
	{"debian", "useradd a; gpasswd -a a sudo",
		"a:1000:1000:/home/a:/bin/sh %a:1000 a@sudo"},
	{"debian", "useradd a; gpasswd -a a sudo; gpasswd -d a sudo",
		"a:1000:1000:/home/a:/bin/sh %a:1000"},
	{"debian", "usermod -s /bin/sh root", "root:0:0:/root:/bin/sh"},
	{"debian", "usermod -u 1000 www-data && groupmod -g 1000 www-data",
		"www-data:1000:1000:/var/www:/usr/sbin/nologin %www-data:1000"},
};

static const struct row debian_rows[] = {
	{"debian", "adduser app",
		"app:1000:1000:/home/app:/bin/bash %app:1000 app@users"},
	{"debian", "adduser --disabled-password --gecos \"\" app",
		"app:1000:1000:/home/app:/bin/bash %app:1000 app@users"},
	{"debian", "adduser --disabled-password --uid 1200 content",
		"content:1200:1200:/home/content:/bin/bash %content:1200 "
		"content@users"},
	{"debian", "adduser -u 1200 --disabled-password --gecos '' app",
		"app:1200:1200:/home/app:/bin/bash %app:1200 app@users"},
	{"debian", "adduser --system app",
		"app:100:65534:/nonexistent:/usr/sbin/nologin"},
	{"debian", "adduser --system --group app",
		"app:100:101:/nonexistent:/usr/sbin/nologin %app:101"},
	{"debian", "adduser --system --uid 300 --group app",
		"app:300:300:/nonexistent:/usr/sbin/nologin %app:300"},
	{"debian", "adduser --system --home /x --shell /bin/sh --ingroup users app",
		"app:100:100:/x:/bin/sh"},
	{"debian",
		"adduser --system --group x; adduser --system --group x; "
		"adduser --disabled-password --gecos '' --ingroup x y",
		"x:100:101:/nonexistent:/usr/sbin/nologin y:1000:101:/home/y:/bin/bash "
		"%x:101 y@users"},
	{"debian", "adduser --disabled-login --gecos x a",
		"a:1000:1000:/home/a:/usr/sbin/nologin %a:1000 a@users"},
	{"debian", "adduser --disabled-password --gecos '' --gid 100 x",
		"x:1000:100:/home/x:/bin/bash x@users"},
	{"debian", "adduser --disabled-password --gecos '' --gid 1000 x; true", ""},
	{"debian", "groupadd app; adduser --disabled-password --gecos '' app; true",
		"%app:1000"},
	{"debian", "groupadd -g 1000 x; adduser --disabled-password --gecos '' app",
		"app:1001:1001:/home/app:/bin/bash %x:1000 %app:1001 app@users"},
	{"debian", "adduser --uid 5 --disabled-password games2; true", ""},
	{"debian", "adduser -D app; true", ""},
	{"debian", "adduser -S app; true", ""},
	{"debian", "addgroup app", "%app:1000"},
	{"debian", "addgroup --system app", "%app:101"},
	{"debian", "addgroup --gid 1234 app", "%app:1234"},
	{"debian", "adduser --group x", "%x:1000"},
	{"debian", "addgroup -S app; true", ""},
	{"debian", "useradd a; adduser a sudo",
		"a:1000:1000:/home/a:/bin/sh %a:1000 a@sudo"},
	{"debian", "adduser --disabled-password --gecos x a; deluser a", ""},
	{"debian", "useradd -G sudo a; deluser a sudo",
		"a:1000:1000:/home/a:/bin/sh %a:1000"},
	{"debian", "addgroup x; delgroup x", ""},
	{"debian", "addgroup --system app && adduser --system --ingroup app app",
		"app:100:101:/nonexistent:/usr/sbin/nologin %app:101"},
	{"debian", "deluser --remove-home games", "-games -%games"},
	{"debian",
		"adduser --quiet --disabled-password --shell /bin/sh --home /a "
		"--gecos User a",
		"a:1000:1000:/a:/bin/sh %a:1000 a@users"},
};

static const struct row busybox_rows[] = {
	{"busybox", "adduser -D app", "app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"busybox", "adduser app", "app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"busybox", "adduser --disabled-password --gecos '' --uid 1200 a",
		"a:1200:1200:/home/a:/bin/sh %a:1200"},
	{"busybox", "adduser -S app; true", ""},
	{"busybox", "addgroup -S app && adduser -S app -G app",
		"app:100:101:/home/app:/bin/false %app:101 app@app"},
	{"busybox", "adduser -S -D -H -G bin -s /bin/sh x",
		"x:100:1:/home/x:/bin/sh x@bin"},
	{"busybox", "adduser -D -u 1234 -h /srv x", "x:1234:1234:/srv:/bin/sh %x:1234"},
	{"busybox",
		"addgroup -g 500 g; adduser -D -G g x; addgroup x wheel; "
		"adduser x bin",
		"x:1000:500:/home/x:/bin/sh %g:500 x@g x@wheel x@bin"},
	{"busybox", "adduser -D a; deluser a", ""},
	{"busybox",
		"adduser -D a; addgroup a wheel; delgroup a wheel; delgroup a; true",
		"a:1000:1000:/home/a:/bin/sh %a:1000"},
	{"busybox", "adduser -D -G 10 a; true", ""},
	{"busybox", "addgroup --system g", "%g:101"},
	{"busybox", "addgroup --gid 77 g", "%g:77"},
	{"busybox", "adduser -D -G root a", "a:1000:0:/home/a:/bin/sh a@root"},
	{"busybox", "adduser -D a b", "a:1000:1000:/home/a:/bin/sh %a:1000"},
	{"busybox", "adduser -u 0 -D a; true", ""},
	{"busybox", "addgroup g g2; true", ""},
	{"busybox", "addgroup -S g; addgroup -S h; addgroup k",
		"%g:101 %h:102 %k:1000"},
	{"busybox", "adduser -S -u 5 -G bin a", "a:5:1:/home/a:/bin/false a@bin"},
	{"busybox", "addgroup -g 1000 x; adduser -D a",
		"a:1001:1001:/home/a:/bin/sh %x:1000 %a:1001"},
	{"alpine", "adduser -S app",
		"app:100:65533:/home/app:/sbin/nologin app@nogroup"},
	{"alpine", "addgroup -S app && adduser -S -G app app",
		"app:100:101:/home/app:/sbin/nologin %app:101 app@app"},
	{"alpine", "addgroup -g 1000 -S app && adduser -u 1000 -S app -G app",
		"app:1000:1000:/home/app:/sbin/nologin %app:1000 app@app"},
	{"alpine", "apk add --no-cache shadow && useradd -u 1000 app",
		"app:1000:1000:/home/app: %app:1000"},
};

static const struct row shell_rows[] = {
	/* guards */
	{"debian", "id app || useradd app",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "id games || useradd games", ""},
	{"debian", "id -u games >/dev/null 2>&1 || useradd games", ""},
	{"unknown", "id -u app || useradd -u 1000 app", "app:?:?:/home/app: %app:?"},
	{"unknown", "id -u app || useradd -u 1000 -g 0 app", "app:?:?:/home/app:"},
	{"debian", "getent passwd app || useradd app",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "getent group 100 || groupadd -g 100 app", ""},
	{"debian", "getent group 1000 || groupadd -g 1000 app", "%app:1000"},
	{"debian", "grep -q '^games:' /etc/passwd || useradd games", ""},
	{"debian", "grep -q '^app:' /etc/passwd || useradd app",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "if id games; then userdel games; fi", "-games -%games"},
	{"debian", "if id ubuntu; then userdel ubuntu; fi; useradd app",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "if ! id app >/dev/null; then useradd app; else userdel app; fi",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "true && useradd a; false && useradd b",
		"a:1000:1000:/home/a:/bin/sh %a:1000"},
	{"debian", "true || useradd a; false || useradd b",
		"b:1000:1000:/home/b:/bin/sh %b:1000"},
	{"debian", "[ 1 = 1 ] && useradd a; [ 1 = 2 ] && useradd b; true",
		"a:1000:1000:/home/a:/bin/sh %a:1000"},
	{"debian", "test -n \"\" || useradd a", "a:1000:1000:/home/a:/bin/sh %a:1000"},
	{"debian", "[ -f /x ] && useradd a; true",
		"?a:1000:1000:/home/a:/bin/sh ?%a:1000"},
	{"debian", "useradd -m app || true",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "useradd games || true", ""},
	{"debian", "id games && userdel games || useradd x", "-games -%games"},
	{"debian", "id x && userdel x || useradd x",
		"x:1000:1000:/home/x:/bin/sh %x:1000"},
	{"debian", "if id x || id games; then groupadd a; else groupadd b; fi",
		"%a:1000"},
	{"debian", "if id x && id games; then groupadd a; else groupadd b; fi",
		"%b:1000"},
	{"debian", "if [ -f /x ] || id games; then groupadd a; else groupadd b; fi",
		"%a:1000"},
	{"debian", "if [ -f /x ] && id games; then groupadd a; else groupadd b; fi",
		"?%a:1000 ?%b:?"},
	{"debian", "groupadd -g 1000 app || groupmod -n app $(getent group 1000)",
		"%app:1000"},
	{"debian", "exit 0; useradd a", ""},
	{"debian", "command -v useradd && useradd a",
		"a:1000:1000:/home/a:/bin/sh %a:1000"},
	{"alpine", "if command -v useradd; then useradd a; else adduser -D a; fi",
		"a:1000:1000:/home/a:/bin/sh %a:1000"},
	{"debian",
		"if [ -f /etc/alpine-release ]; then adduser -D a; else useradd a; fi",
		"a:1000:1000:/home/a:/bin/sh %a:1000"},
	/* variables */
	{"debian", "U=app && useradd $U", "app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "U=wrong true && useradd -u 1200 x$U",
		"x:1200:1200:/home/x:/bin/sh %x:1200"},
	{"debian", "mk() { local U=app; useradd $U; }; mk",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "export U=app; useradd \"${U}\"",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "useradd -u ${ID:-1234} app",
		"app:1234:1234:/home/app:/bin/sh %app:1234"},
	{"debian", "useradd ${U:-app}x",
		"appx:1000:1000:/home/appx:/bin/sh %appx:1000"},
	{"debian", "O='-u 1234 -m'; useradd $O app",
		"app:1234:1234:/home/app:/bin/sh %app:1234"},
	{"debian", "useradd -u $ENV_UID $ENV_USER",
		"ml:4000:4000:/home/ml:/bin/sh %ml:4000"},
	{"debian", "for u in a b; do useradd $u; done",
		"a:1000:1000:/home/a:/bin/sh b:1001:1001:/home/b:/bin/sh "
		"%a:1000 %b:1001"},
	{"debian", "N=app-x; useradd ${N%-*}",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "N=x-app; useradd ${N#*-}",
		"app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "(U=a; useradd $U)", "a:1000:1000:/home/a:/bin/sh %a:1000"},
	/* shells in shells */
	{"debian", "sh -c 'useradd app'", "app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "bash -lc \"groupadd app\"", "%app:1000"},
	{"debian", "sudo useradd app", "app:1000:1000:/home/app:/bin/sh %app:1000"},
	{"debian", "f() { groupadd x; }; f", "%x:1000"},
	{"debian", "echo 'groupadd x' | sh", "%x:1000"},
	{"debian", "curl -fsSL https://example.com/x | sh", "!"},
	{"debian", "curl -fsSL https://example.com/x -o /tmp/x && sh /tmp/x", "!"},
	{"debian", "wget -qO- https://example.com/x | bash -s -- -y", "!"},
	{"debian", "ansible-playbook site.yml", "!"},
	{"debian", "./setup.sh", "!"},
	{"debian", "./configure && make && make install", ""},
	{"debian", "apt-get update && pip install x && python setup.py install", ""},
	{"debian", "/opt/conda/bin/conda install -y x", ""},
	{"debian", "bash Miniconda3-latest-Linux-x86_64.sh -b -p /opt/conda", ""},
};

static const struct row file_rows[] = {
	{"debian", "echo 'app:x:1500:1600:App:/home/app:/bin/sh' >> /etc/passwd",
		"app:1500:1600:/home/app:/bin/sh"},
	{"debian",
		"echo \"app:x:1500:0::/:/bin/sh\" >> /etc/passwd && "
		"echo 'data:x:1601:app,svc' >> /etc/group",
		"app:1500:0:/:/bin/sh %data:1601 app@data svc@data"},
	{"debian", "printf 'app:x:1:2::/a:/b\\n' >> /etc/passwd", "app:1:2:/a:/b"},
	{"debian", "printf '%s\\n' 'a:x:1:2::/a:/b' 'c:x:3:4::/c:/d' >> /etc/passwd",
		"a:1:2:/a:/b c:3:4:/c:/d"},
	{"debian", "echo 'app:x:7:7::/a:/b' | tee -a /etc/passwd", "app:7:7:/a:/b"},
	{"debian", "cat >> /etc/passwd <<E\napp:x:7:7::/a:/b\nE\n", "app:7:7:/a:/b"},
	{"debian", "echo \"app:x:${N}:7::/a:/b\" >> /etc/passwd", "app:?:7:/a:/b"},
	{"debian", "echo 'games:x:7:7::/a:/b' >> /etc/passwd", ""},
	{"scratch", "echo 'root:x:0:0::/:/bin/sh' > /etc/passwd", "root:0:0:/:/bin/sh"},
	{"debian", "cat /x >> /etc/passwd", "!"},
	/* the engine reads on where a line is odd */
	{"scratch", "printf 'a\nb:x:12\nc:x:many:2::/:/s\n' > /etc/passwd",
		"a:0:0:: b:12:0:: c:0:2:/:/s"},
	{"scratch", "printf 'g:x:7:a\ng:x:8:a, b\n' > /etc/group",
		"%g:7 %g::8 a@g a@g: b@g:"},
	/* a program that changes lines leaves no id for sure, but root's */
	{"scratch",
		"printf 'root:x:0:0::/:/s\na:x:1:2::/:/s\n' > /etc/passwd; "
		"sed -i 's/1/2/' /etc/passwd",
		"root:0:0:/:/s ?a:?:?:/:/s !"},
	{"scratch", "printf 'a:x:1:2::/:/s\n' > /etc/passwd; sed -i /^a:/d /etc/passwd",
		"?a:?:?:/:/s !"},
	{"scratch",
		"printf 'root:x:0:0::/:/s\n' > /etc/passwd; "
		"sed -i 's/root:x:0/root:x:7/' /etc/passwd",
		"?root:?:?:/:/s !"},
	{"scratch", "echo 'g:x:7:a' > /etc/group; perl -pi -e 's/7/8/' /etc/group",
		"?%g:? ?a@g !"},
	{"scratch",
		"echo 'a:x:1:2::/:/s' > /etc/passwd; "
		"python3 -c \"open('/etc/passwd','w').write(x)\"",
		"?a:?:?:/:/s !"},
	{"scratch", "echo 'a:x:1:2::/:/s' > /etc/passwd; awk '{print 1}' /etc/passwd",
		"a:1:2:/:/s"},
	{"scratch", "echo 'a:x:1:2::/:/s' > /etc/passwd; sort /x > /etc/passwd",
		"?a:?:?:/:/s !"},
	/* nothing is left of them */
	{"scratch", "echo 'a:x:1:2::/:/s' > /etc/passwd; rm -f /etc/passwd", ""},
	{"scratch", "echo 'a:x:1:2::/:/s' > /etc/passwd; > /etc/passwd", ""},
	{"scratch", "echo 'a:x:1:2::/:/s' > /etc/passwd; : > /etc/passwd", ""},
	{"scratch", "echo 'g:x:1:a' > /etc/group; truncate -s 0 /etc/group", ""},
	{"scratch", "{ echo 'a:x:1:2::/:/s'; } > /etc/passwd", "a:1:2:/:/s"},
	{"scratch", "if true; then echo 'a:x:1:2::/:/s'; fi > /etc/passwd",
		"a:1:2:/:/s"},
	{"scratch", "echo 'a:x:1:2::/:/s' > /etc/passwd; test -e /x && rm /etc/passwd",
		"?a:1:2:/:/s"},
	{"debian", "sed -i 's#/bin/sh#/bin/bash#' /etc/passwd", ""},
	/* a program of the base makes no account, a script that came from elsewhere may */
	{"debian", "/probe", ""},
	{"debian", "/tmp/install.sh", "!"},
	{"scratch", "cp /x/passwd /etc/passwd", "!"},
	{"debian", "printf 'b:pw:1300:1300:x:/home/b:/bin/sh\\n' | newusers",
		"b:1300:1300:/home/b:/bin/sh"},
	{"debian", "echo 'groupadd x' > /s.sh && sh /s.sh", "%x:1000"},
	{"debian", "printf '#!/bin/sh\\ngroupadd $1\\n' > /s && chmod +x /s && /s y",
		"%y:1000"},
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str expected = str_c(rows[i].expected), got;
		struct bed bed;

		bed_make(&bed, rows[i].base);
		bed_env(&bed, "ENV_USER", "ml");
		bed_env(&bed, "ENV_UID", "4000");
		bed_run(&bed, rows[i].text);
		got = bed_difference(&bed);
		if (!str_eq(got, expected))
			print_error("%s: %s\n  got      '%.*s'\n  expected '%.*s'\n",
				rows[i].base, rows[i].text, STR_ARG(got),
				STR_ARG(expected));
		assert_true(str_eq(got, expected));
		bed_free(&bed);
	}
}

#define CHECK_ROWS(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

static void useradd_makes_what_shadow_makes(void **state)
{
	(void)state;
	CHECK_ROWS(useradd_rows);
}

static void shadow_changes_and_removes(void **state)
{
	(void)state;
	CHECK_ROWS(shadow_rows);
}

static void debian_adduser_is_the_perl_script(void **state)
{
	(void)state;
	CHECK_ROWS(debian_rows);
}

static void busybox_adduser_is_the_applet(void **state)
{
	(void)state;
	CHECK_ROWS(busybox_rows);
}

static void the_shell_decides_what_runs(void **state)
{
	(void)state;
	CHECK_ROWS(shell_rows);
}

static void files_are_written(void **state)
{
	(void)state;
	CHECK_ROWS(file_rows);
}

/* ---- scripts of the context ---- */

static void a_copied_script_is_followed(void **state)
{
	struct bed bed;

	(void)state;
	bed_make(&bed, "debian");
	bed_copy(&bed, "/setup.sh",
		"#!/bin/bash\nset -e\n. /lib.sh\nf() { useradd -u $ID \"$1\"; }\nf ml\n");
	bed_copy(&bed, "/lib.sh", "ID=1300\n");
	bed_run(&bed, "bash /setup.sh ml");
	bed_copy(&bed, "/more.sh", "useradd \"$2\"\n");
	bed_run(&bed, "cd / && chmod +x more.sh && ./more.sh a b");
	assert_str(bed_difference(&bed),
		"ml:1300:1300:/home/ml:/bin/sh b:1301:1301:/home/b:/bin/sh "
		"%ml:1300 %b:1301");
	bed_free(&bed);
}

static void only_root_changes_accounts(void **state)
{
	static const struct {
		const char *user, *text, *expected;
	} cases[] = {
		{"33", "useradd b", ""},
		{"www-data", "./setup.sh; useradd b || true", ""},
		{"www-data", "sudo useradd -u 1300 b",
			"b:1300:1300:/home/b:/bin/sh %b:1300"},
		{"0:33", "useradd -u 1300 b", "b:1300:1300:/home/b:/bin/sh %b:1300"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bed bed;

		bed_make(&bed, "debian");
		bed.state.user = fact_set(&bed.arena, LAYER_BUILD,
			value_literal(&bed.arena, str_c(cases[i].user), SPAN_NONE),
			SPAN_NONE, NULL);
		bed_run(&bed, cases[i].text);
		assert_str(bed_difference(&bed), cases[i].expected);
		bed_free(&bed);
	}
}

static void a_relative_script_is_found_from_the_root(void **state)
{
	struct bed bed;

	(void)state;
	bed_make(&bed, "debian");
	bed.state.workdir = fact_unset(&bed.arena, LAYER_ENGINE, SPAN_NONE);
	bed_copy(&bed, "/setup.sh", "useradd -u 1300 b\n");
	bed_run(&bed, "./setup.sh");
	assert_str(bed_difference(&bed), "b:1300:1300:/home/b:/bin/sh %b:1300");
	bed_free(&bed);
}

static void a_script_that_runs_itself_ends(void **state)
{
	struct bed bed;

	(void)state;
	bed_make(&bed, "debian");
	bed_copy(&bed, "/a.sh", "sh /a.sh\nsh /a.sh\nsh /a.sh\n");
	bed_run(&bed, "sh /a.sh");
	assert_str(bed_difference(&bed), "!");
	bed_free(&bed);
}

static void other_programs_are_no_shell_scripts(void **state)
{
	struct bed bed;

	(void)state;
	bed_make(&bed, "debian");
	bed_copy(&bed, "/manage", "#!/usr/bin/env python3\nuseradd app\n");
	bed_run(&bed, "/manage");
	assert_str(bed_difference(&bed), "");
	bed_free(&bed);
}

static void copying_the_account_files_replaces_them(void **state)
{
	struct bed bed;

	(void)state;
	bed_make(&bed, "scratch");
	bed_copy(&bed, "/etc/passwd", "app:x:1500:1500::/home/app:/bin/sh\n");
	bed_copy(&bed, "/etc/group", "app:x:1500:\n");
	assert_str(bed_difference(&bed), "app:1500:1500:/home/app:/bin/sh %app:1500");
	bed_free(&bed);
}

static void a_hostile_build_is_followed_only_so_far(void **state)
{
	struct buf text;
	struct bed bed;

	(void)state;
	bed_make(&bed, "debian");
	text = (struct buf){.arena = &bed.arena};
	for (int i = 0; i < 2 * EFFECT_TOOLS_MAX; i++)
		buf_printf(&text, "useradd -r u%d; ", i);
	buf_char(&text, '\0');
	bed_run(&bed, buf_str(&text).p);
	assert_non_null(accounts_doubts(bed.state.accounts));
	assert_true(accounts_changes(bed.state.accounts) <= ACCOUNTS_MAX + 1);
	assert_true(bed.arena.used < 64 * 1024 * 1024);
	bed_free(&bed);
}

/* ---- notes ---- */

static void problems_say_why_a_tool_fails(void **state)
{
	static const struct row rows[] = {
		{"alpine", "useradd app", "TOOL_MISSING useradd"},
		{"alpine", "apk add shadow; useradd app", ""},
		{"alpine", "adduser --disabled-login app",
			"OTHER_DISTRO --disabled-login"
			" PASSWORD_ASKED app"},
		{"debian", "adduser -D app", "OTHER_DISTRO -D"},
		{"debian", "adduser -S -G users app", "OTHER_DISTRO -S"},
		{"debian", "adduser app", "PASSWORD_ASKED app"},
		{"debian", "useradd games", "NAME_TAKEN games"},
		{"debian", "useradd games || true", "~NAME_TAKEN games"},
		{"debian", "groupadd users", "NAME_TAKEN users"},
		{"debian", "useradd -u 33 app", "UID_TAKEN app"},
		{"debian", "groupadd -g 100 app", "GID_TAKEN app"},
		{"debian", "useradd -g app app", "GROUP_MISSING app"},
		{"debian", "usermod -aG docker games", "GROUP_MISSING docker"},
		{"debian", "usermod -aG users app", "USER_MISSING app"},
		{"debian", "userdel ubuntu", "USER_MISSING ubuntu"},
		{"debian", "userdel ubuntu || true", "~USER_MISSING ubuntu"},
		{"debian", "groupdel games", "USER_BUSY games"},
		{"debian", "useradd -u 1000000 app", "HUGE_LOG app"},
		{"debian", "useradd -l -u 1000000 app", ""},
		{"unknown", "userdel ubuntu", ""},
		{"unknown", "useradd -u 1000 app", ""},
		{"ubuntu", "apt-get install -y docker && usermod -aG docker games", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bed bed;
		struct str got;

		bed_make(&bed, rows[i].base);
		bed_run(&bed, rows[i].text);
		got = bed_problems(&bed);
		if (!str_eq(got, str_c(rows[i].expected)))
			print_error("%s: %s\n", rows[i].base, rows[i].text);
		assert_str(got, rows[i].expected);
		bed_free(&bed);
	}
}

static void one_mistake_does_not_hide_what_was_meant(void **state)
{
	struct bed bed;

	(void)state;
	bed_make(&bed, "debian");
	bed_run(&bed, "adduser -D -u 1500 app && chown app /srv");
	assert_str(bed_difference(&bed), "app:1500:1500:/home/app:/bin/bash %app:1500");
	assert_int_equal(bed.notes.uses.n, 1);
	assert_int_equal(bed.notes.uses.at[0].found, ANSWER_YES);
	bed_free(&bed);
}

static void uses_name_accounts(void **state)
{
	struct bed bed;
	const struct identity_use *u;

	(void)state;
	bed_make(&bed, "debian");
	bed_run(&bed,
		"chown -R app:users /app && install -o games -g 100 a b && "
		"gosu nobody true && chgrp nope /x");
	u = bed.notes.uses.at;
	assert_int_equal(bed.notes.uses.n, 6);
	assert_str(u[0].text, "app");
	assert_int_equal(u[0].found, ANSWER_NO);
	assert_int_equal(u[0].span.offset, 9);
	assert_int_equal(u[0].span.length, 3);
	assert_str(u[1].text, "users");
	assert_true(u[1].is_group);
	assert_int_equal(u[1].found, ANSWER_YES);
	assert_str(u[2].text, "games");
	assert_str(u[3].text, "100");
	assert_true(u[3].is_number);
	assert_str(u[4].tool, "gosu");
	assert_int_equal(u[4].found, ANSWER_YES);
	assert_int_equal(u[5].found, ANSWER_NO);
	bed_free(&bed);
}

static void acts_give_privilege_away(void **state)
{
	static const struct {
		const char *text;
		int kind; /* -1: none */
		const char *subject;
	} rows[] = {
		{"chmod u+s /bin/x", ACT_SETUID, "/bin/x"},
		{"chmod 4755 /bin/x", ACT_SETUID, "/bin/x"},
		{"chmod +s /bin/x", ACT_SETUID, "/bin/x"},
		{"chmod g+s /bin/x", ACT_SETGID, "/bin/x"},
		{"chmod g+s /var/www", -1, ""},
		{"chmod 0755 /bin/x", -1, ""},
		{"chmod +x /bin/x", -1, ""},
		{"chmod -s /bin/x", -1, ""},
		{"setcap cap_net_raw+ep /bin/x", ACT_FILE_CAPS, "/bin/x"},
		{"setcap -r /bin/x", -1, ""},
		{"echo 'app ALL=(ALL) NOPASSWD:ALL' >> /etc/sudoers", ACT_NOPASSWD,
			"app"},
		{"echo 'app ALL=(ALL) ALL' > /etc/sudoers.d/app", ACT_SUDOERS, "app"},
		{"usermod -aG sudo games", ACT_ADMIN_GROUP, "games"},
		{"adduser games sudo", ACT_ADMIN_GROUP, "games"},
		{"echo root:secret | chpasswd", ACT_PASSWORD, "root"},
		{"useradd -p x app", ACT_PASSWORD, "app"},
		{"passwd -d root", ACT_PASSWORD_OFF, "root"},
		{"passwd -l root", -1, ""},
		{"useradd -o -u 0 toor", ACT_ROOT_ALIAS, "toor"},
		{"install -m 4755 a /bin/x", ACT_SETUID, "/bin/x"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bed bed;

		bed_make(&bed, "debian");
		bed_run(&bed, rows[i].text);
		if ((rows[i].kind < 0) != (bed.notes.acts.n == 0))
			print_error("%s\n", rows[i].text);
		assert_int_equal(bed.notes.acts.n == 0, rows[i].kind < 0);
		if (bed.notes.acts.n) {
			assert_int_equal((int)bed.notes.acts.at[0].kind, rows[i].kind);
			assert_str(bed.notes.acts.at[0].subject, rows[i].subject);
		}
		bed_free(&bed);
	}
}

/* ---- packages ---- */

static void a_package_may_make_a_user_of_its_name(void **state)
{
	const struct account *u;
	struct bed bed;

	(void)state;
	bed_make(&bed, "debian");
	bed_run(&bed,
		"apt-get update && apt-get install -y --no-install-recommends "
		"memcached=1.6 curl:amd64 && rm -rf /var/lib/apt/lists/*");
	assert_int_equal(
		accounts_find(bed.state.accounts, STR("memcached"), &u), ANSWER_MAYBE);
	assert_int_equal(
		accounts_find(bed.state.accounts, STR("curl"), &u), ANSWER_MAYBE);
	assert_int_equal(accounts_find(bed.state.accounts, STR("wget"), &u), ANSWER_NO);
	bed_run(&bed, "apt-get install -y nginx-full postgresql-9.3");
	assert_int_equal(
		accounts_find(bed.state.accounts, STR("postgres"), &u), ANSWER_MAYBE);
	assert_int_equal(
		accounts_find(bed.state.accounts, STR("nginx"), &u), ANSWER_MAYBE);
	assert_int_equal(accounts_find(bed.state.accounts, STR("ngin"), &u), ANSWER_NO);
	assert_str(accounts_why_maybe(bed.state.accounts, STR("curl"))->why,
		"the package curl may make it");
	assert_int_equal(package_find(bed.state.packages, STR("curl")), ANSWER_YES);
	assert_int_equal(package_find(bed.state.packages, STR("-y")), ANSWER_NO);
	bed_free(&bed);
}

static void an_unknown_command_may_make_what_it_names(void **state)
{
	const struct account *u;
	struct bed bed;

	(void)state;
	bed_make(&bed, "debian");
	bed_run(&bed, "\"${make[@]}\" -u 1000 app; $TOOLS/bin/conda install numpy");
	assert_int_equal(
		accounts_find(bed.state.accounts, STR("app"), &u), ANSWER_MAYBE);
	assert_int_equal(
		accounts_find(bed.state.accounts, STR("numpy"), &u), ANSWER_NO);
	assert_null(accounts_doubts(bed.state.accounts));
	bed_free(&bed);
}

static void a_chosen_id_is_told_from_a_given_one(void **state)
{
	const struct account *u;
	struct bed bed;

	(void)state;
	bed_make(&bed, "debian");
	bed_run(&bed, "useradd -u 1234 a && useradd b");
	assert_int_equal(accounts_find(bed.state.accounts, STR("a"), &u), ANSWER_YES);
	assert_true(u->uid.is_chosen);
	assert_int_equal(u->uid.span.offset, 11);
	assert_int_equal(u->span.offset, 16);
	assert_int_equal(accounts_find(bed.state.accounts, STR("b"), &u), ANSWER_YES);
	assert_false(u->uid.is_chosen);
	bed_free(&bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(useradd_makes_what_shadow_makes),
		cmocka_unit_test(shadow_changes_and_removes),
		cmocka_unit_test(debian_adduser_is_the_perl_script),
		cmocka_unit_test(busybox_adduser_is_the_applet),
		cmocka_unit_test(the_shell_decides_what_runs),
		cmocka_unit_test(files_are_written),
		cmocka_unit_test(a_copied_script_is_followed),
		cmocka_unit_test(only_root_changes_accounts),
		cmocka_unit_test(a_relative_script_is_found_from_the_root),
		cmocka_unit_test(a_script_that_runs_itself_ends),
		cmocka_unit_test(other_programs_are_no_shell_scripts),
		cmocka_unit_test(copying_the_account_files_replaces_them),
		cmocka_unit_test(a_hostile_build_is_followed_only_so_far),
		cmocka_unit_test(problems_say_why_a_tool_fails),
		cmocka_unit_test(one_mistake_does_not_hide_what_was_meant),
		cmocka_unit_test(uses_name_accounts),
		cmocka_unit_test(acts_give_privilege_away),
		cmocka_unit_test(a_package_may_make_a_user_of_its_name),
		cmocka_unit_test(an_unknown_command_may_make_what_it_names),
		cmocka_unit_test(a_chosen_id_is_told_from_a_given_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
