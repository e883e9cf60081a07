kubectl apply -f - <<'E'
apiVersion: v1
kind: Pod
metadata: {name: box}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: a, image: "busybox:1.36", command: [sleep, "36000"]}
  - {name: b, image: "busybox:1.36", command: [sleep, "36000"]}
E

kubectl wait pod/box --for=condition=Ready --timeout=80s

for i in $(seq 0 255); do printf "\\x$(printf %02x $i)"; done > every-byte; md5sum every-byte; head -c 5242880 /dev/zero | openssl enc -aes-128-ctr -nosalt -K 00 -iv 00 2>/dev/null > large; md5sum large

copy every-byte box:/tmp/every-byte; kubectl exec box -c a -- md5sum /tmp/every-byte

copy box:/tmp/every-byte back; cmp every-byte back && echo equal

copy large box:/tmp/large -c b && kubectl exec box -c b -- md5sum /tmp/large

copy box:/tmp/large large-back -c b && cmp large large-back && echo equal

copy box:/tmp/large large-again -c b --retries=3 && cmp large large-again && echo equal

copy every-byte box:/tmp -c a; copy every-byte box:/tmp/ -c b; kubectl exec box -c b -- ls /tmp

mkdir -p site/inner site/empty; echo one > site/one; echo two > site/inner/two; ln -s one site/link; chmod 755 site/inner/two; printf 'ä' > 'site/with space'

copy site box:/srv -c a; kubectl exec box -c a -- find /srv | sort

copy site box:/srv -c a; kubectl exec box -c a -- find /srv | sort

copy site/ box:/tmp/ -c a; kubectl exec box -c a -- ls -R /tmp/site

copy ./site/. box:/opt/deep/er -c a

kubectl exec box -c a -- ls -ln /tmp/site/inner/two | cut -c1-10

copy box:/tmp/site site-back -c a; find site-back | sort; cat 'site-back/with space'

copy box:/tmp/site/ site-slash -c a; find site-slash | sort

copy box:tmp/site/one relative -c a; cat relative

copy box:/tmp/site/one . -c a; ls one

mkdir folder; copy box:/tmp/site/one folder -c a; find folder | sort

mkdir folder2; copy box:/tmp/site/one folder2/ -c a; find folder2 | sort

copy box:/tmp/site/one missing/parents/one -c a; find missing

copy box:/tmp/../tmp/site/one dots -c a; cat dots

copy box:/tmp/nothing nothing -c a

copy box:/tmp/nothing nothing -c a --retries=2

copy nothing box:/tmp/nothing -c a

copy every-byte box:/none/there -c a

copy every-byte box:/proc/x -c a

copy every-byte box:/tmp/x -c zz

copy every-byte nope:/tmp/x

copy box:/tmp/x x -c zz

copy nope:/tmp/x x

copy every-byte every-byte2

copy box:/tmp/x box:/tmp/y

copy every-byte box:

copy :/x y

copy a/b/c:/x y

copy box:/tmp/x

copy every-byte $NS/box:/tmp/named -c a; kubectl exec box -c a -- wc -c /tmp/named

copy every-byte box:/tmp/kept -c a --no-preserve; kubectl exec box -c a -- wc -c /tmp/kept

copy $NS/box:/tmp/named named -c a; wc -c < named

copy box:/etc/hostname /dev/null/x -c a

copy box:/etc/hostname /proc/x -c a

mkdir many; for i in $(seq 300); do echo $i > many/file$i; done; copy many box:/tmp/many -c a; kubectl exec box -c a -- sh -c 'cat /tmp/many/* | wc -l'; copy box:/tmp/many many-back -c a; diff -r many many-back && echo equal

touch empty; copy empty box:/tmp/empty -c a; copy box:/tmp/empty empty-back -c a; wc -c < empty-back

name=$(printf 'n%.0s' $(seq 150)); echo long > $name; copy $name box:/tmp/ -c a; copy box:/tmp/$name long-back -c a; cat long-back

kubectl exec box -c a -- sh -c 'mkdir /tmp/l; ln -s /etc/passwd /tmp/l/x; ln -s y /tmp/l/z; echo r > /tmp/l/r'; copy box:/tmp/l links -c a; ls links

copy every-byte 'box:/tmp/with space' -c a; copy 'box:/tmp/with space' spaced -c a; wc -c < spaced
