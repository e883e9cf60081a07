// Web servers and small HTTP services.
import type { ImageRepository, ServerProgram } from '../image-repository.ts';

const NGINX_TAGS = /latest|stable|mainline|alpine|(stable|mainline)-(alpine|perl|alpine-perl|alpine-slim)|1|1-alpine|1\.(7\.[5-9]|7\.1[0-2]|8|8\.[01]|9|9\.\d|9\.1[0-5]|1[0-9]|2[0-9])(\.\d{1,2})?(-alpine|-alpine-slim|-perl|-alpine-perl|-bookworm|-bullseye)?/;
const nginx: ServerProgram = {
  ports: [80], http: { 80: ['/', '/index.html', '/50x.html'] }, webRoot: '/usr/share/nginx/html', stopCode: 0,
  greeting: ['/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration', '/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/', '/docker-entrypoint.sh: Configuration complete; ready for start up'],
};
const anyPath = (port: number, stopCode = 2): ServerProgram => ({ ports: [port], http: { [port]: 'any' }, stopCode });

export const WEB_SERVERS: readonly ImageRepository[] = [
  { name: 'docker.io/library/nginx', tags: NGINX_TAGS, sizeMb: 72.1, base: 'debian', entrypoint: ['/docker-entrypoint.sh'], command: ['nginx', '-g', 'daemon off;'], servers: { nginx } },
  { name: 'docker.io/nginxinc/nginx-unprivileged', tags: NGINX_TAGS, sizeMb: 71, base: 'debian', uid: 101, entrypoint: ['/docker-entrypoint.sh'], command: ['nginx', '-g', 'daemon off;'], servers: { nginx: { ...nginx, ports: [8080], http: { 8080: ['/', '/index.html'] } } } },
  { name: 'docker.io/bitnami/nginx', tags: /latest|1\.2\d(\.\d+)?(-debian-12-r\d+)?/, sizeMb: 66, base: 'debian', uid: 1001, entrypoint: ['/opt/bitnami/scripts/nginx/entrypoint.sh'], command: ['/opt/bitnami/scripts/nginx/run.sh'], servers: { 'run.sh': { ...nginx, ports: [8080, 8443], http: { 8080: ['/', '/index.html'] } } } },
  { name: 'docker.io/library/httpd', tags: /latest|alpine|2|2\.4|2\.4\.(1\d|2\d|3\d|4\d|5\d|6\d)(-alpine|-bookworm)?|2(\.4)?-alpine/, sizeMb: 45.2, base: 'debian', command: ['httpd-foreground'], servers: { 'httpd-foreground': { ports: [80], http: { 80: ['/', '/index.html'] }, webRoot: '/usr/local/apache2/htdocs', stopCode: 0 } } },
  { name: 'docker.io/library/caddy', tags: /latest|alpine|2|2\.\d+(\.\d+)?(-alpine)?/, sizeMb: 18, base: 'alpine', command: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'], servers: { caddy: anyPath(80, 0) } },
  { name: 'docker.io/library/traefik', tags: /latest|v?[123](\.\d+)?(\.\d+)?/, sizeMb: 48, base: 'alpine', entrypoint: ['/entrypoint.sh'], command: ['traefik'], servers: { traefik: anyPath(80, 0) } },
  { name: 'docker.io/traefik/whoami', tags: /latest|v1\.\d+(\.\d+)?/, sizeMb: 2.9, base: 'none', entrypoint: ['/whoami'], servers: { whoami: anyPath(80) } },
  { name: 'docker.io/library/haproxy', tags: /latest|lts|alpine|[123]\.\d(\.\d+)?(-alpine)?/, sizeMb: 42, base: 'debian', entrypoint: ['docker-entrypoint.sh'], command: ['haproxy', '-f', '/usr/local/etc/haproxy/haproxy.cfg'], servers: { haproxy: { ports: [80], http: { 80: 'any' }, stopCode: 0 } } },
  { name: 'docker.io/hashicorp/http-echo', tags: /latest|alpine|0\.2\.[1-3]|1\.0(\.0)?/, sizeMb: 3.1, base: 'none', entrypoint: ['/http-echo'], servers: { 'http-echo': anyPath(5678) } },
  { name: 'docker.io/mendhak/http-https-echo', tags: /latest|\d+/, sizeMb: 42, base: 'alpine', command: ['node', './index.js'], servers: { node: { ports: [8080, 8443], http: { 8080: 'any', 8443: 'any' }, tls: [8443] } } },
  { name: 'docker.io/kennethreitz/httpbin', tags: /latest/, sizeMb: 168, base: 'debian', command: ['gunicorn', '-b', '0.0.0.0:80', 'httpbin:app'], servers: { gunicorn: anyPath(80, 0) } },
  { name: 'docker.io/stefanprodan/podinfo', tags: /latest|6\.\d+\.\d+/, sizeMb: 16, base: 'alpine', uid: 100, command: ['./podinfo'], servers: { podinfo: anyPath(9898, 0) } },
  { name: 'gcr.io/google-samples/hello-app', tags: /1\.0|2\.0/, sizeMb: 11, base: 'none', entrypoint: ['/hello-app'], servers: { 'hello-app': anyPath(8080) } },
  { name: 'gcr.io/google-samples/node-hello', tags: /1\.0/, sizeMb: 252, base: 'debian', command: ['node', 'server.js'], servers: { node: { ports: [8080], http: { 8080: 'any' } } } },
  { name: 'gcr.io/google_samples/gb-redisslave', tags: /v1|v2|v3/, sizeMb: 41, base: 'debian', entrypoint: ['/entrypoint.sh'], command: ['/run.sh'], servers: { 'run.sh': { ports: [6379], stopCode: 0 } } },
  { name: 'docker.io/kodekloud/webapp-color', tags: /latest|v1|v2|v3/, sizeMb: 31, base: 'alpine', entrypoint: ['python', 'app.py'], servers: { python: { ports: [8080], http: { 8080: 'any' } } } },
];
