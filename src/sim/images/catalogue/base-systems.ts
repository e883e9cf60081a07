// Operating systems, languages and tool boxes: they run what they are told, or end.
import type { ImageRepository } from '../image-repository.ts';

const LANGUAGE_TAGS = '(-(alpine(3\\.\\d+)?|slim|bookworm|bullseye|buster|slim-(bookworm|bullseye)|trixie))?';
const language = (versions: string): RegExp => new RegExp(`latest|alpine|slim|bookworm|(${versions})${LANGUAGE_TAGS}`);

export const BASE_SYSTEMS: readonly ImageRepository[] = [
  { name: 'docker.io/library/busybox', tags: /latest|stable|glibc|musl|uclibc|unstable|stable-(glibc|musl|uclibc)|1|1\.(2[0-9]|3[0-7])(\.\d)?(-(glibc|musl|uclibc))?/, sizeMb: 2.2, base: 'busybox', command: ['sh'] },
  { name: 'docker.io/library/alpine', tags: /latest|edge|3|3\.(\d|1\d|2[0-3])(\.\d{1,2})?|2\.[67]/, sizeMb: 3.8, base: 'alpine', command: ['/bin/sh'] },
  { name: 'docker.io/library/ubuntu', tags: /latest|rolling|devel|noble|jammy|focal|bionic|xenial|trusty|plucky|(14|16|18|20|22|24)\.04|25\.(04|10)|24\.10/, sizeMb: 29.7, base: 'debian', command: ['/bin/bash'] },
  { name: 'docker.io/library/debian', tags: /latest|stable|testing|unstable|sid|(trixie|bookworm|bullseye|buster|stretch|stable)(-slim)?|(8|9|1[0-3])(\.\d{1,2})?(-slim)?/, sizeMb: 48.5, base: 'debian', command: ['bash'] },
  { name: 'docker.io/library/centos', tags: /latest|centos[678]|[678]|7\.9\.2009/, sizeMb: 76, base: 'debian', command: ['/bin/bash'] },
  { name: 'docker.io/library/rockylinux', tags: /[89](\.\d+)?(-minimal)?/, sizeMb: 65, base: 'debian', command: ['/bin/bash'] },
  { name: 'docker.io/library/almalinux', tags: /latest|[89](\.\d+)?|10/, sizeMb: 68, base: 'debian', command: ['/bin/bash'] },
  { name: 'docker.io/library/fedora', tags: /latest|rawhide|3\d|4\d/, sizeMb: 60, base: 'debian', command: ['/bin/bash'] },
  { name: 'docker.io/library/amazonlinux', tags: /latest|2|2023|1/, sizeMb: 53, base: 'debian', command: ['/bin/bash'] },
  { name: 'docker.io/library/bash', tags: /latest|[345](\.\d+)?(\.\d+)?/, sizeMb: 6.6, base: 'debian', entrypoint: ['docker-entrypoint.sh'], command: ['bash'] },
  { name: 'docker.io/library/hello-world', tags: /latest|linux/, sizeMb: 0.01, base: 'none', command: ['/hello'], tools: { hello: ['', 'Hello from Docker!', 'This message shows that your installation appears to be working correctly.', ''] } },
  { name: 'docker.io/library/python', tags: language('2|2\\.7|3|3\\.([4-9]|1[0-4])(\\.\\d{1,2})?'), sizeMb: 360, base: 'debian', command: ['python3'], servers: { 'python -m http.server': { ports: [8000], http: { 8000: 'any' } } }, tools: { python3: [], python: [], pip: [] } },
  { name: 'docker.io/library/node', tags: language('lts|current|\\d{1,2}(\\.\\d{1,2})?(\\.\\d{1,2})?|lts-alpine'), sizeMb: 390, base: 'debian', entrypoint: ['docker-entrypoint.sh'], command: ['node'], tools: { node: [], npm: [], npx: [] } },
  { name: 'docker.io/library/golang', tags: language('1|1\\.(\\d|1\\d|2[0-6])(\\.\\d{1,2})?'), sizeMb: 290, base: 'debian', command: ['bash'], tools: { go: [] } },
  { name: 'docker.io/library/perl', tags: language('5|5\\.(\\d|[1-3]\\d|4[0-2])(\\.\\d{1,2})?|5(\\.\\d+)?(\\.\\d+)?-(slim|threaded)'), sizeMb: 336, base: 'debian', command: ['perl'], tools: { perl: ['3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651'] } },
  { name: 'docker.io/library/ruby', tags: language('[23]|[23]\\.\\d(\\.\\d+)?'), sizeMb: 340, base: 'debian', command: ['irb'], tools: { ruby: [], irb: [] } },
  { name: 'docker.io/library/php', tags: /latest|(5|7|8)(\.\d)?(\.\d+)?(-(fpm|cli|apache))?(-alpine|-bookworm)?/, sizeMb: 178, base: 'debian', entrypoint: ['docker-php-entrypoint'], command: ['php', '-a'], servers: { 'php-fpm': { ports: [9000], stopCode: 0 }, 'apache2-foreground': { ports: [80], http: { 80: 'any' }, stopCode: 0 } }, tools: { php: [] } },
  { name: 'docker.io/library/openjdk', tags: /latest|(8|11|17|18|21)(-(jdk|jre|slim|jdk-slim|alpine|jre-slim))?/, sizeMb: 246, base: 'debian', command: ['jshell'], tools: { java: [], jshell: [] } },
  { name: 'docker.io/library/eclipse-temurin', tags: /latest|(8|11|17|21|25)(-(jdk|jre))?(-alpine|-jammy|-noble)?/, sizeMb: 235, base: 'debian', command: ['jshell'], tools: { java: [], jshell: [] } },
  { name: 'docker.io/library/wordpress', tags: /latest|[4-6](\.\d)?(\.\d)?(-(apache|fpm|php\d\.\d(-apache|-fpm)?))?/, sizeMb: 256, base: 'debian', entrypoint: ['docker-entrypoint.sh'], command: ['apache2-foreground'], servers: { 'apache2-foreground': { ports: [80], http: { 80: 'any' }, stopCode: 0 } } },
  { name: 'docker.io/library/tomcat', tags: /latest|(7|8|9|10|11)(\.\d+)?(\.\d+)?(-jdk\d+|-jre\d+)?/, sizeMb: 220, base: 'debian', command: ['catalina.sh', 'run'], servers: { 'catalina.sh': { ports: [8080], http: { 8080: 'any' }, stopCode: 143, readyAfterMs: 1_500 } } },
  { name: 'docker.io/library/jenkins', tags: /latest|2\.60\.3/, sizeMb: 310, base: 'debian', uid: 1000, entrypoint: ['/bin/tini', '--', '/usr/local/bin/jenkins.sh'], servers: { 'jenkins.sh': { ports: [8080, 50000], http: { 8080: 'any' }, stopCode: 143 } } },
  { name: 'docker.io/library/docker', tags: /latest|dind|\d\d(\.\d+)?(\.\d+)?(-dind|-cli)?/, sizeMb: 130, base: 'alpine', entrypoint: ['docker-entrypoint.sh'], command: ['sh'] },
  { name: 'docker.io/curlimages/curl', tags: /latest|[78]\.\d+\.\d+/, sizeMb: 9.9, base: 'alpine', uid: 100, entrypoint: ['/entrypoint.sh'], command: ['curl'] },
  { name: 'docker.io/nicolaka/netshoot', tags: /latest|v0\.\d+/, sizeMb: 205, base: 'debian', command: ['zsh'], tools: { zsh: [] } },
  { name: 'docker.io/amazon/aws-cli', tags: /latest|2\.\d+\.\d+|2\.\d+/, sizeMb: 137, base: 'debian', entrypoint: ['/usr/local/bin/aws'], tools: { aws: [] } },
  { name: 'docker.io/bitnami/kubectl', tags: /latest|1\.\d\d(\.\d+)?/, sizeMb: 95, base: 'debian', uid: 1001, entrypoint: ['kubectl'], tools: { kubectl: [] } },
  { name: 'docker.io/alpine/git', tags: /latest|v?2\.\d+\.\d+/, sizeMb: 24, base: 'alpine', entrypoint: ['git'], tools: { git: [] } },
  { name: 'docker.io/polinux/stress', tags: /latest|1\.0\.4/, sizeMb: 4, base: 'alpine', command: ['stress'], servers: { stress: { ports: [] } } },
  { name: 'docker.io/vish/stress', tags: /latest/, sizeMb: 1.6, base: 'none', entrypoint: ['/stress'], servers: { stress: { ports: [] } } },
  { name: 'docker.io/sonobuoy/systemd-logs', tags: /v0\.[34]/, sizeMb: 4, base: 'busybox', command: ['/get_systemd_logs.sh'], servers: { 'get_systemd_logs.sh': { ports: [], stopCode: 0 } } },
];
